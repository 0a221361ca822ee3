"""Slack: what people say there comes in, what the bot says goes out."""

from handlers.slack.kind import SLACK

__all__ = ["SLACK"]
