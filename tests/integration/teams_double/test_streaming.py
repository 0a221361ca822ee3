from typing import Any

import pytest

from handlers.playground.doubles.bus import Fault
from tests.integration.teams_double.conftest import Json, Teams, at


async def chunk(teams: Teams, place: str, kind: str, text: str, sequence: int = 0, stream: str = "") -> tuple[int, Any]:
    info: Json = {"type": "streaminfo", "streamType": kind}
    info |= ({"streamSequence": sequence} if sequence else {}) | ({"streamId": stream} if stream else {})
    await teams.clock.advance(1.5)
    return await teams.send(
        place, {"type": "message" if kind == "final" else "typing", "text": text, "entities": [info]}
    )


@pytest.fixture
def chat(teams: Teams) -> str:
    return teams.place("personal")


async def begin(teams: Teams, chat: str) -> str:
    status, body = await chunk(teams, chat, "informative", "Reading the metrics", 1)
    assert status == 201
    return str(body["id"])


async def test_a_stream_is_one_message(teams: Teams, chat: str) -> None:
    stream = await begin(teams, chat)
    assert (await chunk(teams, chat, "streaming", "Checkout", 2, stream))[0] == 202
    assert teams.said(chat)[0]["streaming"] is True
    assert (await chunk(teams, chat, "final", "Checkout is slow.", stream=stream))[0] == 202
    (stored,) = teams.said(chat)
    assert (stored["id"], stored["text"], stored["streaming"], stored["edited"]) == (
        stream,
        "Checkout is slow.",
        False,
        False,
    )


async def test_stop_button(teams: Teams, chat: str) -> None:
    stream = await begin(teams, chat)
    await teams.call("stop", conversation=chat, activity=stream)
    status, body = await chunk(teams, chat, "streaming", "more", 2, stream)
    assert (status, body["error"]["code"]) == (403, "ContentStreamNotAllowed")
    assert "canceled by user" in body["error"]["message"]
    assert teams.said(chat)[0]["streaming"] is False
    with pytest.raises(ValueError, match="not being streamed"):
        await teams.call("stop", conversation=chat, activity=stream)


async def test_after_two_minutes_the_message_can_still_be_updated(teams: Teams, chat: str) -> None:
    stream = await begin(teams, chat)
    await teams.clock.advance(121)
    status, body = await chunk(teams, chat, "final", "late", stream=stream)
    assert (status, "exceeded" in body["error"]["message"]) == (403, True)
    path = at(chat, "activities", stream)
    assert (await teams.rest("PUT", path, {"type": "message", "text": "late"}))[0] == 200
    assert teams.said(chat)[0]["text"] == "late"


async def test_a_fault_ends_a_stream(teams: Teams, chat: str) -> None:
    stream = await begin(teams, chat)
    teams.faults.add(Fault("expire", "teams"))
    assert (await chunk(teams, chat, "streaming", "x", 2, stream))[0] == 403


async def test_one_chunk_a_second(teams: Teams, chat: str) -> None:
    stream = await begin(teams, chat)
    assert (await chunk(teams, chat, "streaming", "a", 2, stream))[0] == 202
    info = {"type": "streaminfo", "streamType": "streaming", "streamSequence": 3, "streamId": stream}
    assert (await teams.send(chat, {"type": "typing", "text": "ab", "entities": [info]}))[0] == 429


@pytest.mark.parametrize("kind", ["channel", "groupChat"])
async def test_not_elsewhere(teams: Teams, kind: str) -> None:
    status, body = await chunk(teams, teams.place(kind), "streaming", "x", 1)
    assert (status, body["error"]["code"]) == (403, "ContentStreamNotAllowed")


async def test_a_broken_card_does_not_end_the_stream(teams: Teams, chat: str) -> None:
    stream = await begin(teams, chat)
    info = {"type": "streaminfo", "streamType": "final", "streamId": stream}
    broken = {"type": "message", "text": "x", "entities": [info], "attachments": [{"contentType": "x/y"}]}
    assert (await teams.send(chat, broken))[0] == 400
    assert (await chunk(teams, chat, "final", "fine", stream=stream))[0] == 202


async def test_the_typing_mark_goes_with_the_next_message(teams: Teams, chat: str) -> None:
    assert (await teams.send(chat, {"type": "typing"}))[0] == 201
    assert teams.double.state()["typing"] == {chat: "Nightdesk"}
    await teams.post(chat)
    assert teams.double.state()["typing"] == {}
