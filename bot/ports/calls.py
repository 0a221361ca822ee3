"""Calls of models, and what of their words is kept for whoever has to answer for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.plan import Keep
from bot.model.usage import Usage
from bot.ports.actor import Actor
from bot.ports.model import Line, Written


@dataclass(frozen=True, slots=True)
class Exchange:
    """`sent` is empty where only answers are kept; `came` is None where nothing came back."""

    sent: tuple[Line, ...] = ()
    came: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    usage: Usage
    kept: Keep = "none"


class Prompts(Protocol):
    """Encrypted at rest; forgotten when the plan does not allow them any more."""

    async def keep(self, call: str, exchange: Exchange, at: datetime) -> None: ...
    async def latest(self, limit: int) -> Sequence[Call]:
        """Newest first, kept or not."""
        ...

    async def find(self, ends: str) -> Call | None:
        """The call whose id is this, or ends with it."""
        ...

    async def read(self, call: str) -> Exchange | None: ...


class CallDesk(Protocol):
    """Every look is in the audit trail."""

    async def latest(self, actor: Actor, limit: int) -> Sequence[Call]: ...
    async def one(self, actor: Actor, ends: str) -> tuple[Call, Exchange | None] | None: ...


def allowed(keep: Keep, sent: tuple[Line, ...], written: Written | None) -> Exchange | None:
    """What of a call may be kept; None: nothing, or there is nothing."""
    came = written.text if written else None
    if keep == "all":
        return Exchange(sent, came)
    return Exchange((), came) if keep == "answers" and came is not None else None
