"""Issues and acts of the tests of this room, made in one line."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.issue import By, Happening, Issue, IssueId, Told
from bot.model.message import PersonId, Place
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.actor import Actor

NIGHT = datetime(2026, 3, 18, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SLACK = Place("slack", "T0NIGHT", "C0INCIDENTS")
TEAMS = Place("teams", "tenant-1", "19:incidents@thread.tacv2")
ANNA = By("Anna Berger", PersonId("p-anna"), "slack")
BEN = By("Ben Ortner", PersonId("p-ben"), "teams")
BOT = By("Nightdesk")
ID = IssueId("ISS-1773803520-checkout")


def issue(**more: Any) -> Issue:
    given: dict[str, Any] = {
        "id": ID,
        "key": "k1",
        "source": "alertmanager",
        "title": "Checkout latency is high",
        "severity": Severity.CRITICAL,
        "opened_at": NIGHT,
        "updated_at": NIGHT,
        "services": ("checkout",),
        "regions": ("eu-west-1",),
        "measured": "650 ms",
        "normal": "above 500 ms",
        "firing": 3,
        "alerts": 3,
        "signals": 3,
        "reason": "New",
        "told": (Told(SLACK), Told(TEAMS)),
    }
    return Issue(**{**given, **more})


def actor(by: By = ANNA, cause: str = "letter-1", place: Place = SLACK) -> Actor:
    return Actor(DEFAULT_TENANT, by, cause, place)


def happening(what: str, at: datetime = NIGHT, by: By = BOT, says: str = "It is so.", **more: Any) -> Happening:
    return Happening(more.pop("issue", ID), what, at, by, says=says, **more)
