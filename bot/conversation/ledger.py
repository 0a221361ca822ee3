"""What an answer reads of AI usage is written down like its queries, with who told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.grounding import Trace
from bot.model import charge, figures
from bot.model.charge import By, Charge, Charged
from bot.model.text import many
from bot.model.usage import DearSession, Talks
from bot.ports.ledger import Ledger

TITLE = "AI usage"


class TracedLedger:
    """Fills bot.ports.ledger.Ledger for one answer."""

    def __init__(self, trace: Trace, ledger: Ledger) -> None:
        self._trace, self._ledger = trace, ledger

    async def sums(
        self,
        since: datetime,
        until: datetime,
        by: Sequence[By] = (),
        every: timedelta | None = None,
        tool: str = "",
        model: str = "",
    ) -> Sequence[Charged]:
        found = await self._ledger.sums(since, until, (*by, By.SOURCE), every, tool, model)
        sources = sorted({one.of[-1] for one in found if one.calls})
        asked = f"ai usage: sum{_by(by, every)}{_where(tool=tool, model=model)}"
        calls = sum(one.calls for one in found)
        self._trace.used(TITLE, _told(asked, since, until, calls, sources), since, until, every)
        return found if By.SOURCE in by else _without_source(found)

    async def each(
        self, since: datetime, until: datetime, limit: int, tool: str = "", model: str = ""
    ) -> Sequence[Charge]:
        found = await self._ledger.each(since, until, limit, tool, model)
        asked = f"ai usage: call by call{_where(tool=tool, model=model)}, the newest {limit:,}"
        calls, sources = sum(one.calls for one in found), sorted({one.source for one in found})
        self._trace.used(TITLE, _told(asked, since, until, calls, sources), since, until, None)
        return found

    async def talks(self, since: datetime, until: datetime) -> Talks:
        found = await self._ledger.talks(since, until)
        asked = f"messages: how many, and in how many sessions, {_span(since, until)}"
        self._trace.used(TITLE, asked, since, until, None)
        return found

    async def dearest(self, since: datetime, until: datetime, most: int) -> Sequence[DearSession]:
        found = await self._ledger.dearest(since, until, most)
        asked = f"ai usage: our sessions and the calls for their answers, the {most:,} dearest"
        self._trace.used(TITLE, _told(asked, since, until, sum(one.calls for one in found), ()), since, until, None)
        return found

    async def known(self) -> tuple[datetime, datetime] | None:
        return await self._ledger.known()


def _without_source(found: Sequence[Charged]) -> Sequence[Charged]:
    """By everything else again, in the order in which each was met first."""
    together: dict[tuple[tuple[str, ...], datetime | None], Charged] = {}
    for one in found:
        key = one.of[:-1], one.at
        whole = replace(one, of=one.of[:-1])
        together[key] = charge.together([together[key], whole]) if key in together else whole
    return list(together.values())


def _by(by: Sequence[By], every: timedelta | None) -> str:
    split = f" by {', '.join(by)}" if by else ""
    return f"{split} every {figures.span(every)}" if every else split


def _where(**given: str) -> str:
    asked: Mapping[str, str] = {name: value for name, value in given.items() if value}
    return "".join(f", {name} “{value}”" for name, value in asked.items())


def _told(asked: str, since: datetime, until: datetime, calls: int, sources: Sequence[str]) -> str:
    whence = f", from {', '.join(sources)}" if sources else ""
    return f"{asked}, {_span(since, until)}, {many(calls, 'call')}{whence}"


def _span(since: datetime, until: datetime) -> str:
    return f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC"
