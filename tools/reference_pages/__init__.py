"""The generator of the pages in `docs/reference`: `make generate` writes them anew, and a test compares them."""
