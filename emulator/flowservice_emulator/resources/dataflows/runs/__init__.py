"""Runs of flows: which are due, what they read and write, and how they show."""
