"""A query is shown before it runs to whoever wants that, and then run, changed or left, in both chats."""

from dataclasses import replace

import pytest

from bot.desk.catalogs import Catalogs
from bot.desk.habits import Habits
from bot.model import plain
from bot.model.message import Account, Click, PersonId, PlaceKind, Role
from bot.model.reply import Query
from bot.model.tenant import DEFAULT_TENANT
from tests.builders import CHANNEL, FakeMetrics, person
from tests.desks import desks
from tests.fakes import DrivenClock
from tests.unit.conversation.test_engine import ask, engine
from tests.unit.conversation.test_translating import JOBS, TEAM, jobs, linked

ADMIN = person(Role.ADMIN)
PLACES = pytest.mark.parametrize("place", [CHANNEL, TEAM], ids=["slack", "teams"])


@pytest.fixture
async def bot(storage, clock):
    async with storage.work(DEFAULT_TENANT) as work:
        await work.people.of(Account("slack", "T0NIGHT", "U0ANNA", "Anna Berger"))
    return Bot(storage, clock)


class Bot:
    def __init__(self, storage, clock, **more):
        self.source = FakeMetrics(jobs, JOBS)
        on = replace(desks(**more), habits=Habits(storage, clock))
        self.engine = engine(self.source, clock=clock, catalogs=Catalogs(clock), on=on)

    async def ask(self, text="", **more):
        return (await ask(self.engine, text, **more)).reply


def button(reply, label):
    return next(one for one in reply.buttons if one.label == label)


@PLACES
async def test_what_it_becomes_is_shown_and_nothing_runs(bot, place):
    assert (await bot.ask("preview on", place=place)).tone == "good"
    shown = await bot.ask("jobs waiting per queue", place=place)
    assert shown.summary == "I would ask this, at 2026-03-18 12:00 UTC."
    assert "sum by (queue) (jobs_waiting)" in plain.render(shown)
    assert [one.label for one in shown.buttons] == ["Run", "Edit", "Cancel"]
    assert not [block for block in shown.blocks if isinstance(block, Query)]
    assert bot.source.asked == []

    edit, cancel = button(shown, "Edit"), button(shown, "Cancel")
    assert (edit.intent, edit.asks) == ("promql", ("query", "window"))
    assert (await bot.ask(click=Click(cancel.intent, cancel.arguments), place=place)).summary == "Nothing was changed."
    assert bot.source.asked == []

    run = button(shown, "Run")
    answered = await bot.ask(click=Click(run.intent, run.arguments), place=place)
    assert bot.source.asked == ["sum by (queue) (jobs_waiting)"]
    assert "2 series" in answered.summary


async def test_it_is_for_who_wants_it_and_until_they_no_longer_do(bot):
    await bot.ask("preview on")
    ben = replace(person(), id=PersonId("p2"))
    assert "I would ask" not in (await bot.ask("jobs waiting per queue", who=ben)).summary
    await bot.ask("preview off")
    assert "I would ask" not in (await bot.ask("jobs waiting per queue")).summary


async def test_a_channel_has_it_for_all_but_those_who_want_it_otherwise(bot):
    refused = await bot.ask("preview here on")
    assert "role admin" in refused.summary
    await bot.ask("preview here on", who=replace(ADMIN, id=PersonId("p9")))
    assert "I would ask" in (await bot.ask("jobs waiting per queue")).summary
    elsewhere = replace(CHANNEL, channel="C0OTHER")
    assert "I would ask" not in (await bot.ask("jobs waiting per queue", place=elsewhere)).summary
    await bot.ask("preview off")
    assert "I would ask" not in (await bot.ask("jobs waiting per queue")).summary


async def test_a_channel_is_meant_in_channels_only(bot):
    alone = replace(CHANNEL, kind=PlaceKind.PERSONAL)
    assert (await bot.ask("preview here on", place=alone, who=ADMIN)).summary == "That is for channels."


async def test_whose_figures_they_would_be_is_said_too(storage, clock):
    bot = Bot(storage, clock, profiles=linked(CHANNEL))
    await bot.ask("preview on")
    shown = await bot.ask("how many jobs are waiting")
    assert "About web-shop, as this channel is." in plain.render(shown)
    run = button(shown, "Run")
    answered = await bot.ask(click=Click(run.intent, run.arguments))
    assert bot.source.asked == ['sum (jobs_waiting{queue="mail"})']
    assert "About web-shop, as this channel is." in plain.render(answered)


async def test_it_is_remembered_beyond_this_process(storage, clock):
    await Bot(storage, clock).ask("preview on")
    assert "I would ask" in (await Bot(storage, DrivenClock()).ask("jobs waiting per queue")).summary
