"""The version of this distribution; it is always that of the provider, which a test checks."""

__version__ = "0.1.0"
