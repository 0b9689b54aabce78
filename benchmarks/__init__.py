"""Measurements of the provider beside what a user would take instead; `python -m benchmarks --help`."""
