"""The Teams double: `TeamsDouble` is all that others need."""

from handlers.playground.doubles.teams.double import TeamsDouble

__all__ = ["TeamsDouble"]
