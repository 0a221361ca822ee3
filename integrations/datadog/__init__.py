"""Datadog: what its monitors send by its webhooks."""
