"""Literal text for Slack: nothing that users, alerts or logs wrote becomes markup, a mention or a hidden sign."""

import re
from urllib.parse import urlsplit

from bot.model.harmless import clean as clean
from handlers.slack import limits

ELLIPSIS = "…"
# Where mrkdwn would begin: a marker at the edge of a word, a list at the start of a line, an emoji, an address.
_EDGE = re.compile(r"(?<![^\W_])([*_~`])|([*_~`])(?![^\W_])")
_LINE_START = re.compile(r"(?m)^(\s*)([-•]|\d+\.)(?=\s)")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_ADDRESS = re.compile(r"://|(?<=\w)@(?=\w)|(?<=www)\.(?=\w)|(?<=mailto):")
_BREAK = "\u200b"
_UNSPEAKABLE = re.compile(r"[\x00-\x20\x7f-\x9f\\<>|]")
_LOOKS_LIKE_ADDRESS = re.compile(r"\w[.。．｡]\w|://|@")
_TAME = re.compile(r"(?:[^\W_]|[+$€])(?:[^_*~`<>&@:|\\\n]|(?<=\d):(?=\d)|:(?=\s))*")
_DOMAIN = re.compile(r"\.[^\W\d_]{2,}")
_UNFINISHED = "\u200d\ufe0f"


def size(text: str) -> int:
    """As Slack counts: a sign beyond the first plane is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, most: int) -> str:
    """At most that long, and visibly cut where it was longer."""
    return text if size(text) <= most else split_at(text, most - len(ELLIPSIS))[0].rstrip() + ELLIPSIS


def split_at(text: str, most: int) -> tuple[str, str]:
    """The longest beginning of that size, and the rest; no sign is torn, and words only where they are too long."""
    if size(text) <= most:
        return text, ""
    end = most
    while size(text[:end]) > most:
        end -= max(1, (size(text[:end]) - most + 1) // 2)
    edge = max(text.rfind("\n", 0, end), text.rfind(" ", 0, end)) + 1
    if edge > end // 2:
        end = edge
    elif end > 1:
        while end > 1 and (text[end] in _UNFINISHED or text[end - 1] in _UNFINISHED):
            end -= 1
    return text[:end], text[end:]


def pieces(text: str, most: int) -> list[str]:
    """All of it, in parts of at most that size."""
    parts = []
    while text:
        part, text = split_at(text, most)
        parts.append(part)
    return parts


def mrkdwn(text: str) -> str:
    """Text for a field that Slack reads as mrkdwn: it shows what was written, and nothing is a link or a mention."""
    for pattern, instead in (
        (_EDGE, rf"{_BREAK}\1\2{_BREAK}"),
        (_LINE_START, rf"\1{_BREAK}\2"),
        (_EMOJI, f":{_BREAK}"),
    ):
        text = pattern.sub(instead, text)
    text = _ADDRESS.sub(lambda found: f"{_BREAK}{found.group()}{_BREAK}", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten_mrkdwn(text: str, most: int) -> str:
    """The same, at most that long after everything that stands for one sign is spelt out."""
    kept = shorten(clean(text), most)
    while size(written := mrkdwn(kept)) > most:
        kept = shorten(kept, size(kept) - max(1, (size(written) - most) // 5))
    return written


def is_tame(text: str) -> bool:
    """Nothing in it could be markup, so that it may stand between asterisks."""
    return bool(_TAME.fullmatch(text)) and not _DOMAIN.search(text) and text == text.strip()


def is_address(url: str) -> bool:
    """Following it is harmless and Slack takes it: a web page or a mail."""
    if _UNSPEAKABLE.search(url) or size(url) > limits.BUTTON_URL:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (parts.scheme in ("http", "https") and bool(parts.netloc)) or parts.scheme == "mailto"


def could_mislead(label: str, url: str) -> bool:
    """The label could be taken for another address than the one behind it."""
    return label != url and bool(_LOOKS_LIKE_ADDRESS.search(label))
