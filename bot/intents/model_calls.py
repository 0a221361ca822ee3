"""The latest calls of the language model, and what was said in one, as far as it is kept: for administrators."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from bot.desk.budget_words import money
from bot.intents.intent import AnyIntent, Intent, Question
from bot.model import figures
from bot.model.errors import Missing
from bot.model.message import PersonId, Role
from bot.model.reply import Block, Button, Choices, Code, Fact, Facts, File, Files, Option, Reply, Strong, Table, Text
from bot.model.usage import Usage
from bot.ports.calls import Call, Exchange
from bot.ports.tools import Tools

SHOWN, MOST = 15, 50
LONGEST = 1500  # characters of a text that is shown in place
_SHORT = 12  # the last digits of an id, which are drawn by lot
_ID = r"[0-9a-f-]{12,36}"
_COLUMNS = ("When", "Id", "Task", "Prompt", "Model", "Outcome", "Tokens", "US dollars", "Who", "Kept")
_KEPT = {"none": "no", "answers": "the answer", "all": "yes"}
_UNKNOWN = "not known"


class ShowCalls(BaseModel, frozen=True):
    most: int = Field(SHOWN, ge=1, le=MOST, title="How many")


class ShowCall(BaseModel, frozen=True):
    call: str = Field(pattern=_ID, max_length=36, title="Call", description="Its id, as in the list")


async def every(ask: ShowCalls, tools: Tools) -> Reply:
    found = await tools.desks.calls.latest(tools.turn.actor, ask.most)
    if not found:
        return Reply("The language model was not called yet.", title="Calls of the language model")
    names = await _names([one.usage for one in found], tools)
    rows = tuple(_row(one, names) for one in found)
    blocks: list[Block] = [Table(_COLUMNS, rows, "Latest first; tokens read + written")]
    options = tuple(
        Option(f"{figures.clock(one.usage.at)} {one.usage.task}", _short(one)) for one in found if one.kept != "none"
    )
    blocks.append(Choices("Show one", options, "model_call", "call") if options else Text((_NOTHING_KEPT,)))
    count = "The latest call" if len(found) == 1 else f"The latest {len(found)} calls"
    return Reply(f"{count} of the language model.", tuple(blocks), title="Calls of the language model")


async def one(ask: ShowCall, tools: Tools) -> Reply:
    found = await tools.desks.calls.one(tools.turn.actor, ask.call)
    if found is None:
        raise Missing(f"There is no call {ask.call}.", advice="Say `model calls` for the latest.")
    call, said = found
    names = await _names([call.usage], tools)
    facts = Facts(tuple(Fact(name, cell) for name, cell in _facts(call, names)))
    return Reply(
        f"The call {_short(call)}: {call.usage.task}, {call.usage.outcome}.",
        (facts, *_error(call), *(_said(call, said) if said else (Text((_NOT_KEPT,)),))),
        (Button("All calls", "model_calls"),),
        title="A call of the language model",
        by_model=said is not None and said.came is not None,
    )


_NOTHING_KEPT = "What was said in them is not kept (keep, in the plan's section model)."
_NOT_KEPT = "What was said in it is not kept, or not any more."


def _said(call: Call, said: Exchange) -> tuple[Block, ...]:
    """Each text as it is, in a block of code; a long one as a file."""
    count = len(said.sent)
    texts = [(f"Sent, {n} of {count}: {line.role}", line.text) for n, line in enumerate(said.sent, 1)]
    if said.came is not None:
        texts.append(("Came back", said.came))
    shown: list[Block] = []
    files: list[File] = []
    for n, (what, words) in enumerate(texts, 1):
        if len(words) <= LONGEST:
            shown += [Text((Strong(what),)), Text((Code(words or "(nothing)"),))]
            continue
        name = f"model-call-{_short(call)}-{n}.txt"
        files.append(File(name, "text/plain", words.encode("utf-8", "replace")))
        shown.append(Text((Strong(what), f" ({len(words):,} characters): {name}")))
    if said.came is None:
        shown.append(Text(("Nothing came back.",)))
    elif not said.sent:
        shown.append(Text(("What was sent is not kept.",)))
    return (*shown, Files(tuple(files))) if files else tuple(shown)


def _error(call: Call) -> tuple[Block, ...]:
    """It may quote what the model wrote."""
    return (Text((Strong("Error"),)), Text((Code(call.usage.error),))) if call.usage.error else ()


def _facts(call: Call, names: Mapping[PersonId, str]) -> list[tuple[str, str]]:
    usage = call.usage
    told = list(zip(_COLUMNS, _row(call, names), strict=True))
    told[1] = ("Id", call.id)
    more = [("Took", figures.span(usage.took)), ("About", usage.about)]
    return [*told, *((name, cell) for name, cell in more if cell)]


def _row(call: Call, names: Mapping[PersonId, str]) -> tuple[str, ...]:
    usage = call.usage
    return (
        figures.clock(usage.at), _short(call), usage.task, usage.operation, usage.model, usage.outcome.value,
        _tokens(usage), _UNKNOWN if usage.cost is None else money(usage.cost), _who(usage, names), _KEPT[call.kept],
    )  # fmt: skip


def _tokens(usage: Usage) -> str:
    if usage.tokens is None:
        return _UNKNOWN
    about = "about " if usage.tokens.estimated else ""
    return f"{about}{usage.tokens.read:,} + {usage.tokens.written:,}"


def _who(usage: Usage, names: Mapping[PersonId, str]) -> str:
    return names.get(usage.person, "") or usage.person if usage.person else "nobody: in the background"


async def _names(usages: Sequence[Usage], tools: Tools) -> Mapping[PersonId, str]:
    people = sorted({one.person for one in usages if one.person})
    found = await asyncio.gather(*(tools.desks.office.name(tools.turn.tenant, one) for one in people))
    return dict(zip(people, found, strict=True))


def _short(call: Call) -> str:
    return call.id[-_SHORT:]


def _how_many(question: Question) -> Mapping[str, Any] | None:
    text = question.text.strip(" ?.!")
    return {"most": int(text)} if re.fullmatch(r"\d{1,3}", text) else None


def _which(question: Question) -> Mapping[str, Any] | None:
    text = question.text.strip(" ?.!`").lower()
    return {"call": text} if re.fullmatch(_ID, text) else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "model_calls", "The latest calls of the language model: for what, by whom, at what cost.", ("model calls",),
        ShowCalls, every, command="model calls", words=_how_many, needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "model_call", "What was said to the language model in one call, where it is kept.",
        ("model call 3f2a9c81d704",), ShowCall, one, title="A call of the language model", command="model call",
        words=_which, submit="Show", needs=Role.ADMIN, remembered=False,
    ),
)  # fmt: skip
