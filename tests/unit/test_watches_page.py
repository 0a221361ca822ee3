"""docs/watches.md: every command as the catalogue has it."""

from pathlib import Path

import pytest

from bot.intents.catalog import TOPICS
from bot.intents.intent import AnyIntent

PAGE = (Path(__file__).parents[2] / "docs" / "watches.md").read_text(encoding="utf-8")
INTENTS = [one for one in TOPICS["Watched by itself"] if one.examples]


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: intent.name)
def test_every_command_stands_on_the_page(intent: AnyIntent):
    examples = ", ".join(f"“{example}”" for example in intent.examples)
    row = f"| `{intent.command}` | {intent.help} | {examples} | {intent.needs.value} |"
    assert row in PAGE.splitlines()
