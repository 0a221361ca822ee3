"""An answer on one page: what was said, its charts, its tables and its queries; what has no room is said."""

import textwrap
from io import BytesIO
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure

from bot.model import plain
from bot.model.reply import Bars, Table
from bot.ports.press import Sheet
from handlers.press import plots
from handlers.press.look import LIGHT
from handlers.press.words import MONO, SANS, literal

A4 = (8.27, 11.69)
LEFT, TOP, BOTTOM = 0.09, 0.95, 0.06
LINE = 0.0145
WIDTH = 96  # signs of the fixed pitch in a line
CHARTS, CHART_HEIGHT = 2, 0.2
QUERIES, QUERY = 3, 600


class Paper:
    """Filled from the top; `left` is where the next line stands, as a share of the height."""

    def __init__(self) -> None:
        self._figure = Figure(figsize=A4, facecolor="white")
        FigureCanvasPdf(self._figure)
        self._left = TOP

    def lines(self, text: str, *, size: float = 10, mono: bool = False, **more: Any) -> None:
        font = MONO if mono else SANS
        for line in text.splitlines():
            for part in textwrap.wrap(line, WIDTH if mono else int(92 * 10 / size), drop_whitespace=not mono) or [""]:
                self._put(_kept(part, font), size, font, **more)

    def gap(self) -> None:
        self._left -= LINE

    def has_room(self, lines: int) -> bool:
        return self._left - lines * LINE > BOTTOM + 3 * LINE

    def charts(self, sheet: Sheet) -> None:
        for chart in sheet.charts[:CHARTS]:
            axes = self._figure.add_axes((LEFT + 0.05, self._left - CHART_HEIGHT - 0.02, 0.75, CHART_HEIGHT))
            plots.draw(axes, chart, LIGHT)
            names = len(chart.groups) if isinstance(chart, Bars) else len(chart.series)
            self._left -= CHART_HEIGHT + 0.07 + (names + 1) // 2 * 0.017

    def table(self, table: Table) -> None:
        """By its columns; the rows that have no room are counted."""
        drawn = plain.table(table)
        for shown, line in enumerate(drawn):
            if not self.has_room(2):
                self.lines(f"… {len(drawn) - shown} more lines; the CSV has them all.", size=8)
                return
            self._put(_kept(line, MONO)[:WIDTH], 8, MONO)
        self._left -= LINE

    def footer(self, text: str) -> None:
        self._left = BOTTOM
        self.lines(text, size=8, color=LIGHT.quiet)

    def written(self) -> bytes:
        out = BytesIO()
        self._figure.savefig(out, format="pdf", metadata={"CreationDate": None, "Producer": None})
        return out.getvalue()

    def _put(self, text: str, size: float, font: str, **more: Any) -> None:
        self._figure.text(LEFT, self._left, text, fontsize=size, family=font, va="top", **more)
        self._left -= LINE * size / 9


def page(sheet: Sheet) -> bytes:
    with rc_context({"text.parse_math": False}):  # what others wrote is no formula
        paper = Paper()
        paper.lines(sheet.title, size=14)
        paper.gap()
        paper.charts(sheet)
        for query in sheet.queries[:QUERIES]:
            paper.lines(f"{query.source}, {plain.query_range(query)}", size=8, color=LIGHT.quiet)
            paper.lines(query.text[:QUERY], size=8, mono=True)
        paper.gap()
        for table in sheet.tables:
            paper.table(table)
        paper.footer(sheet.footer)
        return paper.written()


def _kept(text: str, font: str) -> str:
    """With its spaces, which set a table's columns."""
    return " ".join(literal(part, 400, font) for part in text.split(" "))
