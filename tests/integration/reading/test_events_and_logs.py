"""Events and lines of Lokis that call their labels differently, over real HTTP, each figure worked out by hand."""

import json
from datetime import timedelta

import aiohttp
import pytest

from bot.conversation.engine import Engine
from bot.conversation.grounding import Trace, TracedLogs
from bot.desk.asking import Patience
from bot.desk.logs_reader import LogsReader
from bot.desk.reader import Asker, Readership
from bot.intents import events, logs
from bot.intents.events import Events
from bot.intents.logs import Logs
from bot.model import plain
from bot.model.errors import Missing, Unavailable
from bot.model.lines import nanoseconds
from bot.model.parcel import Subject
from bot.model.reply import Table
from bot.ports.tools import Tools
from integrations.demo.logql.streams import Stream
from integrations.loki.connection import Access, Connection
from integrations.loki.logs import LokiLogs
from tests.builders import TENANT, FixedSources, NoMeters, message, turn
from tests.desks import desks
from tests.fakes import NOON, DrivenClock
from tests.loki import ONE, Loki, says, serving

MINUTE = timedelta(minutes=1)
HOSTILE = "<!channel> [x](https://evil.example) <at>all</at> =cmd() *bold*"


def stream(labels: dict[str, str], *texts: str, first: int = 1) -> Stream:
    """The first line a minute ago, the next a minute earlier."""
    ages = [(nanoseconds(NOON - (first + n) * MINUTE), text) for n, text in enumerate(texts)]
    return Stream(labels, tuple(sorted(ages)))


def in_json(level: str, n: int, **more: object) -> str:
    return json.dumps({"severity": level, "message": f"job {n} is {level}", **more})


BY_LABEL = [  # a stream for each level, under other names
    stream({"app": "shop", "cluster": "eu-1", "level": "ERROR"}, *(f"job {n} failed" for n in range(3))),
    stream({"app": "shop", "cluster": "eu-1", "level": "INFO"}, "started", first=10),
    stream({"app": "other", "cluster": "eu-1", "level": "ERROR"}, *("down" for _ in range(9))),
]
BY_FIELD = [
    stream(
        {"container": "shop"}, *(in_json("error", n) for n in range(2)), *(in_json("info", n) for n in range(5)),
        "Traceback: not JSON at all",
    )
]  # fmt: skip
BY_WORDS = [stream({"job": "shop"}, "ERROR: disk is full", "an exception was thrown", "all is well", "still well")]


async def answered(streams, intent, ask, loki: Loki | None = None):
    clock, double = DrivenClock(), loki or Loki({ONE: streams})
    shared = Readership(clock, NoMeters(), patience=Patience(attempts=1))

    async def silent(_: str) -> None: ...

    async with serving(double) as served, aiohttp.ClientSession() as session:
        reader = LogsReader(LokiLogs(Connection(Access(served.url), session, clock), clock), "loki", shared)
        trace = Trace(clock)
        tools = Tools(turn(), clock, None, None, silent, desks(), TracedLogs(trace, reader, Asker()))  # type: ignore[arg-type]
        return trace.ground(await intent.answer(ask, tools), Subject("s:1"))


def rows(reply, head: str):
    return next(block.rows for block in reply.blocks if isinstance(block, Table) and head in block.columns)


@pytest.mark.parametrize(
    ("streams", "split", "note"),
    [
        (BY_LABEL, [("ERROR", 3, "75 %"), ("INFO", 1, "25 %"), ("all", 4, "100 %")], ""),
        (
            BY_FIELD,
            [("error", 2, "25 %"), ("info", 5, "63 %"), ("no level", 1, "12 %"), ("all", 8, "100 %")],
            "Streams have no level here: it is the field “severity” of each line.",
        ),
        (
            BY_WORDS,
            [("names an error", 2, "50 %"), ("other lines", 2, "50 %"), ("all", 4, "100 %")],
            "Lines have no level here: those that name an error are told by their words.",
        ),
    ],
)
async def test_levels_are_told_by_what_there_is(streams, split, note):
    reply = await answered(streams, events, Events(service="shop", window="last 1 h"))
    assert list(rows(reply, "Share")) == split
    assert note in plain.render(reply)
    assert "count_over_time" in plain.render(reply)  # the query is shown
    errors = await answered(streams, events, Events(service="shop", level="errors"))
    assert rows(errors, "Share")[0][1] == split[0][1]


