"""Microsoft Teams."""

from handlers.teams.kind import TEAMS

__all__ = ["TEAMS"]
