"""What a person types, as Slack stores it; pure."""

import re
from collections.abc import Mapping
from typing import Any

_PIECE = re.compile(r"<@([UW][A-Z0-9]+)>|<#([CD][A-Z0-9]+)\|[^>]*>|<(https?://[^>|]+)>")
_LINK = re.compile(r"<(https?://[^>|]+)(?:\|([^>]*))?>")
_URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)]")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(text: str, users: Mapping[str, str], channels: Mapping[str, str], *, named: bool = False) -> str:
    """Escaped, with addresses, `@name` and `#channel` as references; `named`: with names, as slash commands have."""
    found = _URL.sub(lambda match: f"<{match[0]}>", escaped(text))
    for name, user in sorted(users.items(), key=lambda pair: -len(pair[0])):
        reference = f"<@{user}|{name.lower()}>" if named else f"<@{user}>"
        found = re.sub(rf"(?<![\w@|])@{re.escape(name)}\b", reference, found, flags=re.IGNORECASE)
    for name, channel in channels.items():
        found = re.sub(rf"(?<![\w#|])#{re.escape(name)}\b", f"<#{channel}|{name}>", found)
    return found


def as_rich_text(text: str, block_id: str) -> dict[str, Any]:
    """The rich_text block that comes with every message a person writes."""
    pieces: list[dict[str, Any]] = []
    end = 0
    for match in _PIECE.finditer(text):
        if text[end : match.start()]:
            pieces.append({"type": "text", "text": unescaped(text[end : match.start()])})
        user, channel, url = match.groups()
        if user:
            pieces.append({"type": "user", "user_id": user})
        elif channel:
            pieces.append({"type": "channel", "channel_id": channel})
        else:
            pieces.append({"type": "link", "url": unescaped(url)})
        end = match.end()
    if text[end:]:
        pieces.append({"type": "text", "text": unescaped(text[end:])})
    return {
        "type": "rich_text",
        "block_id": block_id,
        "elements": [{"type": "rich_text_section", "elements": pieces}],
    }


def mentions(text: str, user: str) -> bool:
    return f"<@{user}>" in text or f"<@{user}|" in text


def addresses(text: str) -> list[tuple[str, str]]:
    """Those that a stored text links to, each with what it is shown as."""
    return [(unescaped(match[1]), unescaped(match[2] or match[1])) for match in _LINK.finditer(text)]
