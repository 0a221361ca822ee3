"""Slack's line in the catalogue."""

from handlers.platform import Means, PlatformKind, Surface
from handlers.slack.blocks import render
from handlers.slack.manifest import to_file
from handlers.slack.settings import SlackSettings
from handlers.slack.surface import SlackSurface


def build(settings: SlackSettings, means: Means) -> Surface:
    return SlackSurface(settings, means)


SLACK = PlatformKind("slack", "Slack", SlackSettings, build, render, to_file)
