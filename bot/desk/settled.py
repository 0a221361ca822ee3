"""Many questions to sources at once, of which some may fail while the rest of an answer stands."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

from bot.model.errors import Problem

T = TypeVar("T")


async def settled(asked: Iterable[Awaitable[T]]) -> list[T | Problem]:
    """Each answer or its problem, in order; where all have failed nothing is left to stand, and the first rises."""
    found = await asyncio.gather(*asked, return_exceptions=True)
    kept: list[T | Problem] = []
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, Problem):
            raise one
        kept.append(one)
    problems = [one for one in kept if isinstance(one, Problem)]
    if problems and len(problems) == len(kept):
        raise problems[0]
    return kept
