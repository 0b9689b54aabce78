"""Create, read, update and delete resources of any type. Independent of Pulumi."""
