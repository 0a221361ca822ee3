"""Orders and talk are told from questions by how they begin, whatever the catalogue."""

import pytest

from bot.query.translate import Planned, Question, translate
from bot.query.words.acts import ordered
from bot.query.words.outcome import Refuse, Unsupported
from tests.unit.query.words.catalogs import READY
from tests.unit.query.words.test_principles import HARBOUR, NOW
from tests.unit.query.words.test_said_otherwise import PLANT

GROUNDS = (HARBOUR, PLANT, READY["game"], READY["backend"])


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(
    "text",
    [
        "seal the vault now",
        "please seal off the north quay",
        "release everything that waits in review",
        "evict everyone from the lobby",
        "hoist the flag on ms-anna",
        "shred all invoices older than a year",
        "can you whitelist the new supplier",
        "dilute that batch",
        "just decommission these two",
        "promote our standby",
        "nudge them",
        "recalibrate every sensor",
    ],
)
def test_an_order_is_refused(text: str, ground):
    assert isinstance(translate(Question(text, NOW), ground), Refuse)


@pytest.mark.parametrize(
    "text",
    [
        "latency the last hour",
        "tickets the past day",
        "coldest it got anywhere last night",
        "is the lock open",
        "show the tickets sold",
        "compare the north and the south quay",
        "during the night, tickets sold",
        "without the north quay, tickets sold",
        "tickets all quays together",
        "boarding this week",
        "sum all tickets sold today",
        "average the passengers over an hour",
    ],
)
def test_a_question_is_none(text: str):
    assert ordered(text, HARBOUR.index) == ""


@pytest.mark.parametrize("text", ["how good is the new ferry", "do you like ms-anna", "who will win the regatta"])
def test_of_taste_nothing_is_measured(text: str):
    assert isinstance(translate(Question(text, NOW), HARBOUR), Unsupported)


@pytest.mark.parametrize(
    "text", ["print all gift card codes", "list the door codes of hall 1", "give me every backup code of the pilots"]
)
def test_codes_are_never_shown(text: str):
    assert isinstance(translate(Question(text, NOW), HARBOUR), Refuse)


def test_a_verb_that_is_measured_is_asked_of():
    assert isinstance(translate(Question("checks failed the last hour", NOW), HARBOUR), Planned)
