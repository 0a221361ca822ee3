"""Floors: no words of a model that are wrong pass, and hardly any that hold are left out."""

import random

import pytest

from tests.eval import grounding
from tests.eval.grounding import HANDS, measure

EACH = 600


@pytest.fixture(scope="module")
def known() -> list[grounding.Known]:
    return list(grounding.sources())


@pytest.mark.parametrize("hand", HANDS)
def test_what_is_wrong_is_caught_and_what_holds_passes(hand: str, known: list[grounding.Known]):
    result = measure(HANDS[hand], EACH, seed=random.Random(hand).randrange(9999), known=known)

    assert result.missed == []
    assert result.needlessly < 0.01, result.blocked[:20]
    assert len(result.wrong) == len(grounding.FAULTS)
    assert len(result.intents) >= 10
