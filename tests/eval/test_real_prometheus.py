"""What accepted queries are worth in a world, against a real Prometheus that holds the same samples."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from integrations.demo.promql.vectors import NAME
from integrations.demo.world import milliseconds
from tests.eval import hints, worth
from tests.eval.questions import Question, sets
from tests.eval.world import World
from tests.integration.prometheus.peer import Excerpt, ask, serving

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

OPEN = sets()["open"]
QUESTIONS = [question for question in OPEN.questions if question.lang == "promql" and question.answerable]
KEPT = timedelta(hours=3)  # a longer window finds as little on one side as on the other


def of(catalog: str) -> list[Question]:
    return [question for question in QUESTIONS if question.catalog == catalog]


@pytest.fixture(scope="module", params=OPEN.catalogs)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Excerpt, str]]:
    catalog: str = request.param
    now = of(catalog)[0].now
    world = World(OPEN.catalogs[catalog], now, 1, hints.of(OPEN.questions).bounds)
    excerpt = Excerpt(world, milliseconds(now - KEPT), milliseconds(now + timedelta(minutes=5)))
    folder: Path = tmp_path_factory.mktemp(catalog)
    with serving(folder, excerpt.select(None, [], excerpt.start, excerpt.end)) as url:
        yield url, excerpt, catalog


def test_it_says_the_same(served: tuple[str, Excerpt, str]):
    url, excerpt, catalog = served
    compared = 0
    for question in of(catalog):
        for accepted in question.accept:
            ours = worth.worth(accepted.q, excerpt, question.now, free=False)
            theirs = _theirs(url, accepted.q, question.now)
            assert ours.keys() == theirs.keys(), accepted.q
            for labels, value in theirs.items():
                assert np.isclose(ours[labels][0], value, rtol=1e-9, equal_nan=True), (accepted.q, labels)
            compared += bool(theirs)

    assert compared > 25


def _theirs(url: str, query: str, at: datetime) -> dict[tuple[tuple[str, str], ...], float]:
    answer = ask(url, "query", query=query, time=at.timestamp())
    assert answer["status"] == "success", (query, answer)
    result = answer["data"]["result"]
    if answer["data"]["resultType"] == "scalar":
        return {(): float(result[1])}
    return {
        tuple(sorted((name, value) for name, value in row["metric"].items() if name != NAME)): float(row["value"][1])
        for row in result
    }
