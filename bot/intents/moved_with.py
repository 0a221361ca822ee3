"""What moved with an issue, in words for an e-mail: of its service, against what is usual, in the order of time."""

import asyncio
from datetime import timedelta

from bot.desk import sign_words
from bot.desk.moves import Window, signs
from bot.model.errors import Problem
from bot.model.issue import IssueId
from bot.ports.tools import Tools
from bot.query.vitals import VITALS

BEFORE, AFTER = timedelta(minutes=30), timedelta(hours=2)  # its beginning
PATIENCE = 5.0  # seconds: the draft does not wait for more
MOST = 4


async def moved_with(issue: IssueId, tools: Tools) -> tuple[str, ...]:
    """Empty where nothing can be read in time: the draft stands without it."""
    found = await tools.desks.incidents.whole(tools.turn.tenant, issue)
    if found is None or not found.issue.service or tools.metrics is None:
        return ()
    began = found.issue.opened_at
    window = Window(began - BEFORE, max(began, min(tools.turn.at, began + AFTER)))
    vitals = [one for one in VITALS if one.of == "service"]
    try:
        async with asyncio.timeout(PATIENCE):
            seen = await signs(tools.metrics, {"service": found.issue.service}, window, vitals)
    except (Problem, TimeoutError):
        return ()
    return tuple(
        f"{sign_words.phrase(one)}, since {sign_words.since(one):%H:%M} UTC" for one in sign_words.in_order(seen)[:MOST]
    )
