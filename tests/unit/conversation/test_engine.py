"""One message to one reply, with a source whose values are known."""

import asyncio
from datetime import timedelta

import pytest

from bot.conversation.engine import Engine
from bot.model import plain
from bot.model.errors import Unavailable
from bot.model.message import Click
from bot.model.parcel import Subject
from bot.model.reply import Query
from tests.builders import TENANT, FakeMetrics, message, turn
from tests.fakes import NOON, DrivenClock

SUBJECT = Subject("answer:0123456789ab")


class Meters:
    def __init__(self) -> None:
        self.counted: list[dict[str, str]] = []

    def count(self, name: str, **labels: str) -> None:
        self.counted.append({"name": name, **labels})

    def observe(self, name: str, seconds: float, **labels: str) -> None: ...


class Feedback:
    def __init__(self) -> None:
        self.kept: list[tuple[str, bool]] = []

    async def keep(self, turn: object, subject: str, *, positive: bool, comment: str) -> None:
        self.kept.append((subject, positive))


async def _silent(_: str) -> None:
    return


def values(query, at):
    return [({}, 0.36 if at > NOON - timedelta(days=1) else 0.12)]


def engine(metrics=None, *, feedback=None, patience=30.0, clock=None, a_minute=20):
    return Engine(
        clock=clock or DrivenClock(),
        metrics=metrics or FakeMetrics(values),
        feedback=feedback or Feedback(),
        questions_a_minute=a_minute,
        patience=timedelta(seconds=patience),
        meters=Meters(),
    )


async def ask(built, text="", *, click=None, memory=None):
    return await built.answer(message(text, click=click), turn(memory=memory), TENANT, SUBJECT, _silent)


async def test_every_query_that_ran_is_named_with_the_answer():
    metrics = FakeMetrics(values)
    answer = await ask(engine(metrics), "latency of checkout")
    assert answer.reply is not None
    assert [query.text for query in answer.queries] == metrics.asked
    shown = [block for block in answer.reply.blocks if isinstance(block, Query)]
    assert [block.text for block in shown] == [metrics.asked[0]]
    assert answer.reply.footer == "test source, 2 queries, read at 2026-03-18 12:00 UTC"
    assert ("show_queries", {"of": SUBJECT}) in [(button.intent, button.arguments) for button in answer.reply.buttons]


async def test_a_form_and_a_button_are_understood_already():
    answer = await ask(engine(), click=Click("ask_metric", {"metric": "latency"}))
    assert answer.reply is not None
    assert answer.reply.summary.startswith("P95 latency in prod is 360 ms")


async def test_a_question_in_a_button_is_read_like_a_typed_one():
    answer = await ask(engine(), click=Click("ask", {"question": "latency of checkout"}))
    assert answer.reply is not None
    assert "P95 latency of checkout" in answer.reply.summary


@pytest.mark.parametrize(
    ("text", "click", "says"),
    [
        ("let us have lunch", None, "I did not understand “let us have lunch”."),
        ("latency of salzburg", None, "I do not know “salzburg”."),
        ("", Click("ask", {"question": "ask ask me"}), "I did not understand"),
        ("", Click("gone_with_an_old_version"), "I no longer know this button."),
        ("", Click("ask_metric", {}), "I cannot use “metric”: field required."),
        ("", Click("ask_metric", {"metric": ["a"]}), "I cannot use “metric”"),
    ],
)
async def test_what_cannot_be_done_is_said(text, click, says):
    answer = await ask(engine(), text, click=click)
    assert answer.reply is not None
    assert says in answer.reply.summary
    assert answer.reply.tone in ("warning", "bad")


async def test_a_source_that_is_away_is_named_and_can_be_tried_again():
    def away(query, at):
        raise Unavailable("Prometheus")

    answer = await ask(engine(FakeMetrics(away)), "latency of checkout")
    assert answer.reply is not None
    assert answer.reply.summary == "Prometheus does not answer at the moment."
    assert answer.reply.buttons[0].arguments == {"question": "latency of checkout"}


async def test_a_fault_of_ours_is_a_reply_with_a_mark_for_the_log(caplog):
    def broken(query, at):
        raise RuntimeError("secret inside")

    answer = await ask(engine(FakeMetrics(broken)), "latency of checkout")
    assert answer.reply is not None
    assert "Something went wrong on my side (mark 456789ab)." in answer.reply.summary
    assert "secret" not in plain.render(answer.reply)
    assert any(record.exc_info for record in caplog.records)


async def test_an_answer_that_takes_too_long_is_given_up():
    class Slow(FakeMetrics):
        async def range(self, *_):
            await asyncio.Event().wait()

    answer = await ask(engine(Slow(values), patience=0.05), "latency of checkout")
    assert answer.reply is not None
    assert "I gave up after 0.05 s" in answer.reply.summary


async def test_too_many_questions_are_answered_with_a_wait():
    built = engine(a_minute=2)
    for _ in range(2):
        await ask(built, "help")
    answer = await ask(built, "help")
    assert answer.reply is not None
    assert "more than 2 questions in a minute" in answer.reply.summary


async def test_names_that_are_known_serve_while_the_source_is_away():
    class Flaky(FakeMetrics):
        away = False

        async def values(self, label):
            if self.away and label != "env":
                raise Unavailable("Prometheus")
            return await super().values(label)

    metrics, clock = Flaky(values), DrivenClock()
    built = engine(metrics, clock=clock)
    await ask(built, "latency of checkout")
    metrics.away = True
    await clock.advance(120)
    answer = await ask(built, "latency of checkout")
    assert answer.arguments == {"metric": "latency", "service": "checkout"}


async def test_feedback_is_kept_and_needs_no_words():
    feedback = Feedback()
    answer = await ask(engine(feedback=feedback), click=Click("feedback", {"positive": True, "of": "answer:1"}))
    assert answer.reply is None
    assert feedback.kept == [("answer:1", True)]


async def test_the_queries_of_an_answer_can_be_seen_later():
    from bot.conversation import memory
    from bot.intents.catalog import BY_NAME

    first = await ask(engine(), "latency of checkout")
    kept = memory.after({}, BY_NAME["ask_metric"], first.arguments, SUBJECT, first.queries)
    answer = await ask(engine(), "show queries", memory=kept)
    assert answer.reply is not None
    assert answer.reply.blocks[:2] == first.queries
