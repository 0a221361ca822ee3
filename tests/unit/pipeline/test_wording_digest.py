"""The digest of a storm: every count exact, every critical issue named."""

from typing import Any

import pytest

from bot.model.issue import IssueId
from bot.model.plain import render
from bot.model.reply import Files, Text
from bot.pipeline import wording
from bot.ports.incidents import Storm
from tests.unit.pipeline.issues import MINUTE, NIGHT, SLACK, issue


def storm(**more: Any) -> Storm:
    given: dict[str, Any] = {
        "id": "s1",
        "place": SLACK,
        "began_at": NIGHT,
        "last_at": NIGHT + 3 * MINUTE,
        "issues": 412,
        "signals": 1500,
        "by_severity": {"medium": 390, "critical": 2, "high": 20},
        "by_label": {
            "cluster": {"eu-1": 412},
            "service": {"a": 400, "b": 3, "c": 3, "d": 2, "e": 2, "f": 1, "g": 1},
        },
        "critical": ("ISS-1-checkout", "ISS-2-payments"),
    }
    return Storm(**{**given, **more})


DIGEST = """\
Storm: 412 new issues in 3 min (2 critical, 20 high, 390 medium). All have in common: cluster=eu-1.

Since: 2026-03-18 03:12 UTC
Last: 2026-03-18 03:15 UTC
Issues: 412
Signals: 1,500

Critical: 2.

• Checkout latency is high (ISS-1-checkout)

ISS-2-payments

By label
Label    Value           Issues
cluster  eu-1               412
service  a                  400
service  b                    3
service  c                    3
service  d                    2
service  e                    2
service  2 other values       2

[List issues] issues storm="s1"

Told as one message, for many came at once · s1"""


def test_a_digest_as_it_is_read():
    named = issue(id=IssueId("ISS-1-checkout"))
    reply = wording.digest(storm(), [named])
    assert render(reply) == DIGEST
    assert reply.tone == "bad"


@pytest.mark.parametrize(
    ("more", "begins", "tone"),
    [
        ({"over": True}, "Storm, over now: 412 new issues in 3 min (2 critical, 20 high, 390 medium).", "neutral"),
        (
            {"by_severity": {"low": 412, "high": 0}, "critical": ()},
            "Storm: 412 new issues in 3 min (412 low).",
            "neutral",
        ),
        ({"by_severity": {}, "by_label": {}, "critical": ()}, "Storm: 412 new issues in 3 min.", "neutral"),
        ({"issues": 1, "by_severity": {"medium": 1}}, "Storm: 1 new issue in 3 min (1 medium).", "warning"),
    ],
)
def test_a_digest_counts_what_there_was(more, begins, tone):
    reply = wording.digest(storm(**more))
    assert reply.summary.startswith(begins)
    assert reply.tone == tone


@pytest.mark.parametrize("count", [1, 199, 200, 201, 399, 400, 1399, 10_000])
def test_a_digest_names_every_critical_issue(count):
    ids = tuple(f"ISS-{number}-checkout" for number in range(count))
    reply = wording.digest(storm(critical=ids))
    files = [file for block in reply.blocks if isinstance(block, Files) for file in block.files]
    in_files = [line for file in files for line in file.content.decode().splitlines()]
    lines = [str(block.parts[0]) for block in reply.blocks if isinstance(block, Text)]
    named = in_files + [name for line in lines[1:] for name in line.split(", ")]
    assert tuple(named) == ids
    assert lines[0].startswith(f"Critical: {count:,}.")
    assert len(files) <= 6


def test_a_file_of_critical_issues_is_attached_once():
    """While a storm grows, a file that is there already stays as it is, or goes into a longer one."""
    seen: set[tuple[str, bytes]] = set()
    for count in range(0, 10_001, 50):
        reply = wording.digest(storm(critical=tuple(f"ISS-{number}" for number in range(count))))
        seen |= {
            (file.name, file.content) for block in reply.blocks if isinstance(block, Files) for file in block.files
        }
    assert len(seen) <= 10_000 // 200  # one more for each run, however often the digest is said
