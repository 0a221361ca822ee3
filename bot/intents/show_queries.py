"""The queries behind an answer of this thread."""

from pydantic import BaseModel, TypeAdapter

from bot.intents.intent import Intent, Question, Reading
from bot.model.reply import Query, Reply
from bot.ports.tools import Tools

_QUERIES: TypeAdapter[tuple[Query, ...]] = TypeAdapter(tuple[Query, ...])
KEPT = 20  # answers a thread remembers the queries of


class ShowQueries(BaseModel, frozen=True):
    of: str = ""  # which answer; empty: the last one


async def answer(ask: ShowQueries, tools: Tools) -> Reply:
    kept: dict[str, object] = dict(tools.turn.memory.get("queries", {}))
    found = kept.get(ask.of) if ask.of else (list(kept.values())[-1] if kept else None)
    if found is None:
        return Reply("I no longer have the queries of that answer. Ask again, and I show them.", tone="warning")
    queries = _QUERIES.validate_python(found)
    what = "This query" if len(queries) == 1 else f"These {len(queries)} queries"
    return Reply(f"{what} gave the figures of that answer.", blocks=queries)


def remember(memory: dict[str, object], subject: str, queries: tuple[Query, ...]) -> None:
    kept = dict(memory.get("queries", {}))  # type: ignore[call-overload]
    kept[subject] = _QUERIES.dump_python(queries, mode="json")
    memory["queries"] = dict(list(kept.items())[-KEPT:])


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
