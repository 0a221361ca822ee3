"""One folder per outside system; catalog.py is the list."""
