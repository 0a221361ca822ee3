"""Floors: no words of a model that are wrong pass, and hardly any that hold are left out."""

import random

import pytest

from tests.eval import grounding, grounding_wide
from tests.eval.grounding import HANDS, measure
from tests.eval.grounding_fifth import FIFTH
from tests.eval.grounding_fourth import FAULTS, FOURTH

EACH = 600
HELD = 200
CAUGHT, BLOCKED = 0.95, 0.28


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


@pytest.fixture(scope="module")
def widely_known() -> list[grounding_wide.Known]:
    return list(grounding_wide.sources())


def test_long_sentences_over_all_intents(widely_known: list[grounding_wide.Known]):
    result = grounding_wide.measure(FOURTH, EACH, seed=41, known=widely_known)

    assert result.missed == []
    assert result.needlessly < 0.01, result.blocked[:20]
    assert len(result.wrong) == len(FAULTS)
    assert len(result.intents) >= 50


def test_what_the_checker_was_never_mended_against(widely_known: list[grounding_wide.Known]):
    """Held: floors below what it showed at first sight."""
    result = grounding_wide.measure(FIFTH, HELD, seed=grounding_wide.SEED, known=widely_known)

    assert result.caught >= CAUGHT, result.missed
    assert result.needlessly <= BLOCKED, result.blocked
