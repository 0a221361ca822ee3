"""One message to one reply, with a source whose values are known."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.engine import Engine
from bot.desk.asking import Patience
from bot.model import plain
from bot.model.errors import TooHeavy, Unavailable
from bot.model.message import Click, PersonId, PlaceKind, Role
from bot.model.parcel import Subject
from bot.model.reply import Query
from bot.model.series import Metric
from bot.query.names import Names
from tests.builders import CHANNEL, TENANT, FakeMetrics, FixedSources, message, person, turn
from tests.contracts.sources import profile
from tests.desks import CHECKOUT, Incidents, Tickets, desks, issue
from tests.fakes import NOON, DrivenClock
from tests.source_desks import Profiles

SUBJECT = Subject("answer:0123456789ab")
ONCE = Patience(attempts=1)  # nobody moves the clock while an answer is worked on


class Meters:
    def __init__(self) -> None:
        self.counted: list[dict[str, str]] = []
        self.timed: list[str] = []

    def count(self, name: str, by: float = 1, /, **labels: str) -> None:
        self.counted.append({"name": name, **labels})

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        self.timed.append(name)


class Feedback:
    def __init__(self) -> None:
        self.kept: list[tuple[str, bool]] = []

    async def keep(self, turn: object, subject: str, *, positive: bool, comment: str) -> None:
        self.kept.append((subject, positive))


async def _silent(_: str) -> None: ...


def values(query, at):
    return [({}, 0.36 if at > NOON - timedelta(days=1) else 0.12)]


def engine(metrics=None, *, sources=None, feedback=None, patience=30.0, clock=None, a_minute=20, on=None, **more):
    clock = clock or DrivenClock()
    return Engine(
        clock=clock,
        sources=sources or FixedSources(clock, metrics or FakeMetrics(values), patience=ONCE),
        feedback=feedback or Feedback(),
        questions_a_minute=a_minute,
        patience=timedelta(seconds=patience),
        meters=Meters(),
        desks=on or desks(),
        **more,
    )


async def ask(built, text="", *, click=None, memory=None, place=CHANNEL, overheard=False, who=None, at=NOON):
    said = message(text, click=click, place=place, overheard=overheard)
    asking = turn(place, memory=memory, at=at)
    return await built.answer(said, replace(asking, person=who) if who else asking, TENANT, SUBJECT, _silent)


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
    assert tuple(block for block in answer.reply.blocks if isinstance(block, Query)) == first.queries


def incidents(**more):
    return Incidents([issue()], threads={CHANNEL.opener: CHECKOUT}, **more)


@pytest.mark.parametrize("text", ["ack this", "ack", "I'm on it", "resolve it please"])
async def test_what_names_no_issue_means_that_of_its_thread(text):
    on = incidents()
    answer = await ask(engine(on=desks(incidents=on)), text)
    assert answer.reply is not None
    assert [act.issue for _, act in on.acted] == [CHECKOUT]
    assert answer.arguments["issue"] == CHECKOUT


async def test_what_names_another_issue_or_labels_means_those():
    on = incidents()
    built = engine(on=desks(incidents=on))
    assert (await ask(built, "ack ISS-9-other")).reply.summary == "There is no issue ISS-9-other."
    answer = await ask(built, 'silence service="search" for 2h')
    assert "issue" not in answer.arguments
    assert on.acted == []


async def test_a_press_without_an_issue_in_its_thread_means_that_one_too():
    on = incidents()
    await ask(engine(on=desks(incidents=on)), click=Click("acknowledge"))
    assert [act.issue for _, act in on.acted] == [CHECKOUT]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("ack this", 1),
        ("resolve", 1),
        ("is it resolved?", 0),
        ("I'm on it", 0),
        ("can you ack this?", 0),
        ("the deploy did it, latency of checkout is fine", 0),
        ("help", 0),
        ("lunch", 0),
    ],
)
async def test_people_among_themselves_in_an_issues_thread_are_left_alone(text, acts):
    on = incidents()
    answer = await ask(engine(on=desks(incidents=on)), text, overheard=True)
    assert len(on.acted) == acts
    assert (answer.reply is not None) == bool(acts)


async def test_what_is_overheard_and_not_meant_uses_up_nobodys_questions():
    built = engine(on=desks(incidents=incidents()), a_minute=1)
    for _ in range(5):
        await ask(built, "what a night", overheard=True)
    answer = await ask(built, "ack this", overheard=True)
    assert answer.reply is not None
    assert answer.reply.summary.startswith("Acknowledged")


async def test_a_viewer_may_look_and_not_act():
    on, viewer = incidents(), person(Role.VIEWER)
    built = engine(on=desks(incidents=on))
    refused = await ask(built, "ack this", who=viewer)
    assert refused.reply.summary == "This needs the role operator; yours is viewer."
    assert on.acted == []
    assert (await ask(built, "what is open?", who=viewer)).reply.tone == "bad"  # an issue is open
    assert "role admin" in (await ask(built, "audit")).reply.summary


async def test_an_answer_on_the_page_of_ones_own_leads_back_to_it():
    page = replace(CHANNEL, channel="U0ANNA", thread="", kind=PlaceKind.HOME)
    built = engine(on=desks(issue()))
    shown = await ask(built, click=Click("show_issue", {"issue": CHECKOUT}), place=page)
    assert shown.reply.buttons[-1].intent == "home"
    gone = await ask(built, click=Click("show_issue", {"issue": "ISS-9-x"}), place=page)
    assert [button.intent for button in gone.reply.buttons] == ["home"]
    whole = await ask(built, click=Click("home"), place=page)
    assert [button.intent for button in whole.reply.buttons].count("home") == 1  # to refresh it


async def test_incidents_need_no_metrics_source():
    built = Engine(
        clock=DrivenClock(), sources=FixedSources(DrivenClock(), None), feedback=Feedback(), questions_a_minute=20,
        patience=timedelta(seconds=5), meters=Meters(), desks=desks(issue()),
    )  # fmt: skip
    answer = await ask(built, "ack", place=replace(CHANNEL, thread=""))
    assert answer.reply.summary == "Which issue do you mean?"


async def test_what_a_person_writes_reaches_the_human_who_took_over():
    desk = Tickets()
    built = engine(on=desks(tickets=desk))
    await ask(built, "human my invoice is wrong")
    await ask(built, "hello, is anybody there", overheard=True)
    assert desk.said == []  # nobody has it yet
    ticket = desk.all[0]
    await ask(built, f"ticket claim {ticket.id}")
    for text, overheard in (("it is from May", True), ("the amount is twice what it was", False)):
        answer = await ask(built, text, overheard=overheard)
        assert answer.reply is None
    assert desk.said == [(ticket.id, "it is from May"), (ticket.id, "the amount is twice what it was")]
    await ask(built, "and I agree", overheard=True, who=replace(person(), id=PersonId("p9")))
    assert len(desk.said) == 2  # somebody else in that thread
    assert (await ask(built, "who is on call?")).reply is not None


async def test_what_is_said_at_the_desk_stays_there():
    desk, there = Tickets(), CHANNEL.in_thread("8.8")
    built = engine(on=desks(tickets=desk))
    await ask(built, "human my invoice is wrong")
    desk.all = [replace(desk.all[0], desk=there, claimed=desk.all[0].by)]
    await ask(built, "this one again", place=there, overheard=True)
    assert desk.said == []


async def test_figures_that_were_kept_say_so_and_can_be_read_anew():
    metrics, clock = FakeMetrics(values), DrivenClock(NOON + timedelta(seconds=7))
    built = engine(metrics, clock=clock)
    await ask(built, "latency of checkout", at=clock.now())
    await clock.advance(120)
    kept = await ask(built, "latency of checkout", at=clock.now())
    assert kept.reply is not None
    assert kept.reply.footer == "test source, 2 queries, read at 2026-03-18 12:00 UTC, cached 2 min ago"
    refresh = next(button for button in kept.reply.buttons if button.label == "Refresh")
    fresh = await ask(built, click=Click(refresh.intent, refresh.arguments), at=clock.now())
    assert fresh.reply is not None
    assert fresh.reply.footer == "test source, 2 queries, read at 2026-03-18 12:02 UTC"
    assert fresh.arguments == kept.arguments  # and a follow-up is not read anew for ever
    assert len(metrics.asked) == 4


async def test_old_figures_are_not_told_as_the_state_of_things():
    class Flaky(FakeMetrics):
        away = False

        async def range(self, *asked):
            if self.away:
                raise Unavailable("Prometheus")
            return await super().range(*asked)

    metrics, clock = Flaky(lambda query, at: [({}, 0.12)]), DrivenClock(NOON + timedelta(seconds=7))
    built = engine(metrics, clock=clock)
    assert (await ask(built, "latency of checkout", at=clock.now())).reply.tone == "neutral"
    metrics.away = True
    await clock.advance(14 * 60)
    answer = await ask(built, "latency of checkout", at=clock.now())
    assert answer.reply.summary.startswith(
        "Prometheus does not answer at the moment. This is from 14 min ago: P95 latency of checkout"
    )
    assert answer.reply.tone == "warning"
    assert answer.reply.footer.endswith("read at 2026-03-18 12:00 UTC, cached 14 min ago")


async def test_a_query_that_is_too_heavy_is_not_offered_again():
    def heavy(query, at):
        raise TooHeavy("Prometheus")

    answer = await ask(engine(FakeMetrics(heavy)), "latency of checkout")
    assert answer.reply.summary == "Prometheus gave this query up, for it takes too long."
    assert answer.reply.buttons == ()


async def test_an_intent_reads_from_another_source_by_its_name():
    profile_ = profile(datasource="eu", default_metrics=("http_requests_total",))
    eu, default = FakeMetrics(values, names_of_abc()), FakeMetrics(values)
    eu.title = "eu"
    built = engine(sources=FixedSources(DrivenClock(), default, eu=eu), on=desks(profiles=Profiles([profile_])))
    answer = await ask(built, "app metrics abc-app")
    assert default.asked == [query for query in default.asked if "abc" not in query]
    assert [(query.source, query.text) for query in answer.queries] == [
        ("eu", 'sum(rate(http_requests_total{app="abc-app"}[5m]))')
    ]
    gone = await ask(engine(on=desks(profiles=Profiles([profile_]))), "app metrics abc-app")
    assert gone.reply.summary == "There is no datasource “eu”."


def names_of_abc():
    return Names({"app": ("abc-app",)}, {"http_requests_total": Metric("http_requests_total", "counter")})


async def test_what_is_plain_waits_for_no_catalogue():
    class Slow:
        asked = 0

        async def of(self, *_):
            self.asked += 1
            raise Unavailable("Prometheus")

    catalogs, clock = Slow(), DrivenClock()
    built = Engine(
        clock=clock, sources=FixedSources(clock, FakeMetrics(values), patience=ONCE), catalogs=catalogs,
        feedback=Feedback(), questions_a_minute=20, patience=timedelta(seconds=5), meters=Meters(),
        desks=desks(issue()),
    )  # fmt: skip
    await ask(built, "ack this")
    await ask(built, "latency of checkout")
    assert catalogs.asked == 0
    await ask(built, "jobs that nobody has counted")
    assert catalogs.asked == 1
