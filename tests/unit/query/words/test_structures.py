"""Questions of one structure over catalogues of many trades: the structure is read, whatever the words name."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from bot.query import translate
from bot.query.catalog import Catalog, KnownMetric
from bot.query.translate import Clarify, Planned, Question
from bot.query.words.choosing import Prepared

NOW = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
TABLE = Path(__file__).parent / "structures.txt"
CATALOGS = Path(__file__).parents[3] / "eval/sets/open/catalogs.json"


@lru_cache(maxsize=1)
def _known() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(CATALOGS.read_text(encoding="utf-8"))
    return known


@lru_cache(maxsize=64)
def _ground(name: str) -> Prepared:
    given = _known()[name]
    return translate.prepare(
        Catalog(
            tuple(
                KnownMetric(
                    one["name"],
                    one.get("type", "unknown"),
                    one.get("help", ""),
                    one.get("unit") or "",
                    {label: tuple(values) for label, values in one.get("labels", {}).items()},
                    one.get("native", False),
                )
                for one in given["metrics"]
            ),
            about=given.get("about") or "",
        )
    )


def _rows() -> Iterator[Any]:
    lines = iter(TABLE.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if " | " in line:
            catalog, _, text = line.partition(" | ")
            yield pytest.param(catalog, text, next(lines).strip(), id=f"{catalog}: {text}")


@pytest.mark.parametrize(("catalog", "text", "expected"), list(_rows()))
def test_the_structure_is_read(catalog: str, text: str, expected: str):
    found = translate.translate(Question(text, NOW, language="promql"), _ground(catalog))
    assert isinstance(found, Planned), found
    assert translate.written(found) == expected


@pytest.mark.parametrize(
    ("catalog", "text"),
    [
        ("charge", "power at cs-999"),  # no such station
        ("vault", "cpu of vault-0"),  # no such figure
        ("greens", "soil moisture of the basil"),
        ("metro", "seagulls per station"),
    ],
)
def test_what_nobody_knows_is_asked_back(catalog: str, text: str):
    found = translate.translate(Question(text, NOW, language="promql"), _ground(catalog))
    assert isinstance(found, Clarify), found
