"""One line per event, for machines or for a terminal, in which no secret can stand.

    log = logging.getLogger(__name__)
    log.info("delivered", extra={"place": place.key, "ms": 12})

with `about(tenant=…, conversation=…, letter=…)` around it adds these to every line written inside.
"""

import json
import logging
import math
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

LONGEST = 4_000  # characters of one field; what is longer is cut, and says so
LONGEST_TRACE = 20_000
HIDDEN = "…"

_QUIET_VENDORS = (
    "aiohttp",
    "botbuilder",
    "botframework",
    "httpcore2",
    "httpx2",
    "msrest",
    "openai",
    "prometheus",
    "slack_bolt",
    "slack_sdk",
    "urllib3",
)
_QUIET = (*_QUIET_VENDORS, "aiosqlite", "alembic", "apscheduler", "asyncio", "sqlalchemy")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRET_FIELD = re.compile(r"(?i)(password|passwd|secret|token|api_?key|authorization|cookie|response_url|signature)$")

# `name=value` and `"name": "value"`, also inside a JSON string.
_NAMED, _IS = r"(?i)((?:", r")(?:\\*[\"'])?\s*[=:]\s*(?:\\*[\"'])?)"
_VALUE = r"(?:(?<=[\"'])[^\"'\\]+|[^\s\"'\\,;&{}\[\]()]{6,})"

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        # Slack: bot, user, rotating, refresh and app-level tokens; addresses that anyone may post to.
        (r"\b(xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[\w-]{6,}", rf"\1-{HIDDEN}"),
        (r"(https?://hooks\.slack(?:-gov)?\.com)/[^\s\"\\]*", rf"\1/{HIDDEN}"),
        (r"(?i)\b(bearer|basic)\s+(?=\S*\d)[\w.~+/=-]{8,}", rf"\1 {HIDDEN}"),
        (r"\beyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)?", f"jwt-{HIDDEN}"),
        (r"(?<![\w-])[\w-]{43}=(?![\w=-])", f"key-{HIDDEN}"),  # 32 bytes in url-safe base64: Fernet
        (r"\b(sk|pk|rk|glsa|glc|ghp|gho|ghs|vcp|rnd)([-_])[\w-]{16,}", rf"\1\2{HIDDEN}"),
        (r"\b(AKIA|ASIA)[A-Z0-9]{16}\b", rf"\1{HIDDEN}"),  # AWS
        (r"\b(github_pat|glpat|AIza)[_-]?[\w-]{16,}", rf"\1{HIDDEN}"),
        (r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)(?:(?!-----END)[\s\S])*", rf"\1 {HIDDEN} "),
        (r"(\b[a-zA-Z][\w+.-]*://[^\s:/@\"]*):[^\s/\"]+@", rf"\1:{HIDDEN}@"),
        (rf"{_NAMED}password|passwd|secret|api_?key{_IS}{_VALUE}", rf"\1{HIDDEN}"),
        (rf"{_NAMED}token|signature|assertion{_IS}(?=[^\s\"'&]*\d){_VALUE}", rf"\1{HIDDEN}"),
    )
)

_about: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039 - replaced, never changed


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Every line written inside carries these fields: tenant, conversation, letter."""
    token = _about.set({**_about.get(), **fields})
    try:
        yield
    finally:
        _about.reset(token)


def redact(text: str, known: Collection[str] = ()) -> str:
    """The text without anything that opens a door; `known` are values that are secret whatever they look like."""
    for value in known:
        text = text.replace(value, HIDDEN)
    for pattern, put in _PATTERNS:
        text = pattern.sub(put, text)
    return text


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, event, then what the line is about and its own fields."""

    def __init__(self, known: Collection[str] = ()) -> None:
        super().__init__()
        self._known = [form for value in known for form in {value, json.dumps(value, ensure_ascii=False)[1:-1]}]

    def format(self, record: logging.LogRecord) -> str:
        head = {
            "time": _moment(record).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _short(record.getMessage()),
        }
        fields = {name: value for name, value in _fields(record).items() if name not in head}
        if trace := _trace(self, record):
            fields["trace"] = trace
        line = redact(json.dumps({**head, **fields}, ensure_ascii=False, allow_nan=False), self._known)
        return line.encode(errors="backslashreplace").decode()  # half a surrogate pair: as JSON writes it


class Terminal(logging.Formatter):
    """For eyes: time, level, event, fields; a trace stands below, indented, so that no text can pass for a line."""

    def __init__(self, known: Collection[str] = ()) -> None:
        super().__init__()
        self._known = known

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(f"{name}={_one_line(value)}" for name, value in _fields(record).items())
        event = _one_line(_short(record.getMessage()))
        line = f"{_moment(record):%H:%M:%S} {record.levelname.lower():7} {record.name}: {event}  {fields}".rstrip()
        trace = "".join(f"\n    | {_printable(below)}" for below in _trace(self, record).splitlines())
        return redact(line + trace, self._known)


def setup(
    level: str = "INFO",
    style: Literal["json", "text"] = "json",
    *,
    secrets: Collection[str] = (),
    stream: TextIO | None = None,
) -> logging.Handler:
    """All of the process's lines through one handler; libraries speak up only when something is wrong."""
    handler = logging.StreamHandler(stream or sys.stderr)
    known = sorted(secrets, key=len, reverse=True)  # longest first: one may be the beginning of another
    handler.setFormatter(JsonLines(known) if style == "json" else Terminal(known))
    root = logging.getLogger()
    for former in [one for one in root.handlers if isinstance(one.formatter, JsonLines | Terminal)]:
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    return handler


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    own = {name: value for name, value in vars(record).items() if name not in _OWN}
    return {name: _plain(value, name) for name, value in {**_about.get(), **own}.items()}


def _plain(value: Any, name: str = "") -> Any:
    """JSON's own types, shortened; what stands under a telling name is hidden whatever it looks like."""
    if name and _SECRET_FIELD.search(name) and value:
        return HIDDEN
    match value:
        case Mapping():
            return {str(key): _plain(inner, str(key)) for key, inner in value.items()}
        case str():
            return _short(value)
        case bytes():
            return f"{len(value)} bytes"
        case list() | tuple() | set() | frozenset():
            return [_plain(inner) for inner in value]
        case float():
            return value if math.isfinite(value) else str(value)
        case None | bool() | int():
            return value
        case _:
            return _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text) - LONGEST} characters more)"


def _one_line(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _printable(text)


def _printable(text: str) -> str:
    """Line ends and control characters spelled out: what users wrote cannot forge a line or move the cursor."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """The end of a long one: that is where the reason stands."""
    text = formatter.formatException(record.exc_info) if record.exc_info and record.exc_info[0] else ""
    return text if len(text) <= LONGEST_TRACE else f"…{text[-LONGEST_TRACE:]}"


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)
