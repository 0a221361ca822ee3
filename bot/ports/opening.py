"""How a datasource that is kept becomes one that can be asked; filled by integrations."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from bot.model.board import Board
from bot.model.source import Datasource, Offer
from bot.ports.tools import LogsSource, MetricsSource

S_co = TypeVar("S_co", covariant=True)


class OpenSource(Protocol):
    @property
    def metrics(self) -> MetricsSource | None:
        """None where it has no metrics."""
        ...

    @property
    def logs(self) -> LogsSource | None: ...

    async def probe(self) -> str:
        """Really asks it; what it is, with its version. Raises a Problem that says what failed."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class Signpost(Protocol):
    """An open source that knows the way to others."""

    async def offers(self) -> Sequence[Offer]: ...


@runtime_checkable
class Limitable(Protocol[S_co]):
    """A source that can tell what one tenant has in it from what others have."""

    def limited(self, only: Mapping[str, str]) -> S_co:
        """The same source; the names and values that it knows are of series or streams with these labels alone."""
        ...


@runtime_checkable
class Pages(Protocol):
    """An open source with pages that people link to. What a link says is somebody's text."""

    def shows(self, url: str) -> bool:
        """Whether this is the address of one of its pages; asks nobody."""
        ...

    async def board(self, url: str) -> Board: ...
    async def picture(self, url: str) -> bytes | None:
        """Of the one panel that is linked to, as PNG; None where it draws none."""
        ...


class Opener(Protocol):
    @property
    def kinds(self) -> Mapping[str, str]:
        """The types that can be opened, and their titles."""
        ...

    def open(self, source: Datasource, secrets: Mapping[str, str]) -> OpenSource:
        """Asks nothing yet. Raises Rejected where that cannot be a source: its type, its address, its credentials."""
        ...
