"""docs/sessions.md: every command as the catalogue has it, and every kind of session."""

from pathlib import Path

import pytest

from bot.intents.catalog import TOPICS
from bot.intents.intent import AnyIntent
from bot.model.session import MOST_MESSAGES, MOST_READ, WARNED_FROM, SessionKind

PAGE = (Path(__file__).parents[2] / "docs" / "sessions.md").read_text(encoding="utf-8")
INTENTS = [one for one in TOPICS["This conversation"] if one.examples]


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: intent.name)
def test_every_command_stands_on_the_page(intent: AnyIntent):
    examples = ", ".join(f"“{example}”" for example in intent.examples)
    row = f"| `{intent.command}` | {intent.help} | {examples} | {intent.needs.value} |"
    assert row in PAGE.splitlines()


def test_the_page_has_every_kind_and_the_limits_as_they_are():
    assert all(f"`{one.value}`" in PAGE for one in SessionKind)
    assert f"{MOST_MESSAGES} messages" in PAGE
    assert f"From {WARNED_FROM} on" in PAGE
    assert f"newest {MOST_READ}" in PAGE
