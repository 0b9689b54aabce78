"""Dataflows: source connections, target connections, flows and their runs."""
