"""Which metrics a page names in its code: whole queries, and single names that look like nothing else. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.model.errors import Rejected
from bot.query.promql.known import asked_for
from bot.query.promql.read import read, selectors

MOST_NAMES, MOST_PIECES, MOST_LINES = 100, 300, 50
_CODE = re.compile(r"```[^\n]*\n(?P<fence>.*?)```|`(?P<inline>[^`\n]+)`", re.DOTALL)
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_ENDS = (
    "_total", "_seconds", "_bytes", "_count", "_bucket", "_sum", "_ratio", "_info", "_percent", "_depth", "_usd",
    "_milliseconds", "_connections", "_errors", "_requests", "_timestamp", "_size", "_up",
)  # fmt: skip
_QUERY = re.compile(r"[{(\[]")


def metrics_named(content: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for match in islice(_CODE.finditer(content), MOST_PIECES):
        found.update(dict.fromkeys(_names(match["inline"].strip()) if match["inline"] else _fenced(match["fence"])))
    return tuple(found)[:MOST_NAMES]


def _fenced(fence: str) -> Sequence[str]:
    """The whole of it is one query, or each of its lines is."""
    whole = list(_names(fence.strip()))
    return whole or [name for line in fence.splitlines()[:MOST_LINES] for name in _names(line.strip())]


def _names(piece: str) -> Iterator[str]:
    if _NAME.fullmatch(piece):
        if piece.endswith(_ENDS) and "_" in piece.strip("_"):
            yield piece
        return
    if not _QUERY.search(piece):
        return
    try:
        yield from (name for selector in selectors(read(piece)) if (name := asked_for(selector)))
    except Rejected:  # a command, a log query, a sentence
        return
