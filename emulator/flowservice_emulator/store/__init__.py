"""Where resources are kept: one SQLite file."""
