"""Look-ups of existing connections: they only read. Independent of Pulumi."""
