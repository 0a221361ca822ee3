"""What the connector looks at in a card that offers a file, and in one that shows it. Pure."""

from collections.abc import Mapping
from typing import Any

from handlers.playground.doubles.teams.problems import bad_syntax

CONSENT = "application/vnd.microsoft.teams.card.file.consent"
INFO = "application/vnd.microsoft.teams.card.file.info"
_NOT_IN_A_NAME = frozenset('"*:<>?/\\|')


def check_file_card(attachment: Mapping[str, Any], kind: str) -> None:
    """`kind` is that of the conversation: bots send files in personal chats only."""
    if attachment["contentType"] not in (CONSENT, INFO):
        return
    if kind != "personal":
        raise bad_syntax("File cards are for personal chats.")
    name, content = attachment.get("name"), attachment.get("content")
    if not isinstance(name, str) or not name.strip() or _NOT_IN_A_NAME & set(name):
        raise bad_syntax("A file card needs the name of its file.")
    if not isinstance(content, Mapping):
        raise bad_syntax("A file card needs its content.")
    if attachment["contentType"] == CONSENT:
        _check_consent(content)
    elif not attachment.get("contentUrl") or not content.get("uniqueId") or "fileType" not in content:
        raise bad_syntax("A file that is shown needs contentUrl, uniqueId and fileType.")


def _check_consent(content: Mapping[str, Any]) -> None:
    size = content.get("sizeInBytes")
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise bad_syntax("sizeInBytes has to be the size of the file.")
    if not all(isinstance(content.get(name), Mapping) for name in ("acceptContext", "declineContext")):
        raise bad_syntax("A file consent card needs both contexts.")
