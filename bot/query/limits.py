"""What one query may cost, whoever wrote it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.model.errors import Rejected


@dataclass(frozen=True, slots=True)
class Limits:
    span: timedelta = timedelta(hours=168)  # of one range within a query; longer questions are asked in pieces
    series: int = 10_000

    def check_span(self, span: timedelta) -> None:
        if span > self.span:
            hours = self.span / timedelta(hours=1)
            raise Rejected(
                f"A range within a query may cover {hours:g} h at most.",
                code="range",
                advice="Ask for the longer time without it: I read it in pieces and put them together.",
            )
