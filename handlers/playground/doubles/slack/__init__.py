"""The Slack double."""
