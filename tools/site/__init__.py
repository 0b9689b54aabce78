"""The site of the documentation, built by Zensical from the pages in `docs`; `python -m tools.site` is the command."""
