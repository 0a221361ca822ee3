"""Grafana: the alerts of its own alerting."""