@pytest.mark.parametrize("streams", [BY_LABEL, BY_FIELD, BY_WORDS])
async def test_only_lines_of_the_levels_that_are_asked_for(streams):
    every = await answered(streams, logs, Logs(service="shop"))
    few = await answered(streams, logs, Logs(service="shop", level="errors"))
    assert 1 < len(rows(few, "Message")) < len(rows(every, "Message"))
    assert plain.render(few).count("well") == 0


async def test_a_level_that_loki_found_itself_is_used():
    found = [Stream({"app": "shop", "detected_level": "warn"}, BY_WORDS[0].lines)]
    reply = await answered(found, events, Events(service="shop"))
    assert rows(reply, "Share")[0] == ("warn", 4, "100 %")


async def test_hostile_lines_stay_text_in_cells_and_their_secrets_are_hidden():
    lines = [f"user {n} said {HOSTILE} token=abcdef123456 ann@example.com" for n in range(5)]
    reply = await answered([stream({"app": "shop", "level": "error"}, *lines)], logs, Logs(service="shop"))
    messages = [row[-1] for row in rows(reply, "Message")]
    assert all(HOSTILE in message for message in messages)  # as they are: renderers make them harmless
    assert not any("abcdef" in message or "ann@" in message for message in messages)
    assert rows(reply, "Says")[0][2].startswith("user <_> said <!channel>")


async def test_a_loki_that_is_away_is_not_a_quiet_one():
    away = Loki({ONE: BY_LABEL}, faults=[says(503)] * 40)
    for intent, ask in ((events, Events(service="shop")), (logs, Logs(service="shop"))):
        with pytest.raises(Unavailable):
            await answered(BY_LABEL, intent, ask, away)


async def test_a_loki_without_lines_and_a_name_that_it_does_not_know():
    with pytest.raises(Missing, match="has held no lines lately"):
        await answered([], logs, Logs(service="shop"))
    with pytest.raises(Missing) as refused:
        await answered(BY_LABEL, logs, Logs(service="shp"))
    assert refused.value.advice.startswith("There are: shop")


async def test_where_there_are_only_logs_their_names_are_asked_for(clock):
    async with serving(Loki({ONE: BY_LABEL})) as served, aiohttp.ClientSession() as session:
        source = LokiLogs(Connection(Access(served.url), session, clock), clock)
        reader = LogsReader(source, "loki", Readership(clock, NoMeters()))
        built = Engine(
            clock=clock, sources=FixedSources(clock, None, logs=reader), feedback=NoFeedback(), questions_a_minute=20,
            patience=timedelta(seconds=5), meters=NoMeters(), desks=desks(),
        )  # type: ignore[arg-type]  # fmt: skip

        async def silent(_: str) -> None: ...

        async def said(text: str) -> str:
            answer = await built.answer(message(text), turn(), TENANT, Subject("s:1"), silent)
            assert answer.reply is not None
            return answer.reply.summary

        assert await said("event count of shop last 24 hours") == (
            "shop, the last 24 h: 4 events: 3 ERROR (75 %), 1 INFO (25 %)."
            " The most from 2026-03-18 11:00 to 12:00 UTC: 4."
        )
        assert await said("show me the error logs of shop") == (
            "shop, the last 1 h: 3 errors and worse. Most often (100 %, and none in as long a time before):"
            " job <_> failed"
        )
        assert await said("logs of nobody") == "No log stream is known as “nobody”."


class NoFeedback:
    async def keep(self, *_: object, **__: object) -> None: ...
