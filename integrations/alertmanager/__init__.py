"""Alertmanager: the alerts that it sends, and the silences that it keeps."""
