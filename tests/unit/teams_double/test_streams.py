from datetime import timedelta
from typing import Any

import pytest

from handlers.playground.doubles.teams.problems import Refused
from handlers.playground.doubles.teams.streams import STREAM_LASTS, Stream, Streams, chunk_of
from tests.fakes import DrivenClock

CHAT = "a:chat"


def activity(
    kind: str, text: str = "", *, sequence: int | None = None, stream: str = "", **more: Any
) -> dict[str, Any]:
    info = {"type": "streaminfo", "streamType": kind}
    info |= ({"streamSequence": sequence} if sequence is not None else {}) | ({"streamId": stream} if stream else {})
    kind = "message" if kind == "final" else "typing"
    return {"type": kind, "text": text, **more, "entities": [info, *more.get("entities", [])]}


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()


@pytest.fixture
def streams(clock: DrivenClock) -> Streams:
    return Streams(clock)


def begin(streams: Streams, text: str = "Reading", *, kind: str = "informative", chat: str = "personal") -> None:
    first = activity(kind, text, sequence=1)
    chunk = chunk_of(first)
    assert chunk
    streams.may_begin(chunk, CHAT, chat, first)
    streams.begin("s1", CHAT, chunk, text)


def go_on(streams: Streams, kind: str, text: str, sequence: int | None = None, **more: Any) -> Stream:
    sent = activity(kind, text, sequence=sequence, stream="s1", **more)
    chunk = chunk_of(sent)
    assert chunk
    return streams.go_on(chunk, CHAT, sent)


def test_a_stream_from_the_first_word_to_the_last(streams: Streams) -> None:
    begin(streams)
    go_on(streams, "streaming", "Checkout", 2)
    go_on(streams, "streaming", "Checkout is slow", 3)
    assert streams.running("s1")
    go_on(streams, "final", "Checkout is slow.")
    assert not streams.running("s1")


@pytest.mark.parametrize("chat", ["channel", "groupChat"])
def test_only_in_one_to_one_chats(streams: Streams, chat: str) -> None:
    with pytest.raises(Refused, match="Content stream is not allowed") as no:
        begin(streams, chat=chat)
    assert (no.value.status, no.value.code) == (403, "ContentStreamNotAllowed")


def test_one_stream_per_chat(streams: Streams) -> None:
    begin(streams)
    with pytest.raises(Refused, match="Content stream is not allowed"):
        begin(streams)
    go_on(streams, "final", "Done")
    begin(streams)


async def test_two_minutes(streams: Streams, clock: DrivenClock) -> None:
    begin(streams)
    await clock.advance(STREAM_LASTS.total_seconds())
    go_on(streams, "streaming", "still here", 2)
    await clock.advance(timedelta(seconds=1).total_seconds())
    with pytest.raises(Refused, match="exceeded streaming time") as no:
        go_on(streams, "final", "still here")
    assert no.value.status == 403
    begin(streams)  # the chat is free again


def test_stopped_by_the_person(streams: Streams) -> None:
    begin(streams)
    assert streams.stop("s1")
    assert not streams.stop("s1")
    with pytest.raises(Refused, match="canceled by user"):
        go_on(streams, "streaming", "more", 2)


def test_nothing_follows_the_final(streams: Streams) -> None:
    begin(streams)
    go_on(streams, "final", "Done")
    with pytest.raises(Refused, match="already completed"):
        go_on(streams, "streaming", "Done and more", 3)


@pytest.mark.parametrize(
    ("kind", "text", "sequence", "more", "status", "message"),
    [
        ("streaming", "Check", 3, {}, 403, "previously streamed content"),
        ("final", "Other words", None, {}, 403, "previously streamed content"),
        ("streaming", "Checkout is", 2, {}, 202, "PreCondition"),
        ("streaming", "", 3, {}, 400, "include text"),
        ("informative", "x" * 1001, 3, {}, 400, "1000 characters"),
        ("informative", "ä" * 600, 3, {}, 400, "1000 characters"),
        ("streaming", "Checkout is", 3, {"attachments": [{"contentType": "image/png"}]}, 400, "attachments"),
        ("streaming", "Checkout is", 3, {"entities": [{"type": "mention"}]}, 400, "entities"),
    ],
)
def test_what_may_follow(
    streams: Streams, kind: str, text: str, sequence: int | None, more: dict[str, Any], status: int, message: str
) -> None:
    begin(streams, "Working", kind="informative")
    go_on(streams, "streaming", "Checkout", 2)
    with pytest.raises(Refused, match=message) as no:
        go_on(streams, kind, text, sequence, **more)
    assert no.value.status == status


@pytest.mark.parametrize(
    "sent",
    [
        activity("shouting", "x", sequence=1),
        activity("streaming", "x"),
        activity("final", "x", sequence=4),
        {**activity("final", "x"), "type": "typing"},
        {**activity("streaming", "x", sequence=1), "type": "message"},
        activity("streaming", "x")
        | {"entities": [{"type": "streaminfo", "streamType": "streaming", "streamSequence": "1"}]},
    ],
)
def test_malformed(sent: dict[str, Any]) -> None:
    with pytest.raises(Refused) as no:
        chunk_of(sent)
    assert no.value.status == 400


@pytest.mark.parametrize("sequence", [0, 2])
def test_begins_with_one(streams: Streams, sequence: int) -> None:
    first = activity("streaming", "x", sequence=sequence)
    chunk = chunk_of(first)
    assert chunk
    with pytest.raises(Refused, match="streamSequence 1"):
        streams.may_begin(chunk, CHAT, "personal", first)


def test_channel_data_will_do() -> None:
    sent = {"type": "typing", "text": "x", "channelData": {"streamType": "streaming", "streamSequence": 1}}
    chunk = chunk_of(sent)
    assert chunk
    assert chunk.kind == "streaming"
    assert chunk_of({"type": "typing"}) is None
