"""Loki, and what speaks its HTTP API."""
