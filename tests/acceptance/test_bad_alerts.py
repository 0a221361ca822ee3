"""What alert sources send that they should not, or that looks odd: refused clearly, or taken and told truly."""

import gzip
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from tests.acceptance.doors import counted, new_key, revoke, send, without
from tests.acceptance.incidents import Incidents, alert, incidents, payload
from tests.acceptance.rest import at_rest

MEGABYTE = 1024 * 1024
NUMBERS = count(100)
PLAN = {
    "heartbeats": {"backup": {"every": "1s", "grace": "1s", "match": ['alertname="BackupRan"']}},
    "sources": {
        "pumps": {
            "each": "items[]",
            "fingerprint": "id",
            "title": "what",
            "status": "state",
            "severity": "level",
            "labels": {"service": "at.station"},
            "started_at": "since",
            "link": "page",
        }
    },
}

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(90)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory) -> AsyncIterator[Incidents]:
    async with incidents(tmp_path_factory.mktemp("world"), plan=PLAN) as built:
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


def mark(word: str = "Odd") -> str:
    return f"{word}-{next(NUMBERS)}"


async def stands_once(world: Incidents, name: str) -> tuple[Any, Any]:
    """Its message in each chat, and that there is no second one when all is said."""
    await world.both(name)
    await at_rest(world)
    assert (len(world.slack_roots(name)), len(world.teams_roots(name))) == (1, 1)
    return world.slack_roots(name)[0], world.teams_roots(name)[0]


async def nothing_of(world: Incidents, name: str) -> None:
    issues = await at_rest(world)
    assert not [issue for issue in issues if name in issue.title]
    assert not [one for one in (*world.slack_messages(), *world.teams_messages()) if name in json.dumps(one)]


# Refused


def four(**wrong: Any) -> bytes:
    """Three good alerts, and a fourth that is not."""
    name = mark("Wrong")
    return json.dumps(payload([alert(name), alert(name), alert(name), {**alert(name), **wrong}])).encode()


@dataclass(frozen=True)
class Malformed:
    field: str
    body: Callable[[], bytes]


MALFORMED = {
    "truncated JSON": Malformed("", lambda: four()[:-40]),
    "empty": Malformed("", lambda: b""),
    "not UTF-8": Malformed("", lambda: b"\xff\xfe" + four()),
    "a list": Malformed("", lambda: b"[" + four() + b"]"),
    "nested too deep": Malformed("", lambda: b"[" * 100_000),
    "no alerts": Malformed("alerts", lambda: b'{"version": "4"}'),
    "alerts that are an object": Malformed("alerts", lambda: b'{"alerts": {"status": "firing"}}'),
    "an alert that is a word": Malformed("alerts[0]", lambda: b'{"alerts": ["firing"]}'),
    "a time that is none": Malformed("alerts[3].startsAt", lambda: four(startsAt="yesterday")),
    "a time that is a list": Malformed("alerts[3].startsAt", lambda: four(startsAt=[2026])),
    "a year that no calendar has": Malformed("alerts[3].startsAt", lambda: four(startsAt="10000-01-01T00:00:00Z")),
    "a time beyond every calendar": Malformed("alerts[3].startsAt", lambda: four(startsAt="9999-12-31T23:59:59-14:00")),
    "a state that is none": Malformed("alerts[3].status", lambda: four(status="on fire")),
    "labels that are a list": Malformed("alerts[3].labels", lambda: four(labels=["severity"])),
    "a label that is an object": Malformed("alerts[3].labels.pod", lambda: four(labels={"pod": {"a": 1}})),
    "annotations that are a word": Malformed("alerts[3].annotations", lambda: four(annotations="high")),
    "a number without end": Malformed("", lambda: b'{"alerts": NaN}'),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_malformed_is_refused_with_its_field(world: Incidents, name: str) -> None:
    answer = await send(world, f"/webhooks/alertmanager/{world.key}", MALFORMED[name].body())
    assert answer.status == 400
    assert answer.told["field"] == MALFORMED[name].field
    assert len(answer.told["error"]) > 10


async def test_one_bad_alert_leaves_nothing_of_the_good_ones(world: Incidents) -> None:
    name = mark("Wrong")
    good = [alert(name), alert(name), alert(name)]
    answer = await send(
        world, f"/webhooks/alertmanager/{world.key}", payload([*good, {**alert(name), "startsAt": "soon"}])
    )
    assert (answer.status, answer.told["field"]) == (400, "alerts[3].startsAt")
    await nothing_of(world, name)


async def test_strangers_are_refused_and_told_nothing_of_their_body(world: Incidents) -> None:
    key, secret = await new_key(world, "alertmanager", "lost")
    assert (await send(world, f"/webhooks/alertmanager/{secret}", payload([]))).status == 200
    await revoke(world, key)
    name = mark("Strange")
    good = payload([alert(name)])
    for path, status in (
        (f"/webhooks/nagios/{world.key}", 404),
        ("/webhooks/alertmanager/wrong", 401),
        (f"/webhooks/alertmanager/{secret}", 401),
        (f"/webhooks/grafana/{world.key}", 401),
        (f"/webhooks/alertmanager/{world.key}/more", 404),
        ("/webhooks/heartbeat/wrong", 401),
    ):
        assert (await send(world, path, good)).status == status, path
        assert (await send(world, path, b"{")).status == status, "the key comes before the body"
    assert (await send(world, "/v2/enqueue", {**trigger("x"), "routing_key": "wrong"})).status == 401
    await nothing_of(world, name)


async def test_more_than_a_megabyte_is_refused_however_it_comes(world: Incidents) -> None:
    path, name = f"/webhooks/alertmanager/{world.key}", mark("Large")
    large = json.dumps(payload([alert(name)])).encode() + b" " * MEGABYTE

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(large), 65536):
            yield large[at : at + 65536]

    assert (await send(world, path, large)).status == 413
    async with world.session.post(f"{world.rig.bot_url}{path}", data=pieces()) as answer:
        assert answer.status == 413
    packed = await send(world, path, gzip.compress(large), headers={"Content-Encoding": "gzip"})
    assert packed.status == 413
    await nothing_of(world, name)


