"""What is watched by itself: listed with how it is, limited, paused, deleted."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.reply import Block, Button, Buttons, Reply, Strong, Table, Text, Tone
from bot.model.text import many
from bot.model.watch import BURN, SILENCE, Watch, Watched
from bot.pipeline.watch_kinds import limits
from bot.ports.tools import Tools

SHOWN = 12  # with buttons of their own


class Watches(BaseModel, frozen=True):
    pass


class OneWatch(BaseModel, frozen=True):
    watch: str = Field(min_length=1, max_length=20, title="Watch", description="Its short name, such as W1")


class Limit(OneWatch, frozen=True):
    limit: str = Field(min_length=1, max_length=80, title="Limit", description="Such as above 90 %, below 3 GiB; none")


async def answer(_: Watches, tools: Tools) -> Reply:
    found = await tools.desks.watches.every(tools.turn.tenant)
    more = (Button("Propose watches", "propose_watches"), Button("Anomalies", "anomalies"))
    if not found:
        return Reply("Nothing is watched yet.", buttons=more, title="Watches")
    strange = [one for one in found if one.strange and not one.watch.paused]
    ordered = [*strange, *(one for one in found if one not in strange)]
    blocks: list[Block] = []
    for one in ordered[:SHOWN]:
        blocks += [_line(one), Buttons(_buttons(one.watch))]
    if rest := ordered[SHOWN:]:
        rows = tuple((one.watch.id, one.watch.name, _state(one)) for one in rest)
        blocks.append(Table(("Watch", "What", "State"), rows, "The others", most=25))
    count = many(len(found), "watch", "watches")
    what = f"{len(strange)} of them strange now" if strange else "nothing strange now"
    unknown = sum(one.standing.state in ("learning", "away") and not one.watch.paused for one in found)
    unsure = f"; of {unknown} nothing is known at the moment" if unknown else ""
    tone: Tone = "warning" if strange or unknown else "good"
    return Reply(f"{count}, {what}{unsure}.", tuple(blocks), more, title="Watches", tone=tone)


async def limit(ask: Limit, tools: Tools) -> Reply:
    every = await tools.desks.watches.every(tools.turn.tenant)
    known = next((one.watch for one in every if one.watch.id == ask.watch.strip().upper()), None)
    above, below = limits(ask.limit, known.unit if known else "")
    if known and known.kind == SILENCE:
        raise Rejected("A watch of silence has no limit: it tells what has no value any more.")
    if known and known.kind == BURN and not above:
        raise Rejected("An error budget needs an objective.", advice="Say it like above 1 %.")
    made = await tools.desks.watches.limit(tools.turn.actor, ask.watch, above, below)
    told = limited(made)
    if made.certain:
        return Reply(f"{made.id} tells {told}.", (_what(made),), (Button("Watches", "watches"),))
    says = (
        f"{made.id} tells {told}, and what is unusual."
        if told
        else f"{made.id} has no limit: it tells what is unusual."
    )
    return Reply(says, (_what(made),), (Button("Watches", "watches"),))


async def pause(ask: OneWatch, tools: Tools) -> Reply:
    made = await tools.desks.watches.pause(tools.turn.actor, ask.watch)
    return Reply(f"{made.id} pauses.", (_what(made),), (_button("Resume", "resume_watch", made),))


async def resume(ask: OneWatch, tools: Tools) -> Reply:
    made = await tools.desks.watches.resume(tools.turn.actor, ask.watch)
    return Reply(f"{made.id} goes on.", (_what(made),), (_button("Pause", "pause_watch", made),))


async def delete(ask: OneWatch, tools: Tools) -> Reply:
    gone = await tools.desks.watches.delete(tools.turn.actor, ask.watch)
    given = {"query": gone.query, "name": gone.name, "unit": gone.unit, "kind": gone.kind}
    if gone.kind == BURN and gone.above:
        given["limit"] = f"above {gone.above:.6f}"
    again = Button("Make it again", "watch", {**given, "severity": gone.severity.value, "go": True})
    return Reply(f"{gone.id} is deleted: {gone.name}.", buttons=(again,))


def limited(watch: Watch) -> str:
    if watch.kind == BURN and watch.above is not None:
        return f"when the budget of {figures.measured(watch.above, watch.unit)} burns too fast"
    told = (("above", watch.above), ("below", watch.below))
    return " or ".join(f"{word} {figures.measured(value, watch.unit)}" for word, value in told if value is not None)


def _line(one: Watched) -> Text:
    told = limited(one.watch)
    limit_ = f", told {told}" if told else ""
    return Text((Strong(one.watch.id), f": {one.watch.name}, {one.watch.kind}{limit_}. {_state(one)}"))


def _what(watch: Watch) -> Text:
    return Text((Strong(watch.id), f": {watch.name}, {watch.kind}."))


def _state(one: Watched) -> str:
    series = many(one.standing.series, "series", "series")
    if one.watch.paused:
        return "It pauses."
    match one.standing.state:
        case "learning":
            return "It learns what is usual."
        case "away":
            return f"Nothing is known: {one.standing.says}"
        case "empty":
            return "No data, which is not zero."
        case _:
            return f"Strange: {one.strange} of {series}." if one.strange else f"Quiet: {series}."


def _buttons(watch: Watch) -> tuple[Button, ...]:
    pausing = ("Resume", "resume_watch") if watch.paused else ("Pause", "pause_watch")
    setting = Button("Limit…", "limit_watch", {"watch": watch.id}, asks=("limit",))
    return (_button(*pausing, watch), _button("Delete", "delete_watch", watch), setting)


def _button(label: str, intent: str, watch: Watch) -> Button:
    return Button(label, intent, {"watch": watch.id})


def _one(question: Question) -> Mapping[str, Any] | None:
    name = question.text.strip(" .").upper()
    return {"watch": name} if _named(name) else None


def _limit(question: Question) -> Mapping[str, Any] | None:
    name, _, rest = question.text.strip(" .").partition(" ")
    return {"watch": name.upper(), "limit": rest.strip()} if _named(name.upper()) and rest.strip() else None


def _named(name: str) -> bool:
    return name[:1] == "W" and name[1:].isdigit()


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "watches", "What is watched by itself, and how it is.", ("watches",), Watches, answer,
        title="Watches", command="watches", remembered=False, by_clock=True,
    ),
    Intent(
        "limit_watch", "Give a watch a limit of its own.", ("watch limit W1 above 90 %",), Limit, limit,
        title="Limit of a watch", command="watch limit", words=_limit, submit="Set it", needs=Role.OPERATOR,
        remembered=False,
    ),
    Intent(
        "pause_watch", "Pause a watch.", ("watch pause W1",), OneWatch, pause, title="Pause a watch",
        command="watch pause", words=_one, submit="Pause", needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "resume_watch", "Let a watch go on.", ("watch resume W1",), OneWatch, resume, title="Resume a watch",
        command="watch resume", words=_one, submit="Resume", needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "delete_watch", "Delete a watch.", ("watch delete W1",), OneWatch, delete, title="Delete a watch",
        command="watch delete", words=_one, submit="Delete", needs=Role.OPERATOR, remembered=False,
    ),
)  # fmt: skip
