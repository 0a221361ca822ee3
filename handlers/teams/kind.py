"""Teams' line in the catalogue."""

from handlers.platform import PlatformKind
from handlers.teams.cards import render
from handlers.teams.package import package
from handlers.teams.settings import TeamsSettings
from handlers.teams.surface import TeamsSurface

TEAMS = PlatformKind(
    name="teams",
    title="Microsoft Teams",
    settings=TeamsSettings,
    build=TeamsSurface,
    render=render,
    manifest=package,
)
