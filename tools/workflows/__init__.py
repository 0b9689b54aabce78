"""The linters of the workflows for GitHub Actions, ours and those of the examples."""
