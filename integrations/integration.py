"""The shape of an integration: what its folder offers, and what it is handed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import aiohttp
from pydantic import BaseModel

from bot.model.plan import JsonSource
from bot.model.signal import Signal
from bot.model.source import Datasource
from bot.ports.billing import Biller
from bot.ports.events import EventMaker
from bot.ports.model import LanguageModel
from bot.ports.opening import OpenSource
from bot.ports.outlet import Outlet
from bot.ports.services import Clock
from bot.ports.silencer import Silencer
from bot.ports.tools import LogsSource, MetricsSource
from integrations.networks import Networks


@dataclass(frozen=True, slots=True)
class Parts:
    """What main hands to every integration."""

    session: aiohttp.ClientSession  # shared and pooled; own time limits are given per call
    clock: Clock


class Integration(Protocol):
    """An outside system that has been connected: the ports it fills, and its own start, stop and check.

    Whoever inherits from it says only what it has.
    """

    @property
    def metrics(self) -> MetricsSource | None:
        return None

    @property
    def logs(self) -> LogsSource | None:
        return None

    @property
    def silencer(self) -> Silencer | None:
        """None where this system cannot be told to keep quiet."""
        return None

    @property
    def outlet(self) -> Outlet | None:
        """None where this system takes no tickets."""
        return None

    async def start(self) -> None:
        """What is away must not keep the bot from starting."""
        return

    async def stop(self) -> None:
        """The session is shared, and closed by whoever opened it."""
        return

    async def check(self) -> str:
        """One sentence that says it works; raises a Problem that says what to do."""
        ...


@runtime_checkable
class MakesEvents(Protocol):
    """An integration that makes log events up, for whoever has none of their own."""

    @property
    def events(self) -> EventMaker: ...


@runtime_checkable
class WritesWords(Protocol):
    """An integration with a language model behind it."""

    @property
    def language(self) -> LanguageModel: ...


@runtime_checkable
class Bills(Protocol):
    """An integration that tells what models were used for, and what was billed."""

    @property
    def billing(self) -> Biller: ...


@dataclass(frozen=True, slots=True)
class Arrived:
    """What was posted to a webhook, after its key was found to be good."""

    body: Any  # read as JSON
    headers: Mapping[str, str]  # names in lower case
    query: Mapping[str, str]
    now: datetime
    mapping: JsonSource | None = None  # of a generic source, from the tenant's plan


@dataclass(frozen=True, slots=True)
class Webhook:
    """A source of signals. `parse` is pure and raises Malformed with the field's name; a list may be empty."""

    name: str  # as in /webhooks/{name}/{key}
    title: str
    parse: Callable[[Arrived], Sequence[Signal]]
    admit: Callable[[Arrived, Parts], Awaitable[None]] | None = None  # signatures, handshakes; raises Forbidden


@dataclass(frozen=True, slots=True)
class IntegrationKind:
    """A line in the catalogue. Settings absent: switched off. Half given: an error that names the variable."""

    name: str
    title: str
    settings: type[BaseModel]  # field `url` of kind "prometheus" is the variable PROMETHEUS_URL
    build: Callable[[Any, Parts], Integration]
    silences: str = ""  # the source whose alerts its silencer hides, as webhooks name it; empty: its own name


@dataclass(frozen=True, slots=True)
class Reach:
    """What is handed to every kind of datasource: it goes where the operator allows, and nowhere else."""

    session: aiohttp.ClientSession  # shared, and walled: it connects to checked addresses only
    clock: Clock
    networks: Networks  # for those that connect by themselves


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A type of datasource that tenants may keep; address and credentials were looked at before it is opened."""

    name: str
    title: str
    open: Callable[[Datasource, Mapping[str, str], Reach], OpenSource]
