"""docs/knowledge.md: whole, and as the code is."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.analysis.similarity import RELATED, SAME
from bot.conversation.understanding import understand
from bot.desk.web_shelf import FRESH, GONE_AFTER
from bot.intents.catalog import TOPICS
from bot.intents.intent import Question
from bot.model.document import LARGEST
from bot.model.plan import Plan
from bot.pipeline.reading import MOST_NEAR
from bot.settings import describe
from integrations.web_pages.pages import LARGEST_BODY, MOST_HOPS, PATIENCE
from tests.eval.separation import judged
from tests.fakes import NOON

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/knowledge.md").read_text(encoding="utf-8")
FLAT = " ".join(PAGE.split())
INTENTS = [one for one in TOPICS["What is known"] if one.examples]


@pytest.mark.parametrize("intent", INTENTS, ids=lambda one: one.name)
def test_every_command_stands_there_as_the_catalogue_has_it(intent):
    examples = ", ".join(f"“{example}”" for example in intent.examples)
    assert f"| `{intent.command}` | {intent.help} | {examples} | {intent.needs.value} |" in PAGE.splitlines()
    for example in intent.examples:
        reading = understand(Question(example, NOON))
        assert reading is not None
        assert reading.intent == intent.name


def test_its_figures_are_those_that_are_measured():
    same, different, unrelated = judged()
    assert f"of {len(same.scores)} pairs told twice in other words, {same.above(SAME)} are above {SAME}" in FLAT
    assert f"of {len(different.scores)} look-alikes {different.above(SAME)};" in FLAT
    assert f"of {len(unrelated.scores)} unrelated pairs {unrelated.above(SAME)}." in FLAT
    assert f"from {RELATED} it is related" in FLAT


def test_its_bounds_and_settings_are_there():
    assert f"at most {LARGEST // 1000} kB" in FLAT
    known = {row.variable for row in describe({})}
    named = {f"NIGHTDESK_KNOWLEDGE_{word}" for word in ("FOLDERS", "CATEGORIES", "SITES", "PAGES")}
    assert named <= known
    assert all(name in PAGE for name in named)
    assert (3, 5, 15.0, 2_000_000, timedelta(hours=1)) == (GONE_AFTER, MOST_HOPS, PATIENCE, LARGEST_BODY, FRESH)
    assert f"the newest {MOST_NEAR} of its own source and {MOST_NEAR} of others" in FLAT
    assert Plan().join_within == timedelta(hours=6)
