"""The queries behind an answer of this thread."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, TypeAdapter

from bot.intents.intent import Intent, Question, Reading
from bot.model.reply import Block, Button, Buttons, Query, Reply
from bot.ports.tools import Tools

_QUERIES: TypeAdapter[tuple[Query, ...]] = TypeAdapter(tuple[Query, ...])
EDITABLE = 5  # of many queries, so that the message stays one
KEPT = 20  # answers a thread remembers the queries of


class ShowQueries(BaseModel, frozen=True):
    of: str = ""  # which answer; empty: the last one


async def answer(ask: ShowQueries, tools: Tools) -> Reply:
    queries = kept(tools.turn.memory, ask.of)
    if not queries:
        return Reply("I no longer have the queries of that answer. Ask again, and I show them.", tone="warning")
    what = "This query" if len(queries) == 1 else f"These {len(queries)} queries"
    return Reply(f"{what} gave the figures of that answer.", blocks=tuple(_shown(queries)))


def _shown(queries: tuple[Query, ...]) -> Iterator[Block]:
    for number, query in enumerate(queries):
        yield query
        if number < EDITABLE and query.language != "usage":
            given = {"query": query.text, **({"window": _window(query)} if query.end > query.start else {})}
            asks = ("query", "window", "step")
            yield Buttons((Button("Edit and run", query.language, given, asks=asks),))


def _window(query: Query) -> str:
    """As long a time, up to now."""
    seconds = round((query.end - query.start).total_seconds())
    return f"last {seconds // 3600}h" if seconds % 3600 == 0 else f"last {max(1, seconds // 60)}m"


def kept(memory: Mapping[str, Any], of: str) -> tuple[Query, ...]:
    """Those of an answer, else of the last one; none where they are forgotten."""
    known: Mapping[str, object] = memory.get("queries", {})
    found = known.get(of) if of else next(reversed([*known.values()]), None)
    return () if found is None else _QUERIES.validate_python(found)


def main(queries: Sequence[Query]) -> Query | None:
    """The one that an answer is about: over a range rather than at an instant, the latest, the finest."""

    def weight(query: Query) -> tuple[bool, datetime, float]:
        return query.step is not None, query.end, -(query.step or timedelta()).total_seconds()

    return max(queries, key=weight, default=None)


def remember(memory: dict[str, object], subject: str, queries: tuple[Query, ...]) -> None:
    known = dict(memory.get("queries", {}))  # type: ignore[call-overload]
    known[subject] = _QUERIES.dump_python(queries, mode="json")
    memory["queries"] = dict(list(known.items())[-KEPT:])


def _reads(question: Question) -> Reading | None:
    asked = any(
        words in question.text.lower() for words in ("show query", "show the query", "show queries", "which query")
    )
    return Reading("show_queries", {}, 0.9) if asked else None


INTENT = Intent(
    name="show_queries",
    help="The queries behind the last answer.",
    examples=("show queries",),
    asks=ShowQueries,
    answer=answer,
    reads=_reads,
    command="queries",
    remembered=False,
)