async def test_what_is_refused_is_counted_by_source_and_result(world: Incidents) -> None:
    before = await counted(world)
    path = f"/webhooks/alertmanager/{world.key}"
    await send(world, path, payload([alert(mark())]))
    await send(world, path, b"{")
    await send(world, path, b" " * (MEGABYTE + 1))
    await send(world, "/webhooks/alertmanager/wrong", payload([]))
    await send(world, f"/webhooks/nagios/{world.key}", payload([]))
    await send(world, "/v2/enqueue", b"{")
    assert await counted(world) - before == {
        ("alertmanager", "accepted"): 1,
        ("alertmanager", "malformed"): 1,
        ("alertmanager", "too_large"): 1,
        ("alertmanager", "wrong_key"): 1,
        ("none", "unknown"): 1,
        ("pagerduty", "malformed"): 1,
    }


# Odd, and true all the same

SKEWED: dict[str, Callable[[datetime], str | None]] = {
    "tomorrow": lambda now: (now + timedelta(days=1)).isoformat(),
    "year 1": lambda _: "0001-01-01T00:00:00Z",
    "before year 1": lambda _: "0001-06-01T00:00:00+14:00",
    "year 9999": lambda _: "9999-12-31T23:59:59Z",
    "1900": lambda _: "1900-01-01T00:00:00Z",
    "no zone": lambda now: now.replace(tzinfo=None).isoformat(),
    "empty": lambda _: "",
    "missing": lambda _: None,
}


@pytest.mark.parametrize("how", SKEWED)
async def test_clocks_that_go_wrong(world: Incidents, how: str) -> None:
    name, now = mark("Skewed"), datetime.now(UTC)
    assert await world.post({**alert(name), "startsAt": SKEWED[how](now)}) == 200
    slack, _ = await stands_once(world, name)
    (issue,) = [one for one in await world.issues() if name in one.title]
    assert now - timedelta(seconds=2) < issue.opened_at <= datetime.now(UTC)
    assert re.search(r"since \d\d:\d\d UTC", slack["text"])


async def test_an_alert_that_ends_before_it_starts(world: Incidents) -> None:
    name = mark("Backwards")
    firing = alert(name, fingerprint=name)
    assert await world.post(firing) == 200
    await world.both(name)
    ended = (datetime.now(UTC) - timedelta(days=365)).isoformat()
    assert await world.post({**firing, "status": "resolved", "endsAt": ended}) == 200
    await world.until_both(name, "Resolved")
    slack, _ = await stands_once(world, name)
    assert "-" not in slack["text"].partition("after ")[2], "it lasted no negative time"


async def test_an_end_without_a_beginning_says_nothing(world: Incidents) -> None:
    name = mark("Endless")
    assert await world.post(alert(name, firing=False), alert(name, firing=False)) == 200
    await nothing_of(world, name)


async def test_an_end_that_overtakes_its_beginning(world: Incidents) -> None:
    """The firing of the same moment comes late: it is over, and nobody is told."""
    name = mark("Overtaken")
    firing = alert(name, fingerprint=name)
    assert await world.post({**firing, "status": "resolved", "endsAt": datetime.now(UTC).isoformat()}) == 200
    assert await world.post(firing) == 200
    await nothing_of(world, name)
    later = datetime.now(UTC) + timedelta(seconds=1)
    assert await world.post({**firing, "startsAt": later.isoformat()}) == 200
    await stands_once(world, name)


