"""Sentry: its issues and its metric alerts."""
