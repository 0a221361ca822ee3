"""A file that waits for a person's word, and what stands there afterwards. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.model.reply import File
from handlers.teams import limits, text

CONSENT = "application/vnd.microsoft.teams.card.file.consent"
INFO = "application/vnd.microsoft.teams.card.file.info"
_NOT_IN_A_NAME = frozenset('"*:<>?/\\|')


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came back from the card. All of it is user input."""

    offer: str
    accepted: bool
    upload_url: str
    content_url: str
    unique_id: str
    file_type: str


@dataclass(frozen=True, slots=True)
class End:
    """How an offer ended: with a file that stands in OneDrive, or with words."""

    says: str
    name: str = ""
    content_url: str = ""
    unique_id: str = ""
    file_type: str = ""

    def dump(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def load(cls, content: bytes) -> "End":
        return cls(**json.loads(content))


def read(value: Any) -> Pressed | None:
    """None: nothing of ours."""
    given = _mapping(value)
    context, info = _mapping(given.get("context")), _mapping(given.get("uploadInfo"))
    offer, action = context.get("offer"), given.get("action")
    if not isinstance(offer, str) or not offer or action not in ("accept", "decline"):
        return None
    told = (str(info.get(name) or "") for name in ("uploadUrl", "contentUrl", "uniqueId", "fileType"))
    return Pressed(offer, action == "accept", *told)


def offered(file: File, offer: str) -> dict[str, Any]:
    name, context = file_name(file), {"offer": offer}
    content = {
        "description": "A file of the answer above.",
        "sizeInBytes": len(file.content),
        "acceptContext": context,
        "declineContext": context,
    }
    return _message(f"Save {name} in your OneDrive?", {"contentType": CONSENT, "name": name, "content": content})


def ended(end: End) -> dict[str, Any]:
    if not end.content_url:
        return {"type": "message", "textFormat": "plain", "text": text.literal(end.says)}
    content = {"uniqueId": end.unique_id, "fileType": end.file_type}
    card = {"contentType": INFO, "contentUrl": end.content_url, "name": end.name, "content": content}
    return _message(end.says, card)


def file_name(file: File) -> str:
    """As OneDrive takes it."""
    name = "".join("_" if sign in _NOT_IN_A_NAME else sign for sign in text.visible(file.name)).strip(" .\n\t")
    stem, dot, ending = name.rpartition(".")
    room = limits.FILE_NAME - len(ending) - 1
    whole = name if len(name) <= limits.FILE_NAME or room < 1 else f"{(stem or ending)[:room]}{dot}{ending}"
    return whole[: limits.FILE_NAME] or "file"


def _message(says: str, card: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "message", "summary": text.clipped(text.literal(says), limits.NOTIFIED), "attachments": [card]}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
