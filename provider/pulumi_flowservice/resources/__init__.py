"""What this provider manages: one folder for each family of resources, as data and few functions."""
