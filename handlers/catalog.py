"""The platforms there are. A new one is a folder beside this file and a line here."""

from handlers.mail.kind import MAIL
from handlers.platform import PlatformKind
from handlers.slack.kind import SLACK
from handlers.teams.kind import TEAMS

PLATFORMS: tuple[PlatformKind, ...] = (SLACK, TEAMS, MAIL)
