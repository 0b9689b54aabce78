"""The dataflow: a table of a connection that arrives in a dataset."""
