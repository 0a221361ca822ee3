"""What is said behind `watch`."""

import pytest

from bot.intents import watch
from bot.intents.intent import Question
from bot.model.watch import SILENCE
from tests.fakes import NOON

UP = 'up{job="node"}'


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (UP, None),
        (f"whether {UP} goes silent", SILENCE),
        (f"when {UP} stops reporting", SILENCE),
        (f"if {UP} stops.", SILENCE),
        (f"that {UP} falls quiet", SILENCE),
        (f"{UP} for silence", SILENCE),
        (f"for silence of {UP}", SILENCE),
    ],
)
def test_silence_is_a_kind_that_can_be_said(text: str, kind: str | None):
    found = watch.words(Question(text, NOON))
    assert isinstance(found, dict)
    assert (found["query"], found.get("kind")) == (UP, kind)
