"""Base connections: what all kinds have, and in `kinds/` one module for each database."""
