"""Tools of the checkout: the Pulumi CLI, the local database, and the two commands `make up` and `make down`."""
