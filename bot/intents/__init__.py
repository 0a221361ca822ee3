"""One file, one thing a person can ask; catalog.py is the list."""
