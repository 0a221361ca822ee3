"""An investigation by rules, held against the stories behind the demo world's figures; and what ends it early."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import get_args

import pytest

from bot.conversation.understanding import understand
from bot.intents import investigate, stop
from bot.intents.investigate import Investigate
from bot.intents.looking_further import NextLook
from bot.intents.looks import LOOKS
from bot.model import plain
from bot.model.errors import Unavailable
from bot.model.message import Role
from bot.model.reply import Button, Query, Table
from bot.ports.tools import Tools
from tests.builders import FakeMetrics, question
from tests.desks import CHECKOUT, Incidents, desks, issue
from tests.fakes import NOON
from tests.unit.demo.truth import MINUTE, tools

TUESDAY = NOON.replace(day=17, hour=23, minute=30)
LAST = {"intent": "investigate", "arguments": {"service": "search", "window": "last 3 h"}}
ACTS = {"Acknowledge", "Silence…", "Open issue"}


def buttons(reply) -> dict[str, Button]:
    return {one.label: one for one in reply.buttons}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("service", "at", "cause", "immediate", "later"),
    [
        ("checkout", NOON, "It coincides with a deploy of checkout at", "or roll it back.", "Roll out in steps"),
        ("payments", NOON.replace(hour=6), "It coincides with stripe, which did not answer", "stripe", "rehearse that"),
        ("catalog", TUESDAY, "It coincides with", "database", "Set an objective for it"),
    ],
)
async def test_it_says_what_is_behind_it_and_what_to_do_when(service, at, cause, immediate, later):
    reply = await investigate.answer(Investigate(service=service), tools(at=at))

    assert reply.title == f"Investigation of {service}"
    assert cause in reply.summary
    assert ", since " in reply.summary
    lines = plain.render(reply).splitlines()
    [step] = [line for line in lines if "Immediate: " in line]
    assert immediate in step
    assert any(later in line for line in lines if "Long-term: " in line)
    assert "Probable causes" in lines
    queries = [one for one in reply.blocks if isinstance(one, Query)]
    assert queries
    assert all(one.end == at and one.start < at for one in queries)
    assert not reply.by_model


async def test_a_time_that_is_over_is_looked_at_as_it_was_then():
    reply = await investigate.answer(Investigate(service="catalog", window="yesterday"), tools())
    assert "It coincides with database pool in use" in reply.summary
    ends = {one.end for one in reply.blocks if isinstance(one, Query)}
    assert ends == {NOON.replace(hour=0)}


async def test_its_own_looks_are_told_with_what_each_found():
    told: list[str] = []

    async def step(text: str) -> None:
        told.append(text)

    reply = await investigate.answer(Investigate(service="checkout"), replace(tools(), step=step))
    [table] = [one for one in reply.blocks if isinstance(one, Table)]
    assert table.rows[0][0] == "health checkout"
    assert str(table.rows[0][1]).startswith("checkout in prod")
    assert told == [
        "Reading the health of checkout in prod",
        "Reading what moved around checkout",
        "Looking for what is known of checkout",
    ]


async def test_what_acts_is_a_button_of_its_own_intent():
    here = issue(CHECKOUT, opened_at=NOON - 30 * MINUTE)
    reply = await investigate.answer(Investigate(issue=CHECKOUT), tools(desks(here)))
    row = buttons(reply)
    assert set(row) >= ACTS
    assert {row[label].intent for label in ACTS} == {"acknowledge", "silence", "show_issue"}
    assert all(row[label].arguments == {"issue": CHECKOUT} for label in ACTS)
    calm = await investigate.answer(Investigate(service="search"), tools())
    assert not ACTS & set(buttons(calm))


async def test_what_cannot_be_read_is_said_and_the_rest_stands():
    class Away(Incidents):
        async def find(self, tenant, wanted):
            raise Unavailable("The database")

    reply = await investigate.answer(Investigate(service="checkout"), tools(desks(incidents=Away())))
    assert "deploy of checkout" in reply.summary
    empty = await investigate.answer(Investigate(service="checkout"), tools(source=FakeMetrics(lambda query, at: [])))
    assert "no data" in plain.render(empty)
    assert empty.tone == "neutral"


async def test_asked_of_nobody_it_is_what_is_worst():
    reply = await investigate.answer(Investigate(), tools())
    assert reply.title == "Investigation of checkout"
    calm = await investigate.answer(Investigate(), tools(at=NOON.replace(hour=10)))
    assert calm.summary.startswith("No issue is open, and no service")


def halting(after: str) -> tuple[Callable[[str], Awaitable[None]], Callable[[], Awaitable[None]]]:
    """Stop is pressed when this step is told; the step itself would never end."""
    pressed = asyncio.Event()

    async def step(text: str) -> None:
        if text.startswith(after):
            pressed.set()
            await asyncio.Event().wait()

    async def halt() -> None:
        await pressed.wait()

    return step, halt


@pytest.mark.parametrize(
    ("after", "known"),
    [("Reading the health", False), ("Reading what moved", True), ("Looking for what is known", True)],
)
async def test_stop_ends_it_at_once_with_what_is_known(after, known):
    step, halt = halting(after)
    async with asyncio.timeout(5):
        reply = await investigate.answer(Investigate(service="checkout"), replace(tools(), step=step, halt=halt))
    text = plain.render(reply)
    assert investigate.STOPPED in text
    assert ("health checkout" in text) is known
    assert ("deploy of checkout" in text) is (after == "Looking for what is known")


async def test_its_time_is_bounded(monkeypatch):
    step, _ = halting("Reading what moved")
    monkeypatch.setattr(investigate, "LASTS", MINUTE / 600)
    async with asyncio.timeout(5):
        reply = await investigate.answer(Investigate(service="checkout"), replace(tools(), step=step))
    assert investigate.TOO_LONG in plain.render(reply)


def test_a_model_may_only_look():
    assert set(get_args(NextLook.model_fields["next"].annotation)) == {*LOOKS, "answer"}
    asks = {name: one.intent for name, one in LOOKS.items()}
    assert {one.needs for one in asks.values()} == {Role.VIEWER}
    assert {name for name, one in asks.items() if not one.by_clock} == {"why", "kb"}  # which look only, too


@pytest.mark.parametrize(
    ("text", "memory", "intent", "arguments"),
    [
        ("investigate checkout", {}, "investigate", {"service": "checkout"}),
        ("investigate", {}, "investigate", {}),
        ("diagnose payments last 3 hours", {}, "investigate", {"service": "payments", "window": "last 3 h"}),
        ("can you look into search?", {}, "investigate", {"service": "search"}),
        ("dig deeper", {"intent": "why", "arguments": {"service": "search"}}, "investigate", {"service": "search"}),
        ("and payments?", LAST, "investigate", {"service": "payments", "window": "last 3 h"}),
        ("Investigate the support-bot", {}, "why", {"tool": "support-bot"}),
        ("stop", {}, "stop", {}),
        ("Stop!", {}, "stop", {}),
    ],
)
def test_reads(text, memory, intent, arguments):
    reading = understand(question(text, memory=memory))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments), reading.asks_back) == (intent, arguments, None)


async def test_stop_is_silent_where_something_was_stopped_and_says_so_where_nothing_was():
    def at(**changes) -> Tools:
        here = tools()
        return replace(here, turn=replace(here.turn, **changes))

    assert await stop.answer(stop.Stop(), at(pressed_on="C1:1.0")) is None
    assert await stop.answer(stop.Stop(), at(memory={"intent": "investigate"})) is None
    said = await stop.answer(stop.Stop(), at())
    assert said is not None
    assert said.summary == "Nothing is under way here."
