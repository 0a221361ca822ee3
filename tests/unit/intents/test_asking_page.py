"""docs/asking.md shows commands and sentences: each is read as what its row is about."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.understanding import understand
from bot.intents.catalog import TOPICS
from tests.builders import KNOWN, question
from tests.desks import CHECKOUT

PAGE = (Path(__file__).parents[3] / "docs/asking.md").read_text(encoding="utf-8")
README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[2:4] for line in PAGE.split("## ")[0].splitlines() if line.startswith("| ") and "`" in line]
NAMES = replace(KNOWN, values={**KNOWN.values, "service": (*KNOWN.values["service"], "shipping")})
SHOWN = [
    (commands.split("`")[1].split(" ")[0], said)
    for commands, sentences in ROWS
    for said in (*re.findall(r"`([^`]+)`", commands), *re.findall("“([^”]+)”", sentences))
    if not said.endswith(" …")
]


@pytest.mark.parametrize(("verb", "said"), SHOWN)
def test_what_the_page_shows_is_understood(verb, said):
    reading = understand(question(said.replace("ISS-…", CHECKOUT), names=NAMES))
    assert reading is not None
    assert reading.intent == verb
    assert reading.asks_back is None


def test_the_page_and_the_readme_name_every_command():
    assert len(SHOWN) > 18
    for intent in TOPICS["How things are"]:
        assert f"`{intent.command}`" in README
