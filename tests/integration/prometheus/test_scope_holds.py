"""On a real Prometheus a limited query answers the same, whether there are other tenants' series or not."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from bot.query.bounds import measured
from bot.query.promql.scope import scoped
from integrations.demo.promql.source import Batch
from integrations.demo.promql.vectors import Floats, Ints
from tests.integration.prometheus.peer import ask, serving
from tests.unit.query.promql.queries import queries

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

AT, MINUTE = 1_700_000_000_000, 60_000  # the instant that the generated queries name with @
NAMES = ("up", "http_requests_total", "job:errors:rate5m", "x_bucket")
MINE, OTHERS = 'acme"} or {', ("acme", "other", "")
Servers = tuple[str, str]


def _batch(tenants: Sequence[str]) -> Batch:
    labels = tuple(
        tuple(sorted({"__name__": name, "job": job, "env": "a", "le": "+Inf", "tenant": tenant}.items()))
        for name in NAMES
        for job in ("a", "b")
        for tenant in tenants
    )
    slope = np.array([1.0 + (dict(one)["job"] == "b") for one in labels])
    foreign = np.array([1e6 * (dict(one)["tenant"] != MINE) for one in labels])

    def read(rows: Sequence[int], ticks: Ints) -> Floats:
        return np.asarray(slope[list(rows), None] * ticks + foreign[list(rows), None])

    first = np.zeros(len(labels), dtype=np.int64)
    kept = tuple(tuple(pair for pair in one if pair[1]) for one in labels)
    last = first + 26 * 60
    return Batch(AT - 26 * 60 * MINUTE, MINUTE, kept, first, last, (False,) * len(labels), read)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    alone, crowded = tmp_path_factory.mktemp("alone"), tmp_path_factory.mktemp("crowded")
    with _filled(alone, (MINE,)) as one, _filled(crowded, (MINE, *OTHERS)) as two:
        yield one, two


def _filled(folder: Path, tenants: Sequence[str]) -> Any:
    return serving(folder, [_batch(tenants)])


def test_without_a_limit_the_others_would_be_seen(servers: Servers) -> None:
    alone, crowded = (len(ask(url, "query", query="up", time=AT / 1000)["data"]["result"]) for url in servers)
    assert (alone, crowded) == (2, 8)
    mine = ask(servers[1], "query", query=scoped("up", {"tenant": MINE}), time=AT / 1000)["data"]["result"]
    assert len(mine) == 2


@given(queries)
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
def test_the_others_change_nothing(servers: Servers, query: str) -> None:
    operators, depth = measured(query)
    assume(operators <= 20 and depth <= 20 and len(query.encode()) < 4000)
    text = scoped(query, {"tenant": MINE})
    alone, crowded = (ask(url, "query", query=text, time=AT / 1000) for url in servers)

    assert alone.get("errorType") != "bad_data", alone
    assert _comparable(crowded) == _comparable(alone)


def _comparable(answer: dict[str, Any]) -> Any:
    if answer["status"] != "success":
        return answer["errorType"]
    result = answer["data"]["result"]
    return sorted(map(repr, result)) if answer["data"]["resultType"] == "vector" else result
