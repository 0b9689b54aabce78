"""Create, read, update and delete connections of any kind. Independent of Pulumi."""
