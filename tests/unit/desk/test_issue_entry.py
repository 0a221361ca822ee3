"""What is written down of an issue: whole, the same for the same, and what people corrected stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.issue_entry import corrected, entry
from bot.model.document import Correction, Document
from bot.model.issue import By, Happening, Issue, Status
from tests.desks import issue
from tests.fakes import NOON

LATER = NOON + timedelta(minutes=18)
OVER = issue(
    status=Status.RESOLVED, resolved_at=LATER, regions=("eu-west-1",), description="p95 is high", measured="650 ms",
    normal="500 ms", alerts=2,
)  # fmt: skip


def happened(what: str, text: str = "") -> Happening:
    return Happening(OVER.id, what, LATER, By("Ada"), says=f"Ada {what} it.", details={"text": text} if text else {})


def written(over: Issue = OVER, *history: Happening, standing: Document | None = None) -> Document:
    return entry(over, history, standing, LATER)


def helped(document: Document) -> str:
    assert document.case is not None
    return document.case.helped


def test_all_that_an_entry_says():
    found = written(replace(OVER, workaround="Restart it."), happened("resolved"))
    assert found.title == "checkout latency is high (checkout, eu-west-1)"
    assert found.content == (
        "- Status: resolved\n- Severity: critical\n- Affected: checkout; eu-west-1\n- Created: 2026-03-18 12:00 UTC\n"
        "- Resolved: 2026-03-18 12:18 UTC, after 18 min\n- Issue: ISS-1773835200-checkout\n\n"
        "## Description\np95 is high\nMeasured: 650 ms (normal: 500 ms), +30 %\n\n"
        "## Impact\n- Service: checkout\n- Region: eu-west-1\n- 2 alerts fired\n\n"
        "## What helped\nRestart it.\n\n"
        "## What was done\n- 2026-03-18 12:18 UTC: Ada resolved it."
    )
    assert (found.category, found.tags) == ("monitoring_issues", ("checkout", "eu-west-1", "critical"))
    assert found.case is not None
    assert (found.case.open, found.case.lasted) == (False, timedelta(minutes=18))
    assert not found.ai_generated


@pytest.mark.parametrize(
    ("workaround", "history", "expected"),
    [
        ("", (), ""),
        ("Restart it.", (), "Restart it."),
        ("", (happened("resolved", "Grew the pool."),), "Grew the pool."),
        ("Restart it.", (happened("resolved", "Grew the pool."),), "Restart it."),
        ("", (happened("noted", "Hm."),), ""),
    ],
)
def test_what_helped(workaround: str, history: tuple[Happening, ...], expected: str):
    found = written(replace(OVER, workaround=workaround), *history)
    assert helped(found) == expected
    assert ("Nobody has said yet." in found.content) is not bool(expected)


def test_the_same_issue_leaves_the_same_entry():
    first = written()
    assert entry(OVER, (), first, LATER + timedelta(days=1)) is first


def test_a_correction_stands_until_somebody_says_something_newer():
    first = written(replace(OVER, workaround="Restart it."))
    made = corrected(first, Correction(By("Ben"), LATER, "Grow the pool.", "Restarts only hide it."))
    assert helped(made) == "Grow the pool."
    assert "## What helped\nGrow the pool.\nRestarts only hide it." in made.content
    assert "Restart it." not in made.content
    assert made.corrections[-1].instead_of == "Restart it."
    assert helped(written(replace(OVER, workaround="Restart it.", alerts=9), standing=made)) == "Grow the pool."
    assert helped(written(replace(OVER, workaround="Move it."), standing=made)) == "Move it."
    twice = corrected(made, Correction(By("Mei"), LATER, "Add a replica."))
    assert helped(written(replace(OVER, workaround="Restart it."), standing=twice)) == "Add a replica."
    assert len(twice.corrections) == 2


def test_a_backslash_in_a_correction_is_a_backslash():
    made = corrected(written(), Correction(By("Ben"), LATER, r"net use \\1 \g<0>"))
    assert r"net use \\1 \g<0>" in made.content
