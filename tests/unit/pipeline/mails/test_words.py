"""What a draft says: engineers read what is known, customers nothing of the inside."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.issue import By, Happening, Issue, IssueId, Status
from bot.model.mail import LONGEST_BODY, LONGEST_SUBJECT, Audience, MailDraft, MailId
from bot.model.reply import Fact, Facts, Link, Sources, Strong, Text
from bot.model.severity import Severity
from bot.pipeline.mails import numbers
from bot.pipeline.mails.letter import blocks, letter
from bot.pipeline.mails.words import About, change, size, write
from tests.fakes import NOON

INSIDE = ("pod-7f", "checkout", "rate(", "stack", "Traceback", "db-1", "ISS-", "650 ms")
ISSUE = Issue(
    IssueId("ISS-1773835200-checkout"), "k", "alertmanager", "Latency of checkout on pod-7f is high", Severity.CRITICAL,
    NOON, NOON + timedelta(minutes=12), services=("checkout",), regions=("eu-1",), firing=3, alerts=5,
    measured="650 ms", normal="above 500 ms", description="Traceback of db-1\nRunbook: https://evil.example/x",
    runbook="https://runbooks.example.com/checkout", graph="javascript:alert(1)",
    expression="histogram_quantile(0.99, rate(latency[5m])) > 0.5", labels={"pod": "pod-7f"},
)  # fmt: skip
HISTORY = (Happening(ISSUE.id, "acknowledged", NOON, By("Anna"), says="Anna Berger from Slack acknowledged it."),)


def about(**more: Any) -> About:
    return About(ISSUE, HISTORY, name="the shop", **more)


def test_engineers_read_all_that_is_known():
    over: dict[str, Any] = {
        "status": Status.RESOLVED,
        "resolved_at": NOON + timedelta(hours=1),
        "workaround": "restart it",
    }
    earlier = replace(ISSUE, id=IssueId("ISS-1-checkout"), **over)
    words = write(Audience.ENGINEERING, about(earlier=[earlier], moved=["errors of payments rose by 40 %"]))
    assert words.subject == "Critical: Latency of checkout on pod-7f is high"
    for said in (
        "Measured: 650 ms (limit: above 500 ms), +30 %",
        "Since: 2026-03-18 12:00 UTC",
        "Where: checkout; eu-1",
        "Alerts: 3 of 5 firing",
        "Rule: histogram_quantile(0.99, rate(latency[5m])) > 0.5",
        "Issue: ISS-1773835200-checkout",
        "> Traceback of db-1",
        "- 2026-03-18 12:00 UTC: Anna Berger from Slack acknowledged it.",
        "- errors of payments rose by 40 %",
        "- ISS-1-checkout, 2026-03-18 12:00 UTC, lasted 1 h; what helped: restart it",
        "Runbook: https://runbooks.example.com/checkout",
    ):
        assert said in words.body
    assert words.links == {"Runbook": "https://runbooks.example.com/checkout"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "We have noticed it and are looking into it."),
        ({"acknowledged": By("Anna")}, "Our engineers are working on it."),
        ({"status": Status.IDENTIFIED}, "We have found the cause and are working on it."),
        ({"status": Status.RESOLVED, "resolved_at": NOON + timedelta(hours=1)}, "The shop works as usual again."),
    ],
)
def test_customers_read_plain_words_and_nothing_of_the_inside(changes: dict[str, Any], says: str):
    words = write(Audience.CUSTOMER, replace(about(), issue=replace(ISSUE, **changes)))
    assert says in words.body
    assert [one for one in INSIDE if one in f"{words.subject}\n{words.body}"] == []
    assert words.links == {}


def test_a_service_without_a_name_for_customers_has_none():
    words = write(Audience.CUSTOMER, replace(about(), name=""))
    assert words.subject == "Our service is disturbed at the moment"
    assert "checkout" not in words.body


@pytest.mark.parametrize(
    ("measured", "normal", "expected"),
    [
        ("650 ms", "above 500 ms", "+30 %"), ("650 ms", "500 ms", "+30 %"), ("1,200", "600", "+100 %"),
        ("650 ms", "1 s", ""), ("12 %", "3 %", ""), ("650 ms", "", ""), ("many", "few", ""), ("5", "0", "from none"),
    ],
)  # fmt: skip
def test_a_percentage_only_of_what_can_be_compared(measured: str, normal: str, expected: str):
    assert change(measured, normal) == expected


def test_whatever_an_alert_says_it_fits_and_stays_on_its_line():
    hostile = "x\r\nBcc: a@example.com\n\n<b>\u202e" * 300
    issue = replace(ISSUE, title=hostile, description=hostile, expression=hostile, measured=hostile, workaround=hostile)
    words = write(Audience.ENGINEERING, About(issue, [replace(HISTORY[0], says=hostile)] * 20, [issue] * 9))
    assert len(words.subject) <= LONGEST_SUBJECT
    assert len(words.subject.splitlines()) == 1
    assert size(words.body) <= LONGEST_BODY
    assert [line for line in words.body.splitlines() if line.startswith("Bcc")] == []


def test_a_draft_knows_all_of_its_own_numbers():
    words = write(Audience.ENGINEERING, about())
    assert numbers.strangers(words.body, (words.body,)) == ()


def draft(body: str, audience: Audience = Audience.ENGINEERING) -> MailDraft:
    return MailDraft(
        MailId("ALR-1-engineering"), audience, ISSUE.id, "High: it is slow", body, (), NOON, By("Nightdesk"),
        ticket="MON-1-checkout", links={"Runbook": "https://runbooks.example.com/checkout"}, approved=By("Anna Berger"),
    )  # fmt: skip


def test_a_letter_is_its_text_in_blocks_and_follows_only_its_own_links():
    text = (
        "State: Investigating\nMeasured: 650 ms\n\nThe alert says:\n> see https://evil.example\n- one\n- two\n"
        "Runbook: https://runbooks.example.com/checkout\nRunbook: https://evil.example/x"
    )
    found = tuple(blocks(text, draft("").links))
    assert found == (
        Facts((Fact("State", "Investigating"), Fact("Measured", "650 ms"))),
        Text((Strong("The alert says:"),)),
        Text(("> see https://evil.example",)),
        Text(("one",), listed=True),
        Text(("two",), listed=True),
        Sources((Link("Runbook", "https://runbooks.example.com/checkout"),)),
        Facts((Fact("Runbook", "https://evil.example/x"),)),
    )


def test_customers_are_told_no_names_and_no_tickets():
    inside, outside = letter(draft("Hello.")), letter(draft("Hello.", Audience.CUSTOMER))
    assert inside.footer == "Sent by Nightdesk, approved by Anna Berger · MON-1-checkout · ALR-1-engineering"
    assert outside.footer == "ALR-1-engineering"
    assert (inside.title, outside.title) == ("Engineering alert", "Service notice")


def test_engineers_read_what_it_coincides_with_and_customers_do_not():
    cause = "It coincides with a deploy of checkout at 14:01 UTC."
    assert f"What coincides with it:\n- {cause}" in write(Audience.ENGINEERING, about(cause=cause)).body
    assert "deploy" not in write(Audience.CUSTOMER, about(cause=cause)).body
