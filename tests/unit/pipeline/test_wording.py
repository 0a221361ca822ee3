"""What people read: whole messages as plain text, and each rule of them in a line of a table."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.issue import Alert, Issue, IssueId, Joined, Status
from bot.model.plain import line, render
from bot.model.reply import Buttons, Choices, Facts, Reply, Table, Text
from bot.model.severity import Severity
from bot.pipeline import phrases, wording
from bot.ports.desks import Whole
from tests.unit.pipeline.issues import ANNA, BEN, ID, MINUTE, NIGHT, happening, issue

ACKED_BY = replace(ANNA, at=NIGHT + 2 * MINUTE)
ACKED = {"acknowledged": ACKED_BY, "owner": ACKED_BY}
OVER: dict[str, Any] = {
    "status": Status.RESOLVED,
    "resolved_at": NIGHT + 42 * MINUTE,
    "resolved_by": BEN,
    "updated_at": NIGHT + 42 * MINUTE,
    "firing": 0,
}
OFTEN = tuple(NIGHT - n * 10 * MINUTE for n in reversed(range(5)))

NEW = """\
Critical: Checkout latency is high, 650 ms (limit: above 500 ms), since 03:12 UTC, 3 alerts, nobody has it.

[Acknowledge] acknowledge issue="ISS-1773803520-checkout"
[Resolve] resolve issue="ISS-1773803520-checkout"

State: Investigating
Severity: Critical
Since: 2026-03-18 03:12 UTC
Measured: 650 ms (limit: above 500 ms)
Where: checkout; eu-west-1
Alerts: 3 of 3 firing
Owner: Nobody

p95 over 500 ms for 5 minutes.

[Runbook] https://wiki.example.com/slow
[Graph] https://grafana.example.com/d/1

[Assign to me] assign issue="ISS-1773803520-checkout"
[Assign…] assign issue="ISS-1773803520-checkout"
[Escalate] escalate issue="ISS-1773803520-checkout"
[Silence…] silence issue="ISS-1773803520-checkout"
[Draft e-mail] draft-mail issue="ISS-1773803520-checkout"
[Open ticket] open-ticket issue="ISS-1773803520-checkout"
[Details] show-issue issue="ISS-1773803520-checkout"

New · ISS-1773803520-checkout"""

SILENCED = """\
Critical: Checkout latency is high, 650 ms (limit: above 500 ms), since 03:12 UTC, 3 alerts, \
silenced until 05:12 UTC, Anna Berger has it.

[Resolve] resolve issue="ISS-1773803520-checkout"
[Undo acknowledge] unacknowledge issue="ISS-1773803520-checkout"

State: Cause identified, acknowledged
Severity: Critical
Since: 2026-03-18 03:12 UTC
Measured: 650 ms (limit: above 500 ms)
Where: checkout; eu-west-1
Alerts: 3 of 3 firing
Owner: Anna Berger
Acknowledged: Anna Berger from Slack, 03:14 UTC
Escalation: stopped
Silenced until: 2026-03-18 05:12 UTC
Ticket: TICKET-2026-000007
Workaround: restart the cache

[Assign to me] assign issue="ISS-1773803520-checkout"
[Assign…] assign issue="ISS-1773803520-checkout"
[Undo silence] unsilence issue="ISS-1773803520-checkout" silence="sil-1"
[Draft e-mail] draft-mail issue="ISS-1773803520-checkout"
[Details] show-issue issue="ISS-1773803520-checkout"

New · ISS-1773803520-checkout"""

RESOLVED = """\
Resolved: Checkout latency is high, after 42 min, by Ben Ortner from Teams.

[Reopen] reopen issue="ISS-1773803520-checkout"
[Details] show-issue issue="ISS-1773803520-checkout"

State: Resolved
Severity: Critical
Since: 2026-03-18 03:12 UTC
Resolved: 2026-03-18 03:54 UTC, after 42 min, by Ben Ortner from Teams
Measured: 650 ms (limit: above 500 ms)
Where: checkout; eu-west-1
Alerts: 0 of 3 firing

