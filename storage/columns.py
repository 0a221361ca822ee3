"""The column types that read alike on both engines."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


def storable(text: str) -> str:
    """PostgreSQL takes no NUL, and UTF-8 no half of a character; people's clients send both."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def storable_tree(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case Mapping():
            return {storable(str(name)): storable_tree(item) for name, item in value.items()}
        case list() | tuple():
            return [storable_tree(item) for item in value]
        case _:
            return value


class Words(TypeDecorator[str]):
    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002
        return _storable_words


class Instant(TypeDecorator[datetime]):
    """Aware UTC. SQLite forgets zones, so a naive datetime is refused before it can be mistaken for UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _sqlite_instant if dialect.name == "sqlite" else _utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        return _from_sqlite if dialect.name == "sqlite" else _utc


class Data(TypeDecorator[Any]):
    """JSON; JSONB on PostgreSQL. What JSON does not know (an instant, a number type) is kept as its text."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:  # noqa: ARG002
        return _json


# Straight to what the driver takes: with thousands of rows, every call in between is felt.
def _storable_words(value: str | None) -> str | None:
    if value is None or (value.isascii() and "\0" not in value):
        return value
    return storable(value)


def _utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.utcoffset() is None:
        raise ValueError("An instant needs a zone.")
    return value.astimezone(UTC)


@lru_cache(maxsize=256)  # the same instant is written again and again: of one batch, of one message's life
def _sqlite_instant(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it, too."""
    instant = value if value is None or value.tzinfo is UTC else _utc(value)
    return None if instant is None else instant.isoformat(" ", "microseconds")[: -len("+00:00")]


def _from_sqlite(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _json(value: Any) -> str:
    text = _ENCODER.encode(value)
    if "\\u0000" not in text and "\\ud" not in text:
        return text
    return json.dumps(storable_tree(json.loads(text)))


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


_ENCODER = json.JSONEncoder(default=_plain)
