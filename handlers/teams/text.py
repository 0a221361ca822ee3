"""Literal text for cards: nothing in it formats, links, mentions or computes.

A TextRun knows no markdown, so `literal` is enough there. A TextBlock does (only the lines that mention someone are
one), so `escaped` is for it.
"""

import re
import unicodedata
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.model.reply import Link

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_MACRO = re.compile(r"\{(?=\{\s*(?:DATE|TIME)\s*\()", re.IGNORECASE)
_TAG = re.compile(r"<(?=\s*/?\s*(?:at|quoted)\b)", re.IGNORECASE)
_MARKDOWN = re.compile(r"([\\`*_\[\]~])")
_LIST_MARK = re.compile(r"(?m)^(\s*)([-+>#]|\d+[.)])(?=\s|$|#)")
_LOOKS_LIKE_ADDRESS = re.compile(r"://|\b[\w-]+\.[a-z]{2,}\b", re.IGNORECASE)
_JOINER, _WORD_JOINER = "\u200d", "\u2060"
_SKIN = range(0x1F3FB, 0x1F400)
_LONGEST_CLUSTER = 32  # a text of nothing but accents is cut all the same


def visible(text: str) -> str:
    """Without control characters and without the marks that turn the direction of what stands around them."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def literal(text: str) -> str:
    """For a TextRun, a title, a label. `{{DATE(…)}}` and `<at>` are parted by a mark that is not seen."""
    return _TAG.sub(f"<{_WORD_JOINER}", _MACRO.sub(f"{{{_WORD_JOINER}", visible(text)))


def escaped(text: str) -> str:
    """For a TextBlock, where a subset of markdown is read."""
    return _LIST_MARK.sub(_unlisted, _MARKDOWN.sub(r"\\\1", literal(text)))


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters, the last of them "…" where something is missing; no letter is cut in two."""
    if len(text) <= limit:
        return text
    end = last = max(limit - 1, 0)
    while last > 0 and end - last < _LONGEST_CLUSTER and _inside_a_cluster(text, last):
        last -= 1
    return text[:last].rstrip() + "…"


def web_address(url: str) -> bool:
    """Whether a button or a link may open it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not _UNSEEN.search(url) and " " not in url


def needs_address(link: Link) -> bool:
    """Whether the words could be taken for another address than the one they open."""
    return link.text != link.url and bool(_LOOKS_LIKE_ADDRESS.search(link.text))


def moment(at: datetime) -> str:
    """In the reader's own zone, which only Teams knows; the UTC time beside it stands on every client."""
    utc = at.astimezone(UTC)
    stamp = utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{{{{DATE({stamp}, SHORT)}}}} {{{{TIME({stamp})}}}} ({utc:%H:%M} UTC)"


def _unlisted(match: re.Match[str]) -> str:
    indent, mark = match.groups()
    return f"{indent}{mark[:-1]}\\{mark[-1]}"


def _inside_a_cluster(text: str, at: int) -> bool:
    letter = text[at]
    joined = letter == _JOINER or text[at - 1] == _JOINER or ord(letter) in _SKIN
    return joined or unicodedata.category(letter) in ("Mn", "Me", "Mc")
