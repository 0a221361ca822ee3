"""Rulers of Prometheus, Loki and Mimir that send straight to us, as if we were an Alertmanager."""
