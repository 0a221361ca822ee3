"""Early words of an answer in a personal chat: all of them each time, at Teams's pace, and never beside the answer."""

import pytest

from bot.model.parcel import Receipt
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Step, Stopped
from tests.unit.teams.stand_ins import House
from tests.unit.teams.test_sender import ANNA, CARD, CHAT, failing, order
from tests.unit.teams.test_sender import known as known


def words(text: str) -> Step:
    return Step(text, "words")


async def opened(known: House) -> Receipt:
    live = await known.surface.platform.begin(DEFAULT_TENANT, CHAT, ANNA)
    assert live is not None
    return live


async def test_the_first_do_not_wait_and_later_ones_keep_the_pace(known: House) -> None:
    live, platform = await opened(known), known.surface.platform
    await platform.progress(DEFAULT_TENANT, CHAT, words("It is *slow*."), live)
    await platform.progress(DEFAULT_TENANT, CHAT, words("It is *slow*. Too early."), live)
    await known.clock.advance(2)
    await platform.progress(DEFAULT_TENANT, CHAT, Step("Reading…"), live)  # nothing stands where words stand
    await platform.progress(DEFAULT_TENANT, CHAT, words("It is *slow*. A deploy."), live)
    await platform.send(order(CARD, CHAT, live))
    _, first, second, last = (call.body for call in known.microsoft.calls)
    assert first["text"] == r"It is \*slow\*."
    assert first["entities"] == [
        {"type": "streaminfo", "streamType": "streaming", "streamSequence": 2, "streamId": "a1"}
    ]
    assert (second["text"], second["channelData"]["streamSequence"]) == (r"It is \*slow\*. A deploy.", 3)
    assert (last["type"], last["channelData"]["streamType"]) == ("message", "final")


async def test_a_person_who_stops_it_is_told_apart_from_the_end_of_its_time(known: House) -> None:
    live, platform = await opened(known), known.surface.platform
    known.microsoft.script = [failing("ContentStreamNotAllowed")]
    with pytest.raises(Stopped):
        await platform.progress(DEFAULT_TENANT, CHAT, words("It is slow."), live)


async def test_when_its_two_minutes_are_over_the_message_is_updated(known: House) -> None:
    live, platform = await opened(known), known.surface.platform
    await known.clock.advance(121)
    known.microsoft.script = [failing("ContentStreamNotAllowed")]
    for said in ("It is slow.", "It is slow. A deploy."):
        await platform.progress(DEFAULT_TENANT, CHAT, words(said), live)
    await platform.progress(DEFAULT_TENANT, CHAT, Step("Reading…"), live)
    calls = known.microsoft.calls[1:]
    assert [call.method for call in calls] == ["POST", "PUT", "PUT"]
    assert calls[2].body["text"] == "It is slow. A deploy."
    assert "entities" not in calls[2].body


async def test_a_limit_that_is_reached_loses_words_and_nothing_else(known: House) -> None:
    live, platform = await opened(known), known.surface.platform
    known.microsoft.script = [failing("x", 500)]
    await platform.progress(DEFAULT_TENANT, CHAT, words("It is slow."), live)
    await known.clock.advance(2)
    await platform.progress(DEFAULT_TENANT, CHAT, words("It is slow. A deploy."), live)
    assert known.microsoft.calls[-1].body["text"] == "It is slow. A deploy."