async def test_a_late_repetition_does_not_open_again_what_is_over(world: Incidents) -> None:
    name = mark("Overtaken")
    firing = alert(name, fingerprint=name)
    assert await world.post(firing) == 200
    assert await world.post({**firing, "status": "resolved", "endsAt": datetime.now(UTC).isoformat()}) == 200
    assert await world.post(firing) == 200
    issues = [one for one in await at_rest(world) if name in one.title]
    assert [one.open for one in issues] == [False]


async def test_the_same_signal_a_thousand_times(world: Incidents) -> None:
    name = mark("Again")
    same = alert(name, fingerprint=name)
    assert await world.post(same) == 200
    await stands_once(world, name)
    for _ in range(10):
        assert await world.post(*[same] * 100) == 200
    (issue,) = [one for one in await at_rest(world) if name in one.title]
    assert (issue.revision, issue.alerts, issue.signals) == (1, 1, 1001)
    slack, teams = await stands_once(world, name)
    assert "edited" not in slack
    assert not world.slack_thread(slack)
    assert not world.teams_thread(teams)


async def test_without_a_fingerprint_the_same_labels_are_the_same_alert(world: Incidents) -> None:
    name = mark("Nameless")
    bare = without(alert(name), "fingerprint")
    for _ in range(2):
        assert await world.post(bare, {**bare, "fingerprint": ""}, {**bare, "fingerprint": None}) == 200
    await stands_once(world, name)
    (issue,) = [one for one in await world.issues() if name in one.title]
    assert (issue.alerts, issue.firing) == (1, 1)
    assert await world.post({**bare, "status": "resolved", "endsAt": datetime.now(UTC).isoformat()}) == 200
    await world.until_both(name, "Resolved")


# Other doors


def trigger(key: str, action: str = "trigger", summary: str = "") -> dict[str, Any]:
    event: dict[str, Any] = {"event_action": action, "dedup_key": key}
    if action == "trigger":
        event["payload"] = {"summary": f"{summary}: disk is full", "source": "db-1", "severity": "error"}
    return event


async def test_pagerduty_to_the_end_by_its_key(world: Incidents) -> None:
    _, secret = await new_key(world, "pagerduty")
    name = mark("Disk")

    async def event(action: str) -> None:
        answer = await send(world, "/v2/enqueue", {"routing_key": secret, **trigger("disk/1", action, name)})
        assert answer.status == 202
        assert answer.told == {"status": "success", "message": "Event processed", "dedup_key": "disk/1"}

    await event("trigger")
    await world.both(name)
    await world.until_both(name, "High", "nobody has it")
    await event("acknowledge")
    await world.until_both(name, "acknowledged by")
    await event("resolve")
    await world.until_both(name, "Resolved")
    await stands_once(world, name)
    refused = await send(world, "/v2/enqueue", {"routing_key": secret, "event_action": "resolve"})
    assert (refused.status, refused.told["errors"]) == (400, ["'dedup_key' is missing or blank"])


async def test_any_json_by_a_mapping_of_the_plan(world: Incidents) -> None:
    _, secret = await new_key(world, "generic", "pumps")
    name = mark("Pump")
    item = {"id": 7, "what": f"{name} stands still", "level": "critical", "at": {"station": "north"}, "since": 1.7e9}
    path = f"/webhooks/generic/{secret}"
    assert (await send(world, path, {"items": [{**item, "page": "javascript:alert(1)"}]})).status == 200
    slack, _ = await stands_once(world, name)
    assert "Critical" in slack["text"]
    assert "javascript" not in json.dumps(slack)
    missing = await send(world, path, {"items": [item, {"id": 8}]})
    assert (missing.status, missing.told["field"]) == (400, "items[1].what")
    unknown = await send(world, f"{path}?map=fans", {"items": []})
    assert (unknown.status, unknown.told["field"]) == (400, "map")
    assert (await send(world, path, {"items": [{**item, "state": "OK"}]})).status == 200
    await world.until_both(name, "Resolved")


async def test_a_heartbeat_that_falls_silent_and_comes_back(world: Incidents) -> None:
    def said(word: str) -> bool:
        roots = [*world.slack_messages(), *world.teams_messages()]
        found = [one for one in roots if "No heartbeat from backup" in json.dumps(one)]
        return len(found) == 2 and all(word in json.dumps(one) for one in found)

    await world.rig.until(lambda: said("nobody has it"), "both chats miss it")
    assert await world.post(alert("BackupRan", severity="none")) == 200
    await world.rig.until(lambda: said("Resolved"), "both chats hear it again")
    assert not [one for one in await world.issues() if "BackupRan" in one.title], "a beat is no issue"
