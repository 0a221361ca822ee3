"""Questions in free words: what becomes of them is counted, and what they are read against is timed."""

import pytest

from bot.conversation import memory
from bot.desk.catalogs import Catalogs
from bot.intents.catalog import BY_NAME
from bot.model import plain
from bot.model.errors import Unavailable
from bot.model.message import Click, Place
from bot.model.profile import Service
from bot.model.series import Metric
from bot.query.names import Names
from tests.builders import CHANNEL, FakeMetrics, FixedSources
from tests.contracts.sources import profile
from tests.desks import desks
from tests.fakes import DrivenClock
from tests.source_desks import Profiles
from tests.unit.conversation.test_engine import SUBJECT, ask, engine

TEAM = Place("teams", "tenant-1", "19:incidents", "1742299200000")

JOBS = Names(
    {"__name__": ("jobs_waiting", "jobs_failed_total", "parts_waiting")},
    {
        "jobs_waiting": Metric("jobs_waiting", "gauge", "Jobs waiting per queue."),
        "jobs_failed_total": Metric("jobs_failed_total", "counter", "Jobs that failed."),
    },
)


def jobs(query, at):
    return [({"queue": "mail"}, 3.0), ({"queue": "video"}, 4.0)]


@pytest.mark.parametrize(
    ("text", "language", "status"),
    [
        ("jobs waiting per queue", "promql", "planned"),
        ("delete all jobs waiting in the mail queue", "none", "refuse"),
        ("jobs that nobody has counted on the moon base", "none", "clarify"),
    ],
)
async def test_what_becomes_of_a_question_is_counted(text, language, status):
    clock = DrivenClock()
    built = engine(FakeMetrics(jobs, JOBS), clock=clock, catalogs=Catalogs(clock))
    await ask(built, text)
    told = [one for one in built._meters.counted if one["name"] == "query_translations"]
    assert told == [{"name": "query_translations", "target_language": language, "status": status}]
    assert built._meters.timed.count("context_build") == 1


async def test_what_is_plain_is_neither_translated_nor_counted():
    clock = DrivenClock()
    built = engine(FakeMetrics(jobs, JOBS), clock=clock, catalogs=Catalogs(clock))
    await ask(built, "help")
    assert "query_translations" not in {one["name"] for one in built._meters.counted}
    assert "context_build" not in built._meters.timed


def linked(place, **more):
    return Profiles(
        [profile("web-shop", services={"mail": Service(log_label="queue=mail")}, channels=(place.lane,), **more)]
    )


def told(answer):
    return plain.render(answer.reply), [query.text for query in answer.queries]


@pytest.mark.parametrize("place", [CHANNEL, TEAM], ids=["slack", "teams"])
async def test_a_channel_that_is_about_an_application_asks_of_it_and_says_so(place):
    clock = DrivenClock()
    built = engine(FakeMetrics(jobs, JOBS), clock=clock, catalogs=Catalogs(clock), on=desks(profiles=linked(place)))
    answer = await ask(built, "how many jobs are waiting", place=place)
    says, queries = told(answer)
    assert queries == ['sum (jobs_waiting{queue="mail"})']
    assert "About web-shop, as this channel is." in says
    wider = next(button for button in answer.reply.buttons if button.label == "Not only web-shop")
    every = await ask(built, click=Click(wider.intent, wider.arguments), place=place)
    says, queries = told(every)
    assert queries == ["sum (jobs_waiting)"]
    assert "web-shop" not in says
    again = memory.after({}, BY_NAME["ask_query"], every.arguments, SUBJECT, every.queries)
    assert told(await ask(built, "and yesterday?", place=place, memory=again))[1] != []
    assert "queue=" not in told(await ask(built, "and yesterday?", place=place, memory=again))[1][0]


async def test_another_channel_asks_of_everything():
    clock = DrivenClock()
    built = engine(FakeMetrics(jobs, JOBS), clock=clock, catalogs=Catalogs(clock), on=desks(profiles=linked(TEAM)))
    assert told(await ask(built, "how many jobs are waiting"))[1] == ["sum (jobs_waiting)"]


async def test_an_application_is_read_from_its_own_datasource():
    clock, eu = DrivenClock(), FakeMetrics(jobs, JOBS)
    eu.title = "eu"
    sources = FixedSources(clock, FakeMetrics(jobs, Names()), eu=eu)
    on = desks(profiles=linked(CHANNEL, datasource="eu"))
    answer = await ask(engine(sources=sources, clock=clock, catalogs=Catalogs(clock), on=on), "jobs waiting per queue")
    assert [(query.source, query.text) for query in answer.queries] == [
        ("eu", 'sum by (queue) (jobs_waiting{queue="mail"})')
    ]


async def test_questions_are_answered_where_profiles_cannot_be_read():
    class Away(Profiles):
        async def at(self, tenant, place):
            raise Unavailable("The database")

    clock = DrivenClock()
    built = engine(FakeMetrics(jobs, JOBS), clock=clock, catalogs=Catalogs(clock), on=desks(profiles=Away()))
    assert told(await ask(built, "how many jobs are waiting"))[1] == ["sum (jobs_waiting)"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("how many jobs are waiting for the web-shop app", 'sum (jobs_waiting{queue="mail"})'),
        ("jobs waiting of web shop", 'jobs_waiting{queue="mail"}'),
    ],
)
async def test_an_application_that_is_named_is_meant_wherever_it_is_asked(text, query):
    clock = DrivenClock()
    on = desks(profiles=linked(TEAM, aliases=("web shop",)))
    built = engine(FakeMetrics(jobs, JOBS), clock=clock, catalogs=Catalogs(clock), on=on)
    says, queries = told(await ask(built, text))
    assert [one.replace("sum(", "sum (") for one in queries] == [query]
    assert "of web-shop" in says
    assert "as this channel is" not in says


async def test_a_thread_stays_with_the_application_that_was_named():
    clock = DrivenClock()
    built = engine(FakeMetrics(jobs, JOBS), clock=clock, catalogs=Catalogs(clock), on=desks(profiles=linked(TEAM)))
    first = await ask(built, "how many jobs are waiting for the web-shop app")
    kept = memory.after({}, BY_NAME["ask_query"], first.arguments, SUBJECT, first.queries)
    _, queries = told(await ask(built, "and yesterday?", memory=kept))
    assert queries
    assert all('queue="mail"' in query for query in queries)


async def test_what_an_application_has_not_of_its_own_is_not_told_of_all():
    clock = DrivenClock()
    other = Profiles([profile("web-shop", services={"queues": Service(log_label="tier=gold")})])
    built = engine(FakeMetrics(jobs, JOBS), clock=clock, catalogs=Catalogs(clock), on=desks(profiles=other))
    says, queries = told(await ask(built, "how many jobs are waiting for the web-shop app"))
    assert queries == []
    assert "I find nothing of that which belongs to web-shop alone." in says


async def test_an_application_is_known_as_soon_as_it_is_added():
    clock, apps = DrivenClock(), linked(TEAM)
    added, apps.all = apps.all, []
    built = engine(FakeMetrics(jobs, JOBS), clock=clock, catalogs=Catalogs(clock), on=desks(profiles=apps))
    await ask(built, "how many jobs are waiting for the web-shop app")
    apps.all = added
    says, _ = told(await ask(built, "how many jobs are waiting for the web-shop app"))
    assert "of web-shop" in says
