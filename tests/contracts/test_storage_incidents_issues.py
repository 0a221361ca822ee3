"""Issues, alerts and history are found again, whole and by what they are asked for."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.model.issue import By, Issue, IssueId, Status, Told
from bot.model.message import PersonId
from bot.model.severity import Severity
from bot.ports.incidents import Wanted
from storage.storage import SqlStorage
from tests.contracts.incidents import (
    ACME,
    ADA,
    ALERTS,
    DAY,
    HOUR,
    OTHER,
    SECOND,
    alert,
    full_issue,
    happening,
    issue,
    resolved,
)
from tests.fakes import NOON

SINCE = NOON - HOUR


async def save(storage: SqlStorage, *issues: Issue) -> None:
    async with storage.work(ACME) as work:
        await work.issues.save(issues)


async def current(storage: SqlStorage, *keys: str, since: datetime = SINCE) -> dict[str, str]:
    async with storage.work(ACME) as work:
        return {key: found.id for key, found in (await work.issues.current(keys, since)).items()}


async def test_an_issue_comes_back_as_it_was_saved(storage: SqlStorage):
    await save(storage, full_issue())
    async with storage.work(ACME) as work:
        assert await work.issues.get(full_issue().id) == full_issue()
        assert await work.issues.look(full_issue().id) == full_issue()
        assert await work.issues.get(IssueId("ISS-2-nothing")) is None
        assert await work.issues.current([full_issue().key], NOON) == {full_issue().key: full_issue()}


async def test_half_a_character_is_replaced(storage: SqlStorage):
    await save(storage, issue(acknowledged=By("half \ud83d"), services=("\ud83d",)))
    async with storage.work(ACME) as work:
        found = await work.issues.look(IssueId("ISS-1-checkout"))
    assert found is not None
    assert found.acknowledged == By("half ?")


async def test_saving_again_replaces(storage: SqlStorage):
    await save(storage, issue())
    await save(storage, resolved(issue(), NOON + HOUR))
    async with storage.work(ACME) as work:
        assert await work.issues.look(issue().id) == resolved(issue(), NOON + HOUR)
        assert await work.issues.count(Wanted()) == 1


OLD, NEW = issue("ISS-1-a", "k"), issue("ISS-2-a", "k", opened_at=NOON + HOUR)


@pytest.mark.parametrize(("saved", "expected"), [
    ((), {}),
    ((OLD,), {"k": "ISS-1-a"}),
    ((OLD, NEW), {"k": "ISS-2-a"}),
    ((NEW, OLD), {"k": "ISS-2-a"}),
    ((resolved(OLD, NOON),), {"k": "ISS-1-a"}),  # resolved after `since`: it may reopen
    ((resolved(OLD, SINCE),), {}),
    ((OLD, resolved(NEW, NOON + 2 * HOUR)), {"k": "ISS-1-a"}),  # the open one before a newer one that is over
    ((resolved(OLD, NOON), resolved(NEW, NOON + 2 * HOUR)), {"k": "ISS-2-a"}),
    ((issue("ISS-3-b", "another key"),), {}),
])  # fmt: skip
async def test_the_current_issue_of_a_key(storage: SqlStorage, saved: tuple[Issue, ...], expected: dict[str, str]):
    await save(storage, *saved)
    assert await current(storage, "k", "unheard of") == expected
    assert await current(storage) == {}


async def test_thousands_at_once(storage: SqlStorage):
    names = [f"ISS-{n}-a" for n in range(5000)]
    await save(storage, *(issue(name) for name in names))
    async with storage.work(ACME) as work:
        assert len(await work.issues.current(names, SINCE)) == 5000
        assert await work.issues.taken([IssueId("ISS-5000-a"), IssueId("ISS-1-a")]) == {"ISS-1-a"}
        assert len(await work.issues.taken([IssueId(name) for name in names])) == 5000
        await work.issues.save_alerts([alert(f"f{n}", name) for n, name in enumerate(names)])
        assert len(await work.issues.known("alertmanager", [f"f{n}" for n in range(6000)])) == 5000
        assert sum((await work.issues.firing([IssueId(name) for name in names])).values()) == 5000
        await work.issues.record([happening(name) for name in names])
        assert len(await work.issues.happenings(NOON, NOON + SECOND, 9999)) == 5000


MINE = issue("ISS-1-a", opened_at=NOON, services=("checkout", "a\nb"), owner=ADA)
WORST = issue("ISS-2-b", opened_at=NOON + HOUR, updated_at=NOON + HOUR, severity=Severity.CRITICAL, services=("pay",))
FOUND = issue("ISS-3-c", opened_at=NOON + 2 * HOUR, updated_at=NOON + DAY, status=Status.IDENTIFIED)
OVER = resolved(issue("ISS-4-d", opened_at=NOON + 3 * HOUR, told=(Told(ALERTS, storm="storm-1"),)), NOON + 4 * HOUR)


@pytest.mark.parametrize(("wanted", "expected"), [
    (Wanted(), "ISS-4-d ISS-3-c ISS-2-b ISS-1-a"),
    (Wanted(limit=2), "ISS-4-d ISS-3-c"),
    (Wanted(open=True), "ISS-3-c ISS-2-b ISS-1-a"),
    (Wanted(open=False), "ISS-4-d"),
    (Wanted(status=Status.IDENTIFIED), "ISS-3-c"),
    (Wanted(severity=Severity.CRITICAL), "ISS-2-b"),
    (Wanted(service="checkout"), "ISS-1-a"),
    (Wanted(service="check"), ""),
    (Wanted(service="a\nb"), "ISS-1-a"),
    (Wanted(service="%"), ""),
    (Wanted(owner=PersonId("p1")), "ISS-1-a"),
    (Wanted(since=NOON + HOUR), "ISS-4-d ISS-3-c ISS-2-b"),
    (Wanted(storm="storm-1"), "ISS-4-d"),
    (Wanted(storm="storm-"), ""),
    (Wanted(open=True, severity=Severity.HIGH, since=NOON + DAY), "ISS-3-c"),
])  # fmt: skip
async def test_searching(storage: SqlStorage, wanted: Wanted, expected: str):
    await save(storage, MINE, WORST, FOUND, OVER)
    async with storage.work(ACME) as work:
        found = await work.issues.find(wanted)
        assert " ".join(one.id for one in found) == expected
        assert wanted.limit < 50 or await work.issues.count(wanted) == len(found)


async def test_alerts_as_they_were_last_seen(storage: SqlStorage):
    first = alert("f1", labels={"service": "checkout", "odd": "\0 ' 🙂"})
    again = alert("f1", "ISS-2-checkout", status="resolved", ended_at=NOON + HOUR, seen_at=NOON + HOUR)
    async with storage.work(ACME) as work:
        await work.issues.save_alerts([first, alert("f2", source="grafana")])
        known = await work.issues.known("alertmanager", ["f1", "f2", "f3"])
        assert {name: one.labels["odd"] for name, one in known.items()} == {"f1": "\ufffd ' 🙂"}
        await work.issues.save_alerts([again])
        assert await work.issues.known("alertmanager", ["f1"]) == {"f1": again}
        assert await work.issues.known("alertmanager", []) == {}


async def test_firing_counts_what_is_not_resolved(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.issues.save_alerts([
            alert("f1"), alert("f2", status="acknowledged"), alert("f3", status="resolved"), alert("f4", "ISS-2-b"),
        ])  # fmt: skip
        asked = [IssueId("ISS-1-checkout"), IssueId("ISS-2-b"), IssueId("ISS-3-c")]
        assert await work.issues.firing(asked) == dict(zip(asked, (2, 1, 0), strict=True))
        assert await work.issues.firing([]) == {}


async def test_the_alerts_of_an_issue_the_worst_first(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.issues.save_alerts([
            alert("low", severity=Severity.LOW),
            alert("old", started_at=NOON - HOUR),
            alert("new"),
            alert("over", severity=Severity.CRITICAL, status="resolved"),
            alert("another's", "ISS-2-b"),
        ])  # fmt: skip
        of = IssueId("ISS-1-checkout")
        assert [one.fingerprint for one in await work.issues.alerts(of, firing=True, limit=9)] == ["new", "old", "low"]
        assert [one.fingerprint for one in await work.issues.alerts(of, firing=False, limit=2)] == ["over", "new"]


@pytest.mark.parametrize(("start", "end", "expected"), [
    (-2, -1, []),
    (-2, 0, []),  # it began when the span had ended
    (-1, 1, ["fires", "ended", "silent"]),
    (1, 2, ["fires", "ended"]),
    (2, 3, ["fires", "ended"]),
    (3, 4, ["fires"]),
])  # fmt: skip
async def test_alerts_of_a_span(storage: SqlStorage, start: int, end: int, expected: list[str]):
    async with storage.work(ACME) as work:
        await work.issues.save_alerts([
            alert("fires", started_at=NOON + 2 * SECOND, ended_at=NOON + SECOND),  # an end it only announces
            alert("ended", started_at=NOON + SECOND, status="resolved", ended_at=NOON + 2 * HOUR),
            alert("silent", status="resolved", seen_at=NOON + HOUR - SECOND),
        ])  # fmt: skip
        found = await work.issues.seen_between(NOON + start * HOUR, NOON + end * HOUR, 9)
    assert [one.fingerprint for one in found] == expected


async def test_the_history_keeps_the_latest_in_order(storage: SqlStorage):
    lines = [happening(what=f"w{n}", at=NOON + n * SECOND, details={"n": n}, says="So.") for n in range(5)]
    async with storage.work(ACME) as work:
        await work.issues.record([lines[1], lines[0]])
        await work.issues.record(lines[2:])
        await work.issues.record([])
        await work.issues.record([happening("ISS-2-b", at=NOON + 2 * SECOND)])
        assert await work.issues.history(IssueId("ISS-1-checkout"), 3) == lines[2:]
        assert await work.issues.history(IssueId("ISS-1-checkout"), 9) == lines
        within = await work.issues.happenings(NOON + SECOND, NOON + 3 * SECOND, 9)
        assert [one.what for one in within] == ["w1", "w2", "opened"]
        assert len(await work.issues.happenings(NOON, NOON + DAY, 2)) == 2


async def test_one_cause_happens_once_to_an_issue(storage: SqlStorage):
    of = IssueId("ISS-1-checkout")
    async with storage.work(ACME) as work:
        assert not await work.issues.happened(of, "letter-1")
        both = happening(what="acknowledged", cause="letter-1"), happening(what="assigned", cause="letter-1")
        await work.issues.record(both)
    async with storage.work(ACME) as work:
        assert await work.issues.happened(of, "letter-1")
        assert not await work.issues.happened(of, "letter-2")
        assert not await work.issues.happened(IssueId("ISS-2-b"), "letter-1")
        await work.issues.record([happening(what="acknowledged", cause="letter-1", at=NOON + SECOND)])
        await work.issues.record([happening(what="counted"), happening(what="counted")])
        assert not await work.issues.happened(of, "")
        whats = [one.what for one in await work.issues.history(of, 9)]
    assert sorted(whats) == ["acknowledged", "assigned", "counted", "counted"]
    async with storage.work(OTHER) as work:
        assert not await work.issues.happened(of, "letter-1")


async def test_what_is_undone_was_never_there(storage: SqlStorage):
    async def fails() -> None:
        async with storage.work(ACME) as work:
            await work.issues.save([issue()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await current(storage, issue().key) == {}


async def test_instants_keep_their_zone(storage: SqlStorage):
    vienna = NOON.astimezone(ZoneInfo("Europe/Vienna"))
    async with storage.work(ACME) as work:
        await work.issues.save_alerts([alert(started_at=vienna)])
        [found] = await work.issues.seen_between(NOON, NOON + SECOND, 9)
    assert (found.started_at, found.started_at.utcoffset()) == (NOON, timedelta(0))


async def test_near_are_those_open_of_the_one_service_by_source(storage: SqlStorage):
    def one(name: str, **given: Any) -> Issue:
        return issue(f"ISS-{name}", **{"services": ("Checkout",), **given})

    late = {"opened_at": NOON + HOUR, "updated_at": NOON + HOUR}
    await save(
        storage, one("1"), one("2", **late), one("3", source="watch"), one("4", source="grafana", **late),
        one("5", services=("payments",)), one("6", services=("Checkout", "payments")), one("7", services=()),
        resolved(one("8"), NOON), one("9", updated_at=SINCE - SECOND),
    )  # fmt: skip

    async def near(limit: int, *services: str) -> set[str]:
        async with storage.work(ACME) as work:
            found = await work.issues.near(services, "alertmanager", SINCE, limit)
            return {one.id.removeprefix("ISS-") for one in found}

    assert await near(9, "checkout") == {"1", "2", "3", "4"}
    assert await near(1, "checkout") == {"2", "4"}
    assert await near(9, "checkout", "payments") == {"1", "2", "3", "4", "5"}
    assert await near(9) == await near(9, "search") == set()


async def test_what_is_not_the_same_is_known_both_ways(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.issues.keep_apart("b", "a", NOON)
        await work.issues.keep_apart("a", "b", NOON + HOUR)
        assert set(await work.issues.apart(["a"])) == set(await work.issues.apart(["b"])) == {("a", "b"), ("b", "a")}
        assert not await work.issues.apart(["c"])
        assert not await work.issues.apart([])
