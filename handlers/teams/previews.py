"""What stands under a link that somebody pastes: Teams waits for it, so it is made at once or not at all."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.model.errors import Problem
from bot.model.message import Click
from bot.model.reply import File, Reply
from bot.model.tenant import DEFAULT_TENANT
from handlers.platform import Means, download_key
from handlers.teams import limits, linked_card
from handlers.teams.activities import PLATFORM, Incoming, to_click

SHOW = "show_panel"  # the intent whose answer stands under a link
PATIENCE = 0.8 * limits.INVOKE_SECONDS
KEPT = timedelta(days=30)

log = logging.getLogger(__name__)


class Previews:
    def __init__(self, means: Means) -> None:
        self._means = means

    async def of(self, incoming: Incoming, url: str) -> Mapping[str, Any]:
        """Empty for a link that is none of ours, and for what cannot be told in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                asked = to_click(incoming, Click(SHOW, {"url": url}), self._means.clock.now())
                reply = await self._means.desk.preview(asked)
                return result([await self._attached(reply, incoming)] if reply else [])
        except (Problem, TimeoutError):
            log.info("no preview", extra={"platform": PLATFORM}, exc_info=True)
            return result([])

    async def _attached(self, reply: Reply, incoming: Incoming) -> Mapping[str, Any]:
        known = await self._means.storage.directory.installation(PLATFORM, incoming.tenant)
        tenant = known.tenant if known else DEFAULT_TENANT

        def link(file: File) -> str:
            return self._means.link(tenant, download_key(file))

        drawing = linked_card.draw(reply, link)
        if drawing.files:
            until = self._means.clock.now() + KEPT
            async with self._means.storage.work(tenant) as work:
                for file in drawing.files:
                    await work.downloads.save(download_key(file), file, until)
        return drawing.payload


def result(attachments: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": attachments}}
