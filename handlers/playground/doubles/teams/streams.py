"""The rules of streamed messages: who may, in which order, how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.ports.services import Clock
from handlers.playground.doubles.teams.problems import Refused, no_activity

STREAM_LASTS = timedelta(minutes=2)
INFORMATIVE_LENGTH = 1000
_NOT_HERE = "Content stream is not allowed."
_COMPLETED = "Content stream is not allowed on an already completed streamed message."
_TOO_LONG = "Content stream finished due to exceeded streaming time."
_CANCELED = "Content stream was canceled by user."
_NOT_GROWN = "Request streamed content should contain the previously streamed content."


@dataclass(frozen=True, slots=True)
class Chunk:
    """The stream's fields of one activity."""

    kind: Literal["informative", "streaming", "final"]
    sequence: int | None
    stream: str


@dataclass(slots=True)
class Stream:
    id: str
    conversation: str
    began_at: datetime
    sequence: int = 0
    text: str = ""
    ended: str = ""  # why nothing more is taken; empty while it runs


def not_allowed(message: str) -> Refused:
    return Refused(403, "ContentStreamNotAllowed", message)


def chunk_of(activity: Mapping[str, Any]) -> Chunk | None:
    """The entity counts; channelData is what older clients send."""
    entities = [one for one in activity.get("entities") or [] if isinstance(one, dict)]
    data = activity.get("channelData") or {}
    found = next((one for one in entities if one.get("type") == "streaminfo"), data if "streamType" in data else None)
    if found is None:
        return None
    kind, sequence, stream = found.get("streamType"), found.get("streamSequence"), found.get("streamId")
    if kind not in ("informative", "streaming", "final"):
        raise Refused(400, "BadRequest", "Streaming activities need a streamType.")
    if sequence is not None and not isinstance(sequence, int):
        raise Refused(400, "BadRequest", "streamSequence must be a number.")
    if kind == "final" and (sequence is not None or activity.get("type") != "message"):
        raise Refused(400, "BadRequest", "The final activity is a message without streamSequence.")
    if kind != "final" and (sequence is None or activity.get("type") != "typing"):
        raise Refused(400, "BadRequest", "Streaming activities are of type typing and need a streamSequence.")
    return Chunk(kind, sequence, stream or "")


class Streams:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._streams: dict[str, Stream] = {}

    def running(self, stream_id: str) -> Stream | None:
        stream = self._streams.get(stream_id)
        return stream if stream and not stream.ended else None

    def may_begin(self, chunk: Chunk, conversation: str, kind: str, activity: Mapping[str, Any]) -> None:
        if kind != "personal":
            raise not_allowed(_NOT_HERE)
        if chunk.kind == "final" or chunk.sequence != 1:
            raise Refused(400, "BadRequest", "The first streaming activity has streamSequence 1.")
        _check_chunk(chunk, activity)
        for stream in self._streams.values():
            self._grow_old(stream)
            if stream.conversation == conversation and not stream.ended:
                raise not_allowed(_NOT_HERE)

    def begin(self, stream_id: str, conversation: str, chunk: Chunk, text: str) -> Stream:
        spoken = text if chunk.kind == "streaming" else ""
        stream = Stream(stream_id, conversation, self._clock.now(), 1, spoken)
        self._streams[stream_id] = stream
        return stream

    def go_on(self, chunk: Chunk, conversation: str, activity: Mapping[str, Any]) -> Stream:
        """Takes the next chunk; raises what the connector answers when it may not come."""
        stream = self._streams.get(chunk.stream)
        if stream is None or stream.conversation != conversation:
            raise no_activity()
        self._grow_old(stream)
        if stream.ended:
            raise not_allowed(stream.ended)
        _check_chunk(chunk, activity)
        text = activity.get("text") or ""
        if chunk.sequence is not None and chunk.sequence <= stream.sequence:
            message = "PreCondition failed exception when processing streaming activity."
            raise Refused(202, "ContentStreamSequenceOrderPreConditionFailed", message)
        if chunk.kind != "informative" and text and not text.startswith(stream.text):
            raise not_allowed(_NOT_GROWN)
        stream.sequence = chunk.sequence or stream.sequence
        stream.text = text if chunk.kind == "streaming" else stream.text
        if chunk.kind == "final":
            stream.ended = _COMPLETED
        return stream

    def stop(self, stream_id: str) -> bool:
        """The person pressed Stop."""
        return self._end(stream_id, _CANCELED)

    def expire(self, stream_id: str) -> bool:
        return self._end(stream_id, _TOO_LONG)

    def _end(self, stream_id: str, why: str) -> bool:
        stream = self.running(stream_id)
        if stream is None:
            return False
        stream.ended = why
        return True

    def _grow_old(self, stream: Stream) -> None:
        if not stream.ended and self._clock.now() - stream.began_at > STREAM_LASTS:
            stream.ended = _TOO_LONG


def _check_chunk(chunk: Chunk, activity: Mapping[str, Any]) -> None:
    text = activity.get("text") or ""
    if chunk.kind == "final":
        return
    if not text:
        raise Refused(400, "BadRequest", "Start streaming activities should include text.")
    if chunk.kind == "informative" and (len(text) > INFORMATIVE_LENGTH or len(text.encode()) > 1024):
        raise Refused(400, "BadRequest", "Informative messages hold no more than 1000 characters.")
    others = [one for one in activity.get("entities") or [] if one.get("type") != "streaminfo"]
    if activity.get("attachments") or others:
        raise Refused(400, "BadRequest", "Only the final activity may have attachments and entities.")
