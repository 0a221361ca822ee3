"""The desk against a real Alertmanager: from the button to the alert that goes quiet, and back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.desk.silences import Silences
from bot.model.issue import Alert, By, Issue, IssueId
from bot.model.message import PersonId
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.silenced import telling
from bot.ports.actor import Actor
from integrations.alertmanager.integration import AlertmanagerIntegration, Settings
from integrations.integration import Parts
from storage.storage import open_storage
from tests.conftest import KEY
from tests.integration.alertmanager.peer import ask, fire, serving

pytestmark = pytest.mark.peers

ISSUE = IssueId("ISS-1-checkout")
LABELS = {"alertname": "SlowCheckout", "service": "checkout", "severity": "critical"}


def _suppressed(url: str) -> list[str]:
    return sorted(alert["labels"]["instance"] for alert in ask(url, "alerts") if alert["status"]["silencedBy"])


def _person(name: str, cause: str) -> Actor:
    return Actor(DEFAULT_TENANT, By(name, PersonId(name), "slack"), cause)


async def test_from_the_button_to_the_alert_and_back(tmp_path: Path, sqlite_url: str) -> None:
    clock, now = SystemClock(), datetime.now(UTC)
    with serving(tmp_path) as url:
        fire(
            url,
            [{**LABELS, "instance": "web-1"}, {**LABELS, "instance": "web-2"}, {"alertname": "X", "instance": "db"}],
        )
        async with open_storage(sqlite_url, keys=[KEY], clock=clock) as storage, aiohttp.ClientSession() as session:
            settings = Settings.model_validate({"url": url})
            source = AlertmanagerIntegration(settings, Parts(session, clock)).silencer
            desk = Silences(storage, clock, {"alertmanager": source}, telling(clock))
            async with storage.work(DEFAULT_TENANT) as work:
                await work.issues.save(
                    [Issue(ISSUE, "k", "alertmanager", "Slow", Severity.CRITICAL, now, now, labels=LABELS)]
                )
                await work.issues.save_alerts(
                    [
                        Alert("alertmanager", one, ISSUE, "firing", Severity.CRITICAL, "Slow", now, now,
                              labels={**LABELS, "instance": one})
                        for one in ("web-1", "web-2")
                    ]
                )  # fmt: skip
            matchers = await desk.matchers(DEFAULT_TENANT, ISSUE)
            preview = await desk.preview(DEFAULT_TENANT, matchers, "alertmanager")
            assert (len(preview.now), preview.critical, preview.past) == (2, 2, (("Slow", 2),))

            until = now + timedelta(hours=2)
            asked = await desk.create(_person("Anna", "l1"), matchers, until, issue=ISSUE)
            assert (asked.state, _suppressed(url)) == ("asked", [])
            silence = await desk.approve(_person("Ben", "l2"), asked.id)
            assert _suppressed(url) == ["web-1", "web-2"]
            (there,) = ask(url, "silences")
            assert (there["createdBy"], silence.outside) == ("Anna (Slack)", there["id"])
            assert ISSUE in there["comment"]

            await desk.extend(_person("Ben", "l3"), silence.id, until + timedelta(hours=1))
            await desk.settle(DEFAULT_TENANT)
            (there,) = ask(url, "silences")
            assert datetime.fromisoformat(there["endsAt"]) - until > timedelta(minutes=59)

            await desk.expire(_person("Anna", "l4"), silence.id)
            assert _suppressed(url) == []
            await desk.settle(DEFAULT_TENANT)
            assert len(ask(url, "silences")) == 1
            async with storage.work(DEFAULT_TENANT) as work:
                issue = await work.issues.look(ISSUE)
                history = await work.issues.history(ISSUE, 10)
            assert issue is not None
            assert issue.silence == ""
            assert [one.what for one in history] == ["silence_asked", "silenced", "silenced", "unsilenced"]
