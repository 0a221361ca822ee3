"""Something is to be watched from now on: shown with what it would have told, then kept; or proposed by ourselves."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, Field

from bot.intents import ask_query, drawing, live_events, query_words
from bot.intents.forms import LINES
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.model import figures
from bot.model.chart import Mark
from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.reply import Block, Button, Code, Reply, Strong, Text
from bot.model.severity import Severity
from bot.model.text import many
from bot.model.watch import BURN, SILENCE, Trial, WatchDraft
from bot.pipeline.watch_kinds import kind_of, known_kind, limits
from bot.ports.tools import Tools
from bot.query.promql.read import read as parsed

LONGEST = 4096
MARKED = 20
_SIGNS = frozenset("_{}()[]:")
_SILENT = re.compile(
    r"(?:whether |if |when |that )?(?P<of>.+?) (?:goes|falls|becomes|gets|is|are|go|fall) (?:silent|quiet|missing)"
    r"|(?:whether |if |when |that )?(?P<ends>.+?) stops?(?: (?:reporting|sending|coming|arriving))?"
    r"|(?P<for>.+?) for silence|for silence of (?P<last>.+)",
    re.IGNORECASE,
)


class Watch(BaseModel, frozen=True):
    """`limit`: as somebody writes it, such as above 90 %."""

    query: str = Field(min_length=1, max_length=LONGEST, title="Query", json_schema_extra={LINES: True})
    name: str = Field("", max_length=120, title="Name", description="As it is told; empty: the query")
    limit: str = Field("", max_length=80, title="Limit", description="Such as above 90 %; empty: what is unusual")
    severity: Severity = Severity.MEDIUM
    kind: str = Field("", max_length=40)
    unit: str = Field("", max_length=40)
    datasource: str = Field("", max_length=200)
    go: bool = False  # it was shown, and is wanted


class Propose(BaseModel, frozen=True):
    pass


class Adopt(BaseModel, frozen=True):
    """`query`: one of those proposed; empty: all."""

    query: str = Field("", max_length=LONGEST)


async def answer(ask: Watch, tools: Tools) -> Reply:
    turn = tools.turn
    await tools.desks.queries.admit(turn.actor, "promql", ask.query, turn.at, ask.datasource)
    above, below = limits(ask.limit, ask.unit) if ask.limit else (None, None)
    draft = WatchDraft(
        query=ask.query, name=ask.name, kind=known_kind(ask.kind or kind_of(ask.query, ask.unit)), unit=ask.unit,
        above=above, below=below, severity=ask.severity, datasource=ask.datasource,
    )  # fmt: skip
    if ask.go:
        return await _made(draft, tools)
    await tools.step("Trying it on the last 7 days")
    return _shown(ask, await tools.desks.watches.trial(turn.tenant, draft))


async def propose(_: Propose, tools: Tools) -> Reply:
    await tools.step("Looking at what there is to watch")
    found = await tools.desks.watches.proposed(tools.turn.tenant)
    if not found:
        return Reply(
            "There is nothing more that I would propose.",
            buttons=(Button("Watches", "watches"),),
            footer="I propose latency, errors, traffic and saturation by service, and the objectives of applications.",
        )
    blocks: list[Block] = [Text((Strong(one.name), f", {one.kind}{_limit(one)}"), listed=True) for one in found]
    count = many(len(found), "watch", "watches")
    return Reply(
        f"I would make {count}: what is unusual there is told like any alert.",
        tuple(blocks),
        (Button("Watch all of it", "adopt_watches", style="primary"), Button("Watches", "watches")),
        title="Proposed watches",
    )


async def adopt(ask: Adopt, tools: Tools) -> Reply:
    turn = tools.turn
    found = await tools.desks.watches.proposed(turn.tenant)
    wanted = [one for one in found if ask.query in ("", one.query)]
    made = await tools.desks.watches.make(turn.actor, wanted)
    if not made:
        return Reply("All of it is watched already.", buttons=(Button("Watches", "watches"),))
    names = ", ".join(f"{one.id} {one.name}" for one in made)
    return Reply(
        f"Watched from now on: {names}.",
        buttons=(Button("Watches", "watches"),),
        footer="Each learns first from what the source still holds.",
    )


async def _made(draft: WatchDraft, tools: Tools) -> Reply:
    made = await tools.desks.watches.make(tools.turn.actor, [draft])
    if not made:
        return Reply("That is watched already.", buttons=(Button("Watches", "watches"),))
    one = made[0]
    return Reply(
        f"{one.id} watches {one.name} from now on.",
        buttons=(Button("Delete", "delete_watch", {"watch": one.id}), Button("Watches", "watches")),
        footer="It learns first from what the source still holds.",
    )


SHORT = "There is no more than a day of it to try it on."


def _shown(ask: Watch, found: Trial) -> Reply:
    draft, name = found.draft, found.draft.name or "this query"
    if not found.series:
        raise Rejected(f"{name} has no data in the last 7 days, so there is nothing to learn from.")
    given = ask.model_dump(mode="json", exclude_defaults=True)
    often = "never" if not found.told else "once" if found.told == 1 else f"{found.told} times"
    tried = f"the first {found.tried} of {found.series}" if found.tried < found.series else f"{found.series}"
    edit = Button("Change…", "watch", given, asks=("query", "name", "limit"))
    days = f"In the last {figures.plain(round(found.days, 1))} days it would have told {often}."
    return Reply(
        f"I would watch {name}: {found.series} series. {days if found.days else SHORT}",
        (Text((Code(draft.query),)), Text((f"Judged as: {draft.kind}{_limit(draft)}.",)), *_course(found)),
        (
            Button("Watch it", "watch", {**given, "kind": draft.kind, "go": True}, style="primary"),
            edit,
            Button("Cancel", "dismiss"),
        ),
        footer=f"Tried on {tried} series, a value every 5 minutes",
    )


def _course(found: Trial) -> tuple[Block, ...]:
    """Of several series that which would have told most, with the moments at which it would have."""
    if found.course is None:
        return ()
    named = ", ".join(found.course.labels.values()) or found.draft.name or "the query"
    drawn = drawing.chart(f"{named}, the last 7 days", [replace(found.course, name=named)])
    return (replace(drawn, marks=tuple(Mark(at, "strange", "anomaly") for at in found.marks[:MARKED])),)


def _limit(draft: WatchDraft) -> str:
    if draft.kind == BURN and draft.above is not None:
        return f", told when the budget of {figures.measured(draft.above, draft.unit)} burns too fast"
    told = [
        f"{word} {figures.measured(value, draft.unit)}"
        for word, value in (("above", draft.above), ("below", draft.below))
        if value is not None
    ]
    return f", told {' or '.join(told)}" if told else ""


def words(question: Question) -> Mapping[str, Any] | Reading | None:
    """A query, or own words: those wait until it is known what the sources hold."""
    if live := live_events.reading(f"watch {question.text}"):
        return live
    if silent := _SILENT.fullmatch(question.text.strip(" .?")):
        of = next(filter(None, silent.groups()))
        found = words(replace(question, text=of))
        return {**found, "kind": SILENCE} if isinstance(found, Mapping) else found
    query = query_words.read(question.text)["query"]
    if _is_query(query):
        return {"query": query}
    if question.ground is None:
        return Reading("watch", {"query": query}, 1.0, _unknown(question.text))
    found = ask_query.read(replace(question, memory={}))
    if found is None or found.arguments.get("language", "promql") != "promql" or "query" not in found.arguments:
        return Reading("watch", {"query": query}, 1.0, (found and found.asks_back) or _unknown(question.text))
    given = {name: found.arguments[name] for name in ("query", "unit", "datasource") if name in found.arguments}
    return {**given, "name": str(found.arguments["reading"])[:120]}


def _is_query(text: str) -> bool:
    """One word alone may be a metric, or what people call it: the translator knows both."""
    if not _SIGNS & frozenset(text):
        return False
    try:
        parsed(text)
    except Rejected:
        return False
    return True


def _unknown(text: str) -> Reply:
    return Reply(
        f"I find no metric for “{text.strip()[:120]}”, so I cannot watch it.",
        tone="warning",
        buttons=(Button("Write a query…", "watch", {}, asks=("query", "name", "limit")),),
    )


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "watch", "Watch a query or a figure in your own words, and be told what is unusual.",
        (
            "watch sum(rate(http_requests_total[5m]))", "watch free disk space by mountpoint",
            "watch whether request rate by service goes silent",
        ),
        Watch, answer, title="Watch", command="watch", words=words, submit="Try it", needs=Role.OPERATOR,
        remembered=False, verbatim=True,
    ),
    Intent(
        "propose_watches", "What is worth watching here, to be adopted at once.", ("watch propose",), Propose, propose,
        title="Propose watches", command="watch propose", remembered=False,
    ),
    Intent(
        "adopt_watches", "Watch what was proposed.", (), Adopt, adopt, needs=Role.OPERATOR, remembered=False,
    ),
)  # fmt: skip
