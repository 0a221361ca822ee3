"""What the message of an issue says of its analysis: while it waits, when it is found, when it is over, and whole."""

from dataclasses import replace
from typing import Any

import pytest

from bot.analysis.diagnosis import diagnose
from bot.model import plain
from bot.model.issue import Clue, Issue, Status
from bot.model.reply import Buttons, Reply
from bot.pipeline import diagnosis_words, wording
from bot.ports.desks import Whole
from tests.unit.analysis.contexts import context, deploy, event, issue, moved
from tests.unit.pipeline.issues import NIGHT

FOUND = diagnose(
    context(moved("latency", 2), moved("errors", 3), changes=(deploy(1),), events=(event(),), unread=("regions",))
)
TOLD = issue(diagnosis=diagnosis_words.short(FOUND))


def said(reply: Reply) -> str:
    return plain.render(reply)


def labels(blocks: Any) -> list[str]:
    return [button.label for block in blocks if isinstance(block, Buttons) for button in block.buttons]


@pytest.mark.parametrize(
    ("shown", "says", "not_said"),
    [
        (issue(), (), ("Analys",)),
        (issue(analysing=True), ("Analysing what moved around it.",), ("Analysis",)),
        (issue(analysing=True, status=Status.RESOLVED, resolved_at=NIGHT), (), ("Analys",)),
        (
            TOLD,
            (
                "Analysis (high confidence): It coincides with a deploy of checkout at 14:01 UTC, 1 min before.",
                "p95 latency 838 ms (usually 147 ms, 5.7 times), since 14:02 UTC.",
                "Affected: checkout; eu-west-1. Next: Look at what changed with that deploy of checkout",
                "Could not be read: regions.",
            ),
            ("Analysing",),
        ),
        (replace(TOLD, status=Status.RESOLVED, resolved_at=NIGHT), ("It coincides with a deploy",), ("Next:", "838")),
        (
            issue(diagnosis=diagnosis_words.short(diagnose(context(unread=("Prometheus",))))),
            ("Analysis: Not clear yet: Prometheus could not be read.",),
            ("confidence",),
        ),
    ],
)
def test_what_the_message_says(shown: Issue, says: tuple[str, ...], not_said: tuple[str, ...]):
    text = said(wording.root(shown))
    assert all(one in text for one in says), text
    assert not any(one in text for one in not_said), text


def test_each_figure_opens_its_query_and_no_query_is_offered_twice():
    blocks = diagnosis_words.blocks(TOLD)
    assert labels(blocks) == ["Investigate", "Query: deploys", "Query: p95 latency", "Query: error rate"]
    (row,) = [block for block in blocks if isinstance(block, Buttons)]
    further, *opened = row.buttons
    assert (further.intent, further.arguments) == ("investigate", {"issue": TOLD.id})
    assert [button.arguments["query"] for button in opened] == ["deployments_total", "the latency", "the errors"]
    assert {button.intent for button in opened} == {"promql"}
    twice = diagnosis_words.queries((Clue("a", "q", "one"), Clue("b", "q", "one"), Clue("c"), Clue("d", "x" * 2000)))
    assert labels(twice) == ["Query: one"]


def test_the_whole_has_what_the_message_leaves_out():
    text = said(wording.whole(Whole(TOLD, (), (), analysis=FOUND), NIGHT))
    assert "What moved, in the order of time" in text
    assert "Analysed once, by rules from 1 flagged event and what moved, 2026-03-18 14:06 UTC." in text
    doubted = replace(FOUND, against=(Clue("openai did not answer from 14:02 UTC on."),), by="model")
    reply = wording.whole(Whole(TOLD, (), (), analysis=doubted), NIGHT)
    assert "Against it: openai did not answer" in said(reply)
    assert "by a model" in said(reply)
    assert reply.by_model


def test_words_of_strangers_are_parts_of_a_text_and_never_markup():
    hostile = replace(FOUND, cause="<!channel> [x](http://evil.example) *now*", clues=(Clue("@everyone" * 100),))
    reply = wording.root(issue(diagnosis=diagnosis_words.short(hostile)))
    assert "<!channel> [x](http://evil.example) *now*" in said(reply)
    assert max(map(len, said(reply).splitlines())) < 400
