"""Questions in free words: what becomes of them is counted, and what they are read against is timed."""

import pytest

from bot.desk.catalogs import Catalogs
from bot.model.series import Metric
from bot.query.names import Names
from tests.builders import FakeMetrics
from tests.fakes import DrivenClock
from tests.unit.conversation.test_engine import ask, engine

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
