"""The part of one's page that tells of log events: how many, what broke a threshold last, which e-mails wait."""

import asyncio
from collections.abc import Sequence

from bot.model.mail import MailDraft
from bot.model.message import Role
from bot.model.reply import Block, Button, Buttons, Strong, Text
from bot.pipeline import event_words, phrases
from bot.pipeline.event_live_words import said
from bot.pipeline.thresholds import DEFAULTS
from bot.ports.events import WantedEvents
from bot.ports.tools import Tools

FLAGGED, DRAFTS, LOOKED_THROUGH = 3, 3, 50


async def blocks(tools: Tools) -> Sequence[Block]:
    events, letters = await asyncio.gather(_events(tools), _drafts(tools))
    return (*events, *letters)


async def _events(tools: Tools) -> Sequence[Block]:
    """Nothing where none came in."""
    desk, tenant = tools.desks.events, tools.turn.tenant
    state, flagged, limits = await asyncio.gather(
        desk.state(tenant), desk.find(tenant, WantedEvents(flagged=True, limit=FLAGGED)), desk.limits(tenant)
    )
    if not state.seen:
        return ()
    changed = f", {len(limits)} of them changed here" if limits else ""
    row = (
        Button("Flagged events", "flagged"),
        Button("Latest 50", "latest_events"),
        Button("Thresholds", "thresholds"),
        Button("Pipeline", "pipeline"),
    )
    return (
        Text((Strong("Log events"),)),
        Text((f"{said(state.standings)} Held against {len(DEFAULTS)} thresholds{changed}.",)),
        *map(event_words.line, flagged),
        Buttons(row),
    )


async def _drafts(tools: Tools) -> Sequence[Block]:
    """For those who may read them."""
    if tools.turn.person.role is Role.VIEWER:
        return ()
    found = await tools.desks.mails.latest(tools.turn.tenant, LOOKED_THROUGH)
    waiting = [one for one in found if one.editable]
    if not waiting:
        return ()
    wait = "waits" if len(waiting) == 1 else "wait"
    shown = [block for one in waiting[:DRAFTS] for block in _draft(one)]
    every = (Buttons((Button("All drafts", "drafts"),)),) if len(waiting) > DRAFTS else ()
    title = Text((Strong("Drafts"), f": {phrases.number(len(waiting), 'e-mail')} {wait} to be looked at."))
    return (title, *shown, *every)


def _draft(one: MailDraft) -> Sequence[Block]:
    read = Button("Read it", "show_draft", {"draft": one.id})
    return (Text((f"{phrases.capped(one.subject, 120)} ({one.issue})",)), Buttons((read,)))
