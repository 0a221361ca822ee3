"""Which hour of a rota is asked about, by the clock of who asks."""

from datetime import UTC, datetime

import pytest

from bot.intents.intent import Question
from bot.intents.oncall import INTENTS, WhoIsOnCall, who
from tests.builders import turn
from tests.desks import Duty, desks, tools

NOW = datetime(2026, 12, 1, 1, 20, tzinfo=UTC)  # a Tuesday, 10:20 in Tokyo
TOKYO = "Asia/Tokyo"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("who is on call?", NOW),
        ("who is on call tomorrow?", datetime(2026, 12, 2, 3, tzinfo=UTC)),
        ("who is on call tomorrow at 9:00?", datetime(2026, 12, 2, 0, tzinfo=UTC)),
        ("who has the pager on friday at 10pm", datetime(2026, 12, 4, 13, tzinfo=UTC)),
        ("who is on duty on sunday?", datetime(2026, 12, 6, 3, tzinfo=UTC)),
        ("who is on call at 18:00", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ("who's on call at 3am", datetime(2026, 12, 1, 18, tzinfo=UTC)),
        ("who's on call tonight", datetime(2026, 12, 1, 14, tzinfo=UTC)),
        ("who is on call for primary tomorrow night?", datetime(2026, 12, 2, 14, tzinfo=UTC)),
        ("who is on call 2026-12-24 at 8:00", datetime(2026, 12, 23, 23, tzinfo=UTC)),
    ],
)
async def test_the_hour_is_the_one_on_their_wall(text: str, at: datetime):
    reading = INTENTS[0].reads(Question(text, NOW, TOKYO))
    assert reading, text
    duty = Duty()
    ask = WhoIsOnCall.model_validate({**reading.arguments, "rota": ""})
    await who(ask, tools(desks(duty=duty), turn(at=NOW, zone=TOKYO)))
    assert duty.asked_at == [at]
