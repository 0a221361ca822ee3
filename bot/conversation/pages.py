"""What no rule understands may be written down: a page that plainly answers it is an answer, and never a figure."""

import re

from bot.intents import kb
from bot.model.errors import Problem
from bot.model.reply import Reply
from bot.model.tenant import TenantId
from bot.ports.knowledge import Search
from bot.ports.papers import KnowledgeDesk

LONGEST = 500
_ABOUT_DOING = re.compile(
    r"\b(?:how (?:do|can|could|should|would|to)|where (?:can|do|is|are)|what (?:do|should|to)|who can)\b"
)


async def page_on(text: str, tenant: TenantId, desk: KnowledgeDesk, *, instead: bool = False) -> Reply | None:
    """`instead` of a question back, which helps more unless somebody asks how something is done."""
    if not text.strip() or (instead and not _ABOUT_DOING.search(text.casefold())):
        return None
    try:
        return kb.strongest(await desk.search(tenant, Search(text[:LONGEST], limit=1)))
    except Problem:
        return None
