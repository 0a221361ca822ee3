"""Our silences in a real Alertmanager: made, extended, ended, and heard by it."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.model.errors import Missing, Rejected
from bot.model.severity import Severity
from integrations.alertmanager.integration import AlertmanagerIntegration, Settings
from integrations.alertmanager.silences import AlertmanagerSilences
from integrations.integration import Parts
from tests.integration.alertmanager.peer import ask, fire, serving

pytestmark = pytest.mark.peers

HOUR = timedelta(hours=1)
CHECKOUT = ('alertname="SlowCheckout"', 'instance=~"web-.*"')


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("alertmanager")) as address:
        fire(
            address,
            [
                {"alertname": "SlowCheckout", "instance": "web-1", "severity": "critical"},
                {"alertname": "SlowCheckout", "instance": "web-2", "severity": "warning"},
                {"alertname": "SlowCheckout", "instance": "db-1", "severity": "page"},
            ],
        )
        yield address


@pytest.fixture
async def integration(url: str) -> AsyncIterator[AlertmanagerIntegration]:
    async with aiohttp.ClientSession() as session:
        settings = Settings.model_validate({"url": f"{url}/api/v2/", "token": "hush", "tenant": "night"})
        yield AlertmanagerIntegration(settings, Parts(session, SystemClock()))


@pytest.fixture
def silencer(integration: AlertmanagerIntegration) -> AlertmanagerSilences:
    return integration.silencer


def _suppressed(url: str) -> list[str]:
    alerts = ask(url, "alerts", ("filter", 'alertname="SlowCheckout"'))
    return sorted(alert["labels"]["instance"] for alert in alerts if alert["status"]["silencedBy"])


def _now() -> datetime:
    return datetime.now(UTC)


async def test_check_names_the_version(integration: AlertmanagerIntegration) -> None:
    said = await integration.check()
    assert said.startswith("Alertmanager 0.")
    assert "active:" in said


async def test_a_silence_from_its_beginning_to_its_end(silencer: AlertmanagerSilences, url: str) -> None:
    heard = await silencer.hidden_now(CHECKOUT)
    assert sorted((one.labels["instance"], one.severity, one.title) for one in heard) == [
        ("web-1", Severity.CRITICAL, "SlowCheckout"),
        ("web-2", Severity.MEDIUM, "SlowCheckout"),
    ]

    ends_at = _now() + HOUR
    outside = await silencer.create(CHECKOUT, _now(), ends_at, "Anna Berger (Slack)", "Deploy · ISS-1 · nightdesk:s1")
    assert _suppressed(url) == ["web-1", "web-2"]
    assert await silencer.hidden_now(CHECKOUT) == ()  # what is quiet already cannot be hidden
    (standing,) = await silencer.silences("nightdesk:s1")
    assert (standing.id, standing.matchers, standing.by) == (outside, CHECKOUT, "Anna Berger (Slack)")
    assert (standing.comment, standing.state) == ("Deploy · ISS-1 · nightdesk:s1", "active")
    assert abs(standing.ends_at - ends_at) < timedelta(milliseconds=2)

    later = ends_at + HOUR
    assert await silencer.extend(outside, later) == outside
    extended = await silencer.get(outside)
    assert extended is not None
    assert abs(extended.ends_at - later) < timedelta(milliseconds=2)

    assert await silencer.expire(outside) is True
    assert _suppressed(url) == []
    assert await silencer.expire(outside) is False
    assert outside not in [one.id for one in await silencer.silences()]
    assert [one.state for one in await silencer.silences("nightdesk:s1")] == ["expired"]

    renewed = await silencer.extend(outside, later)  # what is over cannot be extended: it is another one
    assert renewed != outside
    assert _suppressed(url) == ["web-1", "web-2"]
    assert await silencer.expire(renewed) is True


@pytest.mark.parametrize(
    "matchers",
    [('a="x"',), ('a!="x"', 'alertname="y"'), ('a=~"x.*|\\\\d"',), ('a!~"x"', 'b=~"."'), (r'a="quo\"te\\ \n"',)],
)
async def test_every_kind_of_matcher_comes_back_as_it_went(
    silencer: AlertmanagerSilences, matchers: tuple[str, ...]
) -> None:
    outside = await silencer.create(matchers, _now(), _now() + HOUR, "Anna", "c")
    standing = await silencer.get(outside)
    assert standing is not None
    assert standing.matchers == matchers
    await silencer.expire(outside)


async def test_what_it_refuses_is_told_in_its_words(silencer: AlertmanagerSilences) -> None:
    with pytest.raises(Rejected, match="must not match the empty string"):
        await silencer.create(('a=""',), _now(), _now() + HOUR, "Anna", "c")
    with pytest.raises(Rejected, match="end time can't be in the past"):
        await silencer.create(('a="x"',), _now() - 2 * HOUR, _now() - HOUR, "Anna", "c")


async def test_what_is_not_there(silencer: AlertmanagerSilences) -> None:
    unknown = "11111111-1111-1111-1111-111111111111"
    assert await silencer.get(unknown) is None
    assert await silencer.expire(unknown) is False
    with pytest.raises(Missing):
        await silencer.extend(unknown, _now() + HOUR)
