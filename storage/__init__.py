"""The database, and nothing else knows it."""
