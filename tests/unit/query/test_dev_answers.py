"""The accepted answers of the dev set: none of them may be refused, and all of them can be limited to a tenant."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.logql import check as logql_check
from bot.query.logql import scope as logql_scope
from bot.query.promql import check as promql_check
from bot.query.promql import scope as promql_scope

DATA = Path(os.environ.get("NIGHTDESK_SHARED") or Path(__file__).parents[4] / "shared") / "data"
TENANT = {"tenant": 'a"} or {x="'}


def _catalog(given: Mapping[str, Any]) -> Catalog:
    logs = given.get("logs") or {"stream_labels": {}, "apps": {}}
    return Catalog(
        tuple(
            KnownMetric(
                one["name"],
                one.get("type", "unknown"),
                labels={name: tuple(values) for name, values in one.get("labels", {}).items()},
                native=one.get("native", False),
            )
            for one in given["metrics"]
        ),
        {name: tuple(values) for name, values in logs["stream_labels"].items()},
        tuple(KnownLogs(name, one["format"], one.get("fields", {})) for name, one in logs["apps"].items()),
    )


def test_no_accepted_answer_is_refused():
    if not DATA.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the dev set is not there")
        pytest.skip("the dev set is not there")
    found = json.loads((DATA / "nlq-dev-catalogs.json").read_text())
    catalogs = {one["name"]: _catalog(one) for one in (found.values() if isinstance(found, dict) else found)}
    looked_at = 0
    for line in (DATA / "nlq-dev.jsonl").read_text().splitlines():
        asked = json.loads(line)
        for answer in asked.get("accept", ()):
            query = answer if isinstance(answer, str) else answer["q"]
            catalog = catalogs[asked["catalog"]]
            if asked["lang"] == "logql":
                assert isinstance(logql_check.checked(query, catalog), logql_check.Checked), query
                assert logql_scope.scoped(query, TENANT)
            else:
                assert isinstance(promql_check.checked(query, catalog), promql_check.Checked), query
                assert promql_scope.scoped(query, TENANT)
            looked_at += 1
    assert looked_at > 50
