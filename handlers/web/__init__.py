"""The web server that both platforms are reached through: health, metrics, signed downloads, a calm way to stop."""
