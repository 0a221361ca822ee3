"""Asking for many rows at once: one bound value however many are asked for, so no limit and no new statement."""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Boolean, ColumnElement, Dialect, Text, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.columns import storable


class Names(TypeDecorator[Any]):
    """Many words as one value: an array on PostgreSQL, a JSON list on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(TEXT()) if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        return _array if dialect.name == "postgresql" else _json_list


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> "_Among":  # noqa: ARG002
        """As it stands: on SQLite, a Boolean would be compared with 1, and no index be used."""
        return self


def among(column: ColumnElement[Any], names: str) -> ColumnElement[bool]:
    """Whether a column's value is one of those that are bound under this name."""
    return _Among(column, bindparam(names, type_=Names()))


@compiles(_Among, "postgresql")
def _any(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, names = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} = ANY ({names})"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, names = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({names}))"  # noqa: S608 - names of ours


def _array(words: Iterable[str]) -> list[str]:
    return [*map(storable, words)]


def _json_list(words: Iterable[str]) -> str:
    return to_json([*map(storable, words)]).decode()


def holds(connection: AsyncConnection, column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Whether a column of `lines` has this one among them."""
    find = func.strpos if connection.dialect.name == "postgresql" else func.instr
    return find(column, lines([word])) > 0


def lines(words: Iterable[str]) -> str:
    """Words in one column: each between line feeds, which none of them has."""
    each = [word.replace("\n", " ") for word in words]
    return "\n{}\n".format("\n\n".join(each)) if each else ""
