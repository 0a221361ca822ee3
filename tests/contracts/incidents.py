"""Issues and what belongs to them, as the storage tests need them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.model.analysis import Analysis
from bot.model.issue import Alert, By, Happening, Issue, IssueId, Status, Told
from bot.model.mail import Audience, MailDraft, MailId
from bot.model.message import PersonId, Place
from bot.model.parcel import Draft, Subject
from bot.model.reply import Reply
from bot.model.severity import Severity
from bot.model.silence import Silence, SilenceId
from bot.model.tenant import TenantId
from bot.model.ticket import Priority, Ticket, TicketId
from bot.ports.incidents import Cover, Storm
from tests.fakes import NOON

ACME, OTHER = TenantId("acme"), TenantId("other")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
ALERTS = Place("slack", "T1", "C1")
CARDS = Place("teams", "tenant-1", "19:x@thread.tacv2")
ADA = By("Ada", PersonId("p1"), "slack", NOON)


def issue(name: str = "ISS-1-checkout", key: str = "", **given: Any) -> Issue:
    started: dict[str, Any] = {
        "source": "alertmanager",
        "title": "Latency is high",
        "severity": Severity.HIGH,
        "opened_at": NOON,
        "updated_at": NOON,
    }
    return Issue(id=IssueId(name), key=key or name, **(started | given))


def resolved(open_one: Issue, at: datetime) -> Issue:
    return replace(open_one, status=Status.RESOLVED, resolved_at=at, updated_at=at, revision=open_one.revision + 1)


def full_issue() -> Issue:
    """With something in every field that storage has to bring back."""
    return issue(
        labels={"service": "checkout", "path": "/a b", "odd": "<!channel> \0 🙂"},
        services=("checkout", "payments"),
        regions=("eu-1",),
        acknowledged=ADA,
        owner=ADA,
        silenced_until=NOON + HOUR,
        occurrences=(NOON - HOUR, NOON),
        told=(Told(ALERTS), Told(CARDS, "full", storm="storm-1")),
    )


def alert(fingerprint: str = "f1", of: str = "ISS-1-checkout", **given: Any) -> Alert:
    started: dict[str, Any] = {
        "source": "alertmanager",
        "status": "firing",
        "severity": Severity.HIGH,
        "title": "Latency is high",
        "started_at": NOON,
        "seen_at": NOON,
        "labels": {"service": "checkout"},
    }
    return Alert(fingerprint=fingerprint, issue=IssueId(of), **(started | given))


def happening(of: str = "ISS-1-checkout", what: str = "opened", at: datetime = NOON, **given: Any) -> Happening:
    return Happening(IssueId(of), what, at, ADA, **given)


def silence(name: str = "s1", **given: Any) -> Silence:
    span: dict[str, Any] = {"starts_at": NOON, "ends_at": NOON + HOUR, "matchers": ('service="checkout"',)}
    return Silence(id=SilenceId(name), kind="silence", by=ADA, **(span | given))


def ticket(name: str = "TICKET-2026-000001", **given: Any) -> Ticket:
    asked: dict[str, Any] = {
        "subject": "A human, please",
        "body": "…",
        "priority": Priority.NORMAL,
        "category": "billing",
        "department": "billing",
        "opened_at": NOON,
    }
    return Ticket(id=TicketId(name), kind="user", by=ADA, **(asked | given))


def mail(name: str = "ALR-1-engineering", **given: Any) -> MailDraft:
    drafted: dict[str, Any] = {
        "audience": Audience.ENGINEERING,
        "issue": IssueId("ISS-1-checkout"),
        "subject": "High: Latency is high",
        "body": "Measured: 650 ms",
        "recipients": ("ops@example.com",),
        "drafted_at": NOON,
    }
    return MailDraft(id=MailId(name), drafted=ADA, **(drafted | given))


def analysis(name: str = "ISS-1-checkout", **given: Any) -> Analysis:
    found: dict[str, Any] = {
        "cause": "It coincides with a deploy.", "kind": "deploy", "confidence": "fair", "share": 0.7, "made_at": NOON,
    }  # fmt: skip
    return Analysis(issue=IssueId(name), **(found | given))


def storm(name: str = "storm-1", place: Place = ALERTS, **given: Any) -> Storm:
    span: dict[str, Any] = {"began_at": NOON, "last_at": NOON}
    return Storm(id=name, place=place, **(span | given))


def cover(name: str = "c1", **given: Any) -> Cover:
    span: dict[str, Any] = {"starts_at": NOON, "ends_at": NOON + HOUR}
    return Cover(id=name, rota="primary", person="ben@example.com", **(span | given))


def root(name: str = "ISS-1-checkout", revision: int = 1, place: Place = ALERTS) -> Draft:
    return Draft(place, Subject(f"issue:{name}"), revision, Reply(f"{name}/{revision}"))


def story(number: int = 1, name: str = "ISS-1-checkout", place: Place = ALERTS) -> Draft:
    subject = Subject(f"story:{name}:{number}")
    return Draft(place, subject, 1, Reply(f"story {number}"), under=Subject(f"issue:{name}"))
