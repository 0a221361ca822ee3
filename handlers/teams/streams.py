"""The live message of a personal chat: lines that say what is being done, then the answer in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.model.parcel import Receipt
from handlers.teams import limits, text

PACE = timedelta(seconds=1.5)  # Teams takes about one a second
LASTS = timedelta(minutes=2) - timedelta(seconds=5)  # Teams counts from a moment before ours
KEPT = 1000


@dataclass(slots=True)
class _Stream:
    opened_at: datetime
    told_at: datetime
    sequence: int = 1
    speaks: bool = False  # words of the answer stand in it
    ended: bool = False  # its two minutes are over


class Streams:
    """Which streams we have open here. One that is unknown (after a restart) can still be finished."""

    def __init__(self) -> None:
        self._open: dict[str, _Stream] = {}

    def opened(self, receipt: Receipt, now: datetime) -> None:
        if len(self._open) >= KEPT:
            self._open.pop(next(iter(self._open)))
        self._open[receipt.id] = _Stream(now, now)

    def next(self, receipt: Receipt, now: datetime, *, words: bool = False) -> int | None:
        """The number of the next line; None while it is too early for one, or the stream is not ours.

        The first words of the answer do not wait for what was told before them, and nothing is told after them.
        """
        stream = self._open.get(receipt.id)
        if stream is None or stream.ended or (stream.speaks and not words):
            return None
        if now - stream.told_at < PACE and (stream.speaks or not words):
            return None
        stream.sequence += 1
        stream.told_at, stream.speaks = now, stream.speaks or words
        return stream.sequence

    def over(self, receipt: Receipt) -> bool:
        """Whether it has ended by itself, and is an ordinary message."""
        stream = self._open.get(receipt.id)
        return stream is not None and stream.ended

    def refused(self, receipt: Receipt, now: datetime) -> bool:
        """It has ended. True: by itself, for its time was up; before that, only a person ends it."""
        stream = self._open.get(receipt.id)
        if stream is None or now - stream.opened_at < LASTS:
            self._open.pop(receipt.id, None)
            return False
        stream.ended = True
        return True

    def closed(self, receipt: Receipt) -> None:
        self._open.pop(receipt.id, None)


def line(words: str, sequence: int, stream_id: str = "") -> dict[str, Any]:
    """An informative line; the first one opens the stream."""
    return _typing("informative", text.clipped(text.literal(words), limits.STREAM_TEXT), sequence, stream_id)


def spoken(words: str, sequence: int, stream_id: str) -> dict[str, Any]:
    """All of the answer that is there so far."""
    return _typing("streaming", text.escaped(words), sequence, stream_id)


def _typing(kind: str, told: str, sequence: int, stream_id: str) -> dict[str, Any]:
    about: dict[str, Any] = {"streamType": kind, "streamSequence": sequence}
    if stream_id:
        about["streamId"] = stream_id
    return {"type": "typing", "text": told or "…", **_about(about, {})}


def final(activity: Mapping[str, Any], stream_id: str) -> dict[str, Any]:
    """The answer itself: only it may carry a card, and it has no number."""
    return {**activity, **_about({"streamType": "final", "streamId": stream_id}, activity)}


def _about(stream: Mapping[str, Any], activity: Mapping[str, Any]) -> dict[str, Any]:
    """In both places, as Microsoft's own library writes it."""
    return {
        "entities": [*activity.get("entities", []), {"type": "streaminfo", **stream}],
        "channelData": {**activity.get("channelData", {}), **stream},
    }
