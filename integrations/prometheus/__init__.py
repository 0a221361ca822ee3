"""Prometheus, and what speaks its HTTP API."""
