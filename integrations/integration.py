"""The shape of an integration: what its folder offers, and what it is handed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from pydantic import BaseModel

from bot.ports.services import Clock
from bot.ports.tools import MetricsSource


@dataclass(frozen=True, slots=True)
class Parts:
    """What main hands to every integration."""

    session: aiohttp.ClientSession  # shared and pooled; own time limits are given per call
    clock: Clock


class Integration(Protocol):
    """An outside system that has been connected: the ports it fills, and its own start, stop and check."""

    @property
    def metrics(self) -> MetricsSource | None:
        """None where this system has no metrics."""
        ...

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    async def check(self) -> str:
        """One sentence that says it works; raises a Problem that says what to do."""
        ...


@dataclass(frozen=True, slots=True)
class IntegrationKind:
    """A line in the catalogue. Settings absent: switched off. Half given: an error that names the variable."""

    name: str
    title: str
    settings: type[BaseModel]  # field `url` of kind "prometheus" is the variable PROMETHEUS_URL
    build: Callable[[Any, Parts], Integration]
