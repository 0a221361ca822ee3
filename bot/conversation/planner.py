"""What the rules do not understand, a model may: it says what is meant in a small shape, and our code does the rest.

It is told what of the catalogue the question may be about, and answers with names. What is not there is sent back with
the nearest that is, twice; then the rules ask back, as they do where it is away, slow, switched off or used up.
"""

import asyncio
import json
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.conversation import nameable
from bot.desk.fence import fenced
from bot.intents import ask_query
from bot.intents.intent import Question, Reading
from bot.model import figures
from bot.model.tenant import TenantId
from bot.pipeline.prompts.prompts import PlanPrompt, rendered
from bot.ports.model import Brief, Consults, Task
from bot.ports.tools import Turn
from bot.query import application, translate
from bot.query.candidates import Candidates, candidates
from bot.query.meant.names import MistakenError
from bot.query.meant.reading import Put, outcome
from bot.query.meant.shape import Meant
from bot.query.words.choosing import Prepared
from bot.query.words.outcome import Outcome

PATIENCE = timedelta(seconds=8)  # of whoever waits for the answer, repairs and all
REPAIRS = 2
WIDTH, MOST_ROWS = 280, 6  # of what somebody asked
MOST_EARLIER = 4


@dataclass(frozen=True)
class Said:
    """Fills bot.query.translate.Seat: what the model has said already, for the one question that it was asked."""

    found: Outcome

    def answer(self, question: translate.Question, ground: Prepared) -> Outcome | None:  # noqa: ARG002
        return self.found


class Planner:
    def __init__(self, consults: Consults) -> None:
        self._consults = consults

    async def read(self, question: Question, turn: Turn, best: Reading | None = None) -> Reading | None:
        """None: it has no better idea than the rules, `best`, which ask back."""
        if question.ground is None:
            return None
        put = Put(question.at, question.zone, question.ground)

        def understood(meant: Meant) -> Reading | None:
            if meant.kind == "command" and meant.command is not None:
                return nameable.reading(meant.command, question, turn.person)
            return ask_query.read(replace(question, model=Said(outcome(meant, put)), translated=_untold))

        meant = await self._meant(
            application.unnamed(question.text, question.app), put, _thread(question), tuple(nameable.told()),
            understood, turn.tenant, turn,
        )  # fmt: skip
        if meant is None or (meant.kind == "impossible" and best is not None and best.asks_back):
            return None
        found = understood(meant)
        return replace(found, by_model=True) if found else None

    async def outcome(self, question: translate.Question, ground: Prepared, tenant: TenantId) -> Outcome | None:
        """Of a question that is asked in no chat, and so without our commands."""
        put = Put(question.now, question.zone, ground)

        def understood(meant: Meant) -> Outcome:
            return outcome(meant, put)

        meant = await self._meant(question.text, put, question.previous, (), understood, tenant)
        return understood(meant) if meant and meant.kind != "impossible" else None

    async def _meant(
        self,
        text: str,
        put: Put,
        earlier: Sequence[str],
        commands: tuple[str, ...],
        understood: Callable[[Meant], object],
        tenant: TenantId,
        turn: Turn | None = None,
    ) -> Meant | None:
        def wrong(meant: Meant) -> str:
            try:
                understood(meant)
            except MistakenError as problem:
                return fenced("What does not hold, and what is nearest", [str(problem)])
            return ""

        near = await asyncio.to_thread(candidates, text, put.now, put.zone, put.ground, earlier)
        asked = rendered(_prompt(text, put, earlier, commands, near))
        brief = Brief(
            Task.PLAN, asked.version, asked.system, asked.user, Meant, PATIENCE,
            turn.answer if turn else "", turn.person.id if turn else None,
            turn.conversation if turn else "", REPAIRS, wrong,
        )  # fmt: skip
        return await self._consults.ask(tenant, brief)


def _prompt(text: str, put: Put, earlier: Sequence[str], commands: tuple[str, ...], near: Candidates) -> PlanPrompt:
    data = (
        fenced("Earlier in this thread", _rows(earlier[-MOST_EARLIER:])),
        fenced("Metrics: name | type | labels: values | what it is", near.metric_lines()),
        fenced("Labels of log streams", near.stream_lines()),
        fenced("Logs: service | format | fields: what they hold", near.log_lines()),
        fenced("The question", _rows([text])),
    )
    return PlanPrompt(f"{figures.clock(put.now)}, for somebody in {put.zone}", commands, tuple(filter(None, data)))


def _untold(_: Outcome) -> None:
    """What is only tried is not counted."""


def _rows(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from textwrap.wrap(text, WIDTH)[:MOST_ROWS]


def _thread(question: Question) -> tuple[str, ...]:
    """What was asked before, and what the last of it was taken for."""
    before = question.memory.get("arguments", {})
    intent = str(question.memory.get("intent", ""))
    if intent == "ask_query":
        return (*map(str, before.get("asked", ())), f"That was read as: {before.get('reading', '')}")
    return (f"It was about: {intent} {json.dumps(before, default=str)}",) if intent else ()
