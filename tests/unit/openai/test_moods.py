"""The liar of the acceptance tests keeps to every shape that a model is asked for, or its lies would never be heard."""

import pytest

from bot.desk.shapes import strict
from bot.pipeline.mails.model_words import MailWords
from bot.pipeline.model_analyst import AnalysisWords
from bot.pipeline.model_entry import EntryWords
from bot.query.meant.shape import Meant
from tests.model_double import moods


@pytest.mark.parametrize("shape", [Meant, AnalysisWords, EntryWords, MailWords])
def test_it_lies_in_the_shape_that_is_asked_for(shape):
    asked = {"response_format": {"json_schema": {"schema": strict(shape)}}}
    assert "9,999" in shape.model_validate(moods.lying(asked)).model_dump_json()


def test_another_mood_is_no_mood(monkeypatch):
    monkeypatch.setenv("NIGHTDESK_TEST_MODEL", "sad")
    with pytest.raises(ValueError, match="broken, lying"):
        moods.mood()
