"""First words: from the model's own first word, and from the end of its first sentence, to what each chat shows.

A sentence is shown once it is whole and holds, so the first figure has the writing of that sentence in it: eight words
at the pace of the double, one every 20 ms.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tests.acceptance.hands import ANNA
from tests.acceptance.incidents import FAST
from tests.acceptance.rig import rig
from tests.acceptance.test_investigating import ANSWER, Desk, Found, words
from tests.model_double.server import KEY, serving
from tests.model_double.streaming import Pieces

ASKED = 12
PAUSE = 0.02
FIRST = "We have looked into how it stands now."
WORDS = f"{FIRST} Look at its releases first. Then look at what it depends on."


async def main(folder: Path) -> None:
    """`folder` is there, and empty."""
    async with serving() as double:
        double.answer = lambda request: WORDS if request.get("stream") else ANSWER
        given = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": double.url, "NIGHTDESK_QUESTIONS_PER_MINUTE": "1000", **FAST}
        async with rig(folder, rate_limits=False, **given) as world:
            desk = Desk(world, double)
            await _timed(desk, desk.slack, "Slack, first words in a live message")
            await _timed(desk, lambda: desk.alone(ANNA), "Teams, first words in a live message")


async def _timed(desk: Desk, ask: Callable[[], Any], title: str) -> None:
    loop, from_word, from_sentence = asyncio.get_running_loop(), [], []
    known: set[str] = set()
    for _ in range(ASKED):
        desk.double.pieces = pieces = Pieces(pause=PAUSE)
        found: Found = await ask()
        await desk.rig.until(partial(_new, found, known), title)
        shown_at = loop.time()
        from_word.append(shown_at - pieces.first_at[0])
        from_sentence.append(shown_at - pieces.sentence_at[0])
        await desk.rig.until(partial(_ended, found, known), title)
        known.update(_name(one) for one in found())
    for what, times in (("model's first word", from_word), ("first sentence being whole", from_sentence)):
        told = " ".join(f"{1000 * one:.0f}" for one in (median(times), max(times)))
        print(f"{title}, after the {what}, {ASKED} asked: median and longest {told} ms")


def _new(found: Found, known: set[str]) -> bool:
    return any(FIRST in words(one) for one in found() if _name(one) not in known)


def _ended(found: Found, known: set[str]) -> bool:
    fresh = [one for one in found() if _name(one) not in known]
    return any("Investigation of checkout" in words(one) for one in fresh) and not any(
        one.get("streaming") for one in fresh
    )


def _name(message: Any) -> str:
    return str(message.get("ts") or message.get("id"))
