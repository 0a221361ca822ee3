"""Asking for many messages at once, each named by its place and its subject: one bound value, to be joined with."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from pydantic_core import to_json
from sqlalchemy import FromClause, Select, text

from storage.columns import Words
from storage.prepared import Prepared

Spot: TypeAlias = tuple[str, str]  # place and subject, as they are stored


def of_spots(build: Callable[[FromClause], Select[Any]]) -> Prepared:
    """`build` is given a table of two columns, place and subject; what it makes is run with `spots=listed(…)`."""
    return Prepared(build(_ON_POSTGRES), sqlite=build(_ON_SQLITE))


def listed(spots: Iterable[Spot]) -> str:
    return to_json([*spots]).decode()


_ON_POSTGRES = (
    text(
        "SELECT spot->>0 AS place, spot->>1 AS subject"
        " FROM jsonb_array_elements(CAST(CAST(:spots AS text) AS jsonb)) AS spot"
    )
    .columns(place=Words, subject=Words)
    .subquery("given")
)
_ON_SQLITE = (
    text("SELECT json_extract(value, '$[0]') AS place, json_extract(value, '$[1]') AS subject FROM json_each(:spots)")
    .columns(place=Words, subject=Words)
    .subquery("given")
)
