"""Data Prep: mapping sets, which say what of a row becomes which field of a dataset."""
