"""The live message of a personal chat: lines that say what is being done, then the answer in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.model.parcel import Receipt
from handlers.teams import limits, text

PACE = timedelta(seconds=1.5)  # Teams takes about one a second
KEPT = 1000


@dataclass(slots=True)
class _Stream:
    told_at: datetime
    sequence: int = 1


class Streams:
    """Which streams we have open here. One that is unknown (after a restart) can still be finished."""

    def __init__(self) -> None:
        self._open: dict[str, _Stream] = {}

    def opened(self, receipt: Receipt, now: datetime) -> None:
        if len(self._open) >= KEPT:
            self._open.pop(next(iter(self._open)))
        self._open[receipt.id] = _Stream(now)

    def next(self, receipt: Receipt, now: datetime) -> int | None:
        """The number of the next line; None while it is too early for one, or the stream is not ours."""
        stream = self._open.get(receipt.id)
        if stream is None or now - stream.told_at < PACE:
            return None
        stream.sequence += 1
        stream.told_at = now
        return stream.sequence

    def closed(self, receipt: Receipt) -> None:
        self._open.pop(receipt.id, None)


def line(words: str, sequence: int, stream_id: str = "") -> dict[str, Any]:
    """An informative line; the first one opens the stream."""
    about: dict[str, Any] = {"streamType": "informative", "streamSequence": sequence}
    if stream_id:
        about["streamId"] = stream_id
    told = text.clipped(text.literal(words), limits.STREAM_TEXT) or "…"
    return {"type": "typing", "text": told, **_about(about, {})}


def final(activity: Mapping[str, Any], stream_id: str) -> dict[str, Any]:
    """The answer itself: only it may carry a card, and it has no number."""
    return {**activity, **_about({"streamType": "final", "streamId": stream_id}, activity)}


def _about(stream: Mapping[str, Any], activity: Mapping[str, Any]) -> dict[str, Any]:
    """In both places, as Microsoft's own library writes it."""
    return {
        "entities": [*activity.get("entities", []), {"type": "streaminfo", **stream}],
        "channelData": {**activity.get("channelData", {}), **stream},
    }
