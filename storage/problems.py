"""Which of the database's errors mean that it is away, and which are mistakes of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from asyncpg.exceptions import InterfaceError, InternalClientError, PostgresError
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.model.errors import Unavailable

# Classes of SQLSTATE: connection, transaction rolled back, out of resources, locked, operator and system.
_AWAY = ("08", "40", "53", "55", "57", "58")
_READ_ONLY = "25006"  # a standby that was asked to write during a fail-over
_OURS = ("no such ", "near ", "table ", "unrecognized token", "too many")  # SQLite names wrong SQL "operational", too
KINDS = (SQLAlchemyError, OSError, PostgresError, InterfaceError, InternalClientError, sqlite3.OperationalError)


@contextmanager
def translated(*, definite: bool = True, network: bool = False) -> Iterator[None]:
    """`network`: the block only talks to the database, so that a failing socket in it is the database's, too."""
    try:
        yield
    except KINDS as problem:
        if not away(problem) or (isinstance(problem, OSError) and not network):
            raise
        raise Unavailable("The database", definite=definite) from problem


def away(problem: BaseException) -> bool:
    """Whether trying again later may help."""
    if isinstance(problem, PoolTimeout | OSError | InterfaceError):
        return True
    if isinstance(problem, sqlite3.OperationalError):
        return not str(problem).startswith(_OURS)
    if not isinstance(problem, DBAPIError):
        return _state(problem).startswith(_AWAY)
    if problem.connection_invalidated:
        return True
    if state := _state(problem.orig):
        return state.startswith(_AWAY) or state == _READ_ONLY
    if isinstance(problem, OperationalError):
        return not str(problem.orig).startswith(_OURS)
    return "connection" in str(problem.orig).lower()


def notice_farewell(context: ExceptionContext) -> None:
    """Who slept through the server's farewell meets it before the end of the connection. The driver then only says
    that it is busy, and SQLAlchemy would keep the connection."""
    if "another operation (2) is in progress" in str(context.original_exception):
        context.is_disconnect = True


def _state(problem: BaseException | None) -> str:
    return str(getattr(problem, "sqlstate", None) or "")
