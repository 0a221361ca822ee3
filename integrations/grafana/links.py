"""A link to a dashboard or to one of its panels, taken apart. Pure: nothing is asked, and nothing in it is believed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

LONGEST = 4000
MOST_FIELDS = 200
USUAL = timedelta(hours=6)
LONGEST_RANGE = timedelta(days=31)
_PATH = re.compile(r"/(?:d|d-solo)/(?P<uid>[A-Za-z0-9_-]{1,80})(?:/(?P<slug>[^/]*))?/?")
_PANEL = re.compile(r"(?:panel-)?(\d{1,9})")
_RELATIVE = re.compile(r"now(?:-(?P<many>\d{1,6})(?P<unit>[smhdwMy]))?(?:/(?P<whole>[smhdwMy]))?")
_DAY = timedelta(days=1)
_UNITS = {
    "s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": _DAY, "w": 7 * _DAY,
    "M": 30 * _DAY, "y": 365 * _DAY,
}  # fmt: skip
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Link:
    uid: str
    slug: str = ""
    panel: int | None = None
    start: str = ""
    end: str = ""
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read(url: str, roots: Sequence[str]) -> Link | None:
    """None where it does not lead to a dashboard under one of these addresses."""
    if len(url) > LONGEST:
        return None
    try:
        parts = urlsplit(url)
        path = next((rest for root in roots if (rest := _below(url, root)) is not None), None)
        fields = parse_qs(parts.query, max_num_fields=MOST_FIELDS, keep_blank_values=True)
    except ValueError:
        return None
    match = _PATH.fullmatch(path) if path is not None else None
    if match is None:
        return None
    variables = {name.removeprefix("var-"): tuple(held) for name, held in fields.items() if name.startswith("var-")}
    return Link(match["uid"], match["slug"] or "", _panel(fields), _one(fields, "from"), _one(fields, "to"), variables)


def span(start: str, end: str, now: datetime) -> tuple[datetime, datetime]:
    """As Grafana means it; what cannot be read is the last six hours."""
    until = min(_instant(end, now) or now, now)
    since = _instant(start, now) or until - USUAL
    if since >= until:
        since = until - USUAL
    return max(since, until - LONGEST_RANGE), until


def _below(url: str, root: str) -> str | None:
    """The path behind the root, where both are the same place: whether by http or https does not matter."""
    here, there = urlsplit(url), urlsplit(root)
    if here.scheme not in _PORTS or there.scheme not in _PORTS or here.username or here.password:
        return None
    if (here.hostname or "").casefold() != (there.hostname or "").casefold() or not here.hostname:
        return None
    usual = here.port is None and there.port is None
    if not usual and (here.port or _PORTS[here.scheme]) != (there.port or _PORTS[there.scheme]):
        return None
    base = there.path.rstrip("/")
    return unquote(here.path[len(base) :]) if here.path.startswith(f"{base}/") else None


def _panel(fields: Mapping[str, list[str]]) -> int | None:
    for name in ("viewPanel", "panelId", "editPanel"):
        if match := _PANEL.fullmatch(_one(fields, name)):
            return int(match[1])
    return None


def _one(fields: Mapping[str, list[str]], name: str) -> str:
    return fields[name][0] if name in fields else ""


def _instant(text: str, now: datetime) -> datetime | None:
    text = text.strip()
    if match := _RELATIVE.fullmatch(text):
        try:
            at = now - int(match["many"] or 0) * _UNITS[match["unit"] or "s"]
        except OverflowError:
            return None
        return at.replace(hour=0, minute=0, second=0, microsecond=0) if match["whole"] in ("d", "w", "M", "y") else at
    try:
        at = datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdecimal() else datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
