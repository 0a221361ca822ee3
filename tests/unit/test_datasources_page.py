"""docs/datasources.md: whole, and as the code is."""

import re
from pathlib import Path

import pytest

from bot.conversation.understanding import understand
from bot.intents.catalog import TOPICS
from bot.intents.intent import Question
from bot.settings import Settings, describe
from integrations.catalog import SOURCES
from integrations.networks import Networks
from tests.fakes import NOON

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/datasources.md").read_text(encoding="utf-8")
INTENTS = [one for one in TOPICS["Where figures come from"] if one.examples]


@pytest.mark.parametrize("intent", INTENTS, ids=lambda one: one.name)
def test_every_command_stands_there_as_the_catalogue_has_it(intent):
    examples = ", ".join(f"“{example}”" for example in intent.examples)
    row = f"| `{intent.command or intent.examples[0]}` | {intent.help} | {examples} | {intent.needs.value} |"
    assert row in PAGE.splitlines()
    for example in intent.examples:
        reading = understand(Question(example, NOON))
        assert reading is not None
        assert reading.intent == intent.name


def test_every_type_stands_there():
    assert re.findall(r"^\| `(\w+)` \| (?:Prometheus|Loki|a way)", PAGE, re.M) == [kind.name for kind in SOURCES]


def test_the_networks_that_are_open_by_default_are_those_of_the_settings():
    assert Networks.of(Settings().allowed_networks) == Networks()
    assert "NIGHTDESK_ALLOWED_NETWORKS" in {row.variable for row in describe({})}
    assert "`NIGHTDESK_ALLOWED_NETWORKS`" in PAGE


def test_its_table_of_contents_leads_to_its_chapters():
    chapters = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^## (.*)$", PAGE, re.M)
    }
    links = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    assert links == chapters