Resolved · ISS-1773803520-checkout"""


@pytest.mark.parametrize(
    ("shown", "tone", "golden"),
    [
        (
            issue(
                description="p95 over 500 ms for 5 minutes.",
                runbook="https://wiki.example.com/slow",
                graph="https://grafana.example.com/d/1",
                policy="day",
            ),
            "bad",
            NEW,
        ),
        (
            issue(
                **ACKED,
                status=Status.IDENTIFIED,
                escalation="stopped",
                silenced_until=NIGHT + timedelta(hours=2),
                silence="sil-1",
                ticket="TICKET-2026-000007",
                workaround="restart the cache",
            ),
            "bad",
            SILENCED,
        ),
        (issue(**OVER, reason="Resolved"), "good", RESOLVED),
    ],
    ids=["new", "silenced", "resolved"],
)
def test_a_root_as_it_is_read(shown, tone, golden):
    reply = wording.root(shown)
    assert render(reply) == golden
    assert reply.tone == tone


@pytest.mark.parametrize(
    ("more", "summary"),
    [
        ({"firing": 1}, "since 03:12 UTC, nobody has it."),
        ({"firing": 0}, "since 03:12 UTC, no alert firing now, nobody has it."),
        ({"firing": 12_345}, "since 03:12 UTC, 12,345 alerts, nobody has it."),
        (ACKED, "since 03:12 UTC, 3 alerts, Anna Berger has it."),
        ({"acknowledged": ACKED_BY}, "since 03:12 UTC, 3 alerts, acknowledged by Anna Berger."),
        ({"owner": BEN}, "since 03:12 UTC, 3 alerts, assigned to Ben Ortner, not acknowledged."),
        ({"occurrences": OFTEN}, "since 03:12 UTC, 3 alerts, fifth time in an hour, nobody has it."),
        ({"occurrences": OFTEN[:2]}, "since 03:12 UTC, 3 alerts, nobody has it."),
        ({"opened_at": NIGHT - timedelta(hours=4)}, "since 17 Mar 23:12 UTC, 3 alerts, nobody has it."),
        ({"opened_at": NIGHT - timedelta(days=90)}, "since 18 Dec 2025 03:12 UTC, 3 alerts, nobody has it."),
        ({"silenced_until": NIGHT - MINUTE}, "since 03:12 UTC, 3 alerts, nobody has it."),
    ],
)
def test_a_summary_says_what_matters(more, summary):
    said = wording.summary(issue(**more))
    assert said == f"Critical: Checkout latency is high, 650 ms (limit: above 500 ms), {summary}"


@pytest.mark.parametrize(
    ("more", "begins"),
    [
        ({"measured": "", "normal": ""}, "Critical: Checkout latency is high, since"),
        ({"measured": ""}, "Critical: Checkout latency is high, limit: above 500 ms, since"),
        ({"normal": "one every 5 min"}, "Critical: Checkout latency is high, 650 ms (normal: one every 5 min), since"),
        ({"normal": "Below 3 %"}, "Critical: Checkout latency is high, 650 ms (limit: Below 3 %), since"),
        ({"normal": ""}, "Critical: Checkout latency is high, 650 ms, since"),
        ({"title": "Latency is 650 ms."}, "Critical: Latency is 650 ms, since"),
        ({"severity": Severity.LOW}, "Low: Checkout latency is high, 650 ms"),
        ({"title": "x" * 500}, f"Critical: {'x' * 159}…, 650 ms"),
        ({**OVER, "resolved_by": None}, "Resolved: Checkout latency is high, after 42 min."),
        (
            {**OVER, "resolved_at": NIGHT - MINUTE, "resolved_by": None},
            "Resolved: Checkout latency is high, after 0 s.",
        ),
    ],
)
def test_a_summary_names_what_is_wrong(more, begins):
    assert wording.summary(issue(**more)).startswith(begins)


def pressed(reply: Reply) -> list[str]:
    rows = [block.buttons for block in reply.blocks if isinstance(block, Buttons)]
    chosen = [block.label for block in reply.blocks if isinstance(block, Choices)]
    return [button.label for row in (*rows, reply.buttons) for button in row if button.intent] + chosen


@pytest.mark.parametrize(
    ("more", "first", "absent"),
    [
        ({}, ["Acknowledge", "Resolve"], {"Undo acknowledge", "Reopen", "Undo silence", "Escalate"}),
        (ACKED, ["Resolve", "Undo acknowledge"], {"Acknowledge", "Reopen"}),
        (
            {"silence": "s1", "silenced_until": NIGHT + MINUTE},
            ["Acknowledge", "Resolve"],
            {"Silence…"},
        ),
        ({"silence": "s1", "silenced_until": NIGHT}, ["Acknowledge", "Resolve"], {"Undo silence"}),
        (
            {"silence": "maintenance:move", "silenced_until": NIGHT + MINUTE},
            ["Acknowledge", "Resolve"],
            {"Silence…", "Undo silence"},
        ),
        ({"ticket": "T"}, ["Acknowledge", "Resolve"], {"Open ticket"}),
        (
            OVER,
            ["Reopen", "Details"],
            {"Acknowledge", "Resolve", "Silence…", "Assign…", "Open ticket", "Draft e-mail"},
        ),
    ],
)
def test_only_what_makes_sense_can_be_pressed(more, first, absent):
    labels = pressed(wording.root(issue(**more)))
    assert labels[: len(first)] == first
    assert absent.isdisjoint(labels)
    assert len(labels) <= 9


def test_every_button_carries_its_issue():
    shown = wording.root(issue(policy="day", silence="s1", silenced_until=NIGHT + MINUTE))
    rows = [block.buttons for block in shown.blocks if isinstance(block, Buttons)]
    acts = [button for row in (*rows, shown.buttons) for button in row if button.intent]
    assert {button.arguments["issue"] for button in acts} == {ID}
    (undo,) = [button for button in acts if button.intent == "unsilence"]
    assert undo.arguments == {"issue": ID, "silence": "s1"}


@pytest.mark.parametrize(
    ("more", "confirm"),
    [
        ({}, "This issue is critical and 3 alerts fire still. Resolve it for everyone?"),
        ({"firing": 1}, "This issue is critical and 1 alert fires still. Resolve it for everyone?"),
        ({"firing": 0}, "This issue is critical. Resolve it for everyone?"),
        ({"severity": Severity.HIGH}, ""),
    ],
)
def test_to_resolve_a_critical_issue_is_asked_twice(more, confirm):
    first = wording.root(issue(**more)).blocks[0]
    assert isinstance(first, Buttons)
    assert first.buttons[1].confirm == confirm


def test_only_pages_of_the_web_are_opened():
    shown = wording.root(issue(runbook="javascript:alert(1)", dashboard="ftp://x", graph="https://ok.example"))
    links = [button for block in shown.blocks if isinstance(block, Buttons) for button in block.buttons if button.url]
    assert [(button.label, button.url) for button in links] == [("Graph", "https://ok.example")]


@pytest.mark.parametrize(
    ("length", "says"),
    [(500, None), (501, " … (1 more character)"), (4000, " … (3,500 more characters)")],
)
def test_a_long_description_says_how_much_is_missing(length, says):
    (text,) = [block for block in wording.root(issue(description="x" * length)).blocks if isinstance(block, Text)]
    assert text.parts == (("x" * length,) if says is None else ("x" * 500, says))


def test_what_alerts_wrote_stays_literal():
    hostile = "<!channel> [x](https://evil.example) *b* <at>all</at>"
    shown = wording.root(issue(title=hostile, description=hostile, measured=hostile, services=(hostile,)))
    texts = [block for block in shown.blocks if isinstance(block, Text)]
    assert texts == [Text((hostile,))]
    assert hostile in shown.summary
    assert "https://evil.example" not in [button.url for button in shown.buttons]


def test_many_names_are_counted():
    (facts,) = [b for b in wording.root(issue(services=tuple("abcdefgh"))).blocks if isinstance(b, Facts)]
    assert {row.label: row.value for row in facts.rows}["Where"] == "a, b, c, d, e and 3 more; eu-west-1"


@pytest.mark.parametrize(
    ("says", "line"),
    [
        ("Anna Berger from Slack acknowledged it.", "Anna Berger from Slack acknowledged it, 03:12 UTC."),
        ("Worse: critical now", "Worse: critical now, 03:12 UTC."),
        ("", "Nightdesk: worse, 03:12 UTC."),
    ],
)
def test_a_line_of_the_story_has_its_time(says, line):
    assert wording.line(happening("worse", says=says)) == Reply(line)


def test_a_line_that_asks_for_a_second_person_can_be_answered():
    line = wording.line(happening("silence_asked", says="Anna asks to silence it.", details={"silence": "s1"}))
    assert [(one.label, one.intent, one.arguments) for one in line.buttons] == [
        ("Approve", "approve_silence", {"silence": "s1"}),
        ("Refuse", "unsilence", {"silence": "s1"}),
    ]


@pytest.mark.parametrize(
    ("count", "word"),
    [(1, "first"), (5, "fifth"), (10, "tenth"), (11, "11th"), (13, "13th"), (21, "21st"), (112, "112th")],
)
def test_times_are_written_as_people_say_them(count, word):
    assert phrases.times(count) == word


def test_the_whole_of_an_issue():
    now = NIGHT + 10 * MINUTE
    alert = Alert("alertmanager", "f1", ID, "firing", Severity.CRITICAL, "pod checkout-1 is slow", NIGHT, now)
    earlier = issue(id=IssueId("ISS-1-checkout"), **OVER, workaround="restart the cache")
    shown = wording.whole(
        Whole(issue(labels={"env": "prod"}, description="y" * 4001), [alert], [happening("opened")], [earlier]), now
    )
    tables = {block.caption: block.rows for block in shown.blocks if isinstance(block, Table)}
    assert tables == {
        "Labels": (("env", "prod"),),
        "Alerts": (("pod checkout-1 is slow", "firing", "critical", "2026-03-18 03:12 UTC"),),
        "History": (("2026-03-18 03:12 UTC", "It is so."),),
        "Seen before: 1 time": (("ISS-1-checkout", "2026-03-18 03:12 UTC", "42 min", "restart the cache"),),
    }
    assert "1 more character" in render(shown)
    assert "Details" not in pressed(shown)
    assert shown.footer == f"{ID} · read 2026-03-18 03:22 UTC"


def test_an_issue_of_which_nothing_more_is_known():
    shown = wording.whole(Whole(issue(**OVER), [], []), NIGHT)
    assert not [block for block in shown.blocks if isinstance(block, Table)]


def test_a_list_begins_with_the_worst():
    minor = issue(
        id=IssueId("ISS-2"), severity=Severity.LOW, title="Disk fills", opened_at=NIGHT - 30 * MINUTE, owner=BEN
    )
    over = issue(id=IssueId("ISS-3"), **OVER)
    reply = wording.listed([over, minor, issue()], "Issues", NIGHT + 5 * MINUTE)
    assert reply.summary == "Issues: 2 open (1 critical, 1 low), 1 resolved."
    assert reply.tone == "bad"
    table, choices = reply.blocks
    assert isinstance(table, Table)
    assert table.rows == (
        ("Critical", "Checkout latency is high", "Investigating", "5 min", "–", ID),
        ("Low", "Disk fills", "Investigating", "35 min", "Ben Ortner", "ISS-2"),
        ("Critical", "Checkout latency is high", "Resolved", "was 42 min", "–", "ISS-3"),
    )
    assert isinstance(choices, Choices)
    assert [option.value for option in choices.options] == [ID, "ISS-2", "ISS-3"]
    assert (choices.intent, choices.argument) == ("show_issue", "issue")


def test_an_empty_list_says_so():
    assert wording.listed([], "Open issues", NIGHT) == Reply(
        "Open issues: none.", tone="good", footer="Read 2026-03-18 03:12 UTC"
    )


def test_an_issue_of_which_little_is_known_is_still_told():
    reply = wording.root(Issue(ID, "k", "s", "t", Severity.LOW, NIGHT, NIGHT))
    assert reply.summary == "Low: t, since 03:12 UTC, no alert firing now, nobody has it."
    assert reply.footer == ID


HOSTILE = "<!channel> *p95* [x](http://evil.example) of checkout"
JOINED = Joined(
    "k9", "watch", HOSTILE, Severity.HIGH, NIGHT, {"service": "checkout"}, "640 ms", "210 ms", likeness=0.9712
)  # fmt: skip


def test_what_joined_is_shown_with_its_reason_and_one_click_takes_it_out():
    shown = wording.root(issue(joined=(JOINED, replace(JOINED, key="k8", source="grafana"))))
    says = [line(block.parts) for block in shown.blocks if isinstance(block, Text)]
    reason = "640 ms (normal: 210 ms). Taken for the same, 97% alike."
    assert says == [f"Also seen by {who}: {HOSTILE}, {reason}" for who in ("a watch", "grafana")]
    rows = [block.buttons for block in shown.blocks if isinstance(block, Buttons)]
    apart = [one for row in rows for one in row if one.label == "Not the same"]
    assert [(one.intent, one.arguments["key"]) for one in apart] == [("not_the_same", "k9"), ("not_the_same", "k8")]
    over = wording.root(issue(joined=(JOINED,), status=Status.RESOLVED, resolved_at=NIGHT))
    assert "Not the same" not in pressed(over)


def test_a_line_that_something_joined_can_be_answered():
    said = happening("also_seen", says="Also seen by a watch.", details={"key": "k9"})
    (button,) = wording.line(said).buttons
    assert (button.intent, button.arguments) == ("not_the_same", {"issue": ID, "key": "k9"})


@pytest.mark.parametrize(
    ("joined", "count", "says"),
    [
        (JOINED, 1, f"Also seen by a watch: {HOSTILE}, 640 ms (normal: 210 ms). Taken for the same, 97% alike."),
        (
            replace(JOINED, measured="", normal=""),
            1,
            f"Also seen by a watch: {HOSTILE}. Taken for the same, 97% alike.",
        ),
        (replace(JOINED, times=2), 1, f"Again, 1 alert from a watch: {HOSTILE}."),
        (replace(JOINED, times=3, source="events"), 12, f"Again, 12 alerts from log events: {HOSTILE}."),
    ],
)
def test_what_else_tells_of_it(joined, count, says):
    assert phrases.also_seen(joined, count) == says
