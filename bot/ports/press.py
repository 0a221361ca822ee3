"""What is drawn by a machine: charts as pictures, and answers as a page to print."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot.model.reply import Bars, Chart, Query, Table

Drawable: TypeAlias = Chart | Bars


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer on one page."""

    title: str
    charts: tuple[Drawable, ...] = ()
    tables: tuple[Table, ...] = ()
    queries: tuple[Query, ...] = ()
    footer: str = ""


class Press(Protocol):
    """Draws away from the event loop. The same is drawn alike, byte for byte."""

    async def picture(self, chart: Drawable, *, dark: bool = False) -> bytes:
        """PNG, to be read on a phone."""
        ...

    async def page(self, sheet: Sheet) -> bytes:
        """PDF."""
        ...
