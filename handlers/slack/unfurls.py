"""What stands under a link that somebody posted: drawn simply, and only for links that our desk knows."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.errors import Rejected
from bot.model.reply import File, Reply
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.storage import Directory
from handlers.platform import Drawing, FrontDesk
from handlers.slack import events
from handlers.slack.api import WebApi
from handlers.slack.attachments import Attachments
from handlers.slack.authorize import Identities, token_of
from handlers.slack.blocks import PREVIEW, PREVIEW_IN_WORDS, draw
from handlers.slack.events import SLACK, Here, Payload

MOST = 3  # links of one message
POSTED = "conversations_history"  # in the composer nobody knows yet who will read it

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unfurls:
    desk: FrontDesk
    api: WebApi
    identities: Identities
    directory: Directory
    attachments: Attachments

    async def shared(self, body: Payload, event: Payload, here: Here) -> None:
        """Nothing in channels shared with another organisation: our figures are not theirs to see."""
        if body.get("is_ext_shared_channel") or event.get("source", POSTED) != POSTED or not event.get("message_ts"):
            return
        previews: dict[str, Reply] = {}
        for number, link in enumerate(event.get("links", ())[:MOST]):
            url = str(link.get("url", ""))
            asked = events.linked(event, url, f"{body.get('event_id', '')}:{number}", here)
            found = await self.desk.preview(asked) if url else None
            if found is not None:
                previews[url] = found
        if previews:
            await self._show(previews, event, here)

    async def _show(self, previews: Mapping[str, Reply], event: Payload, here: Here) -> None:
        installed = await self.directory.installation(SLACK, here.workspace)
        tenant = installed.tenant if installed else DEFAULT_TENANT
        token = await token_of(self.identities, here.workspace)
        for look in (PREVIEW, PREVIEW_IN_WORDS):
            drawn = {url: draw(reply, self._linker(tenant), look) for url, reply in previews.items()}
            await self.attachments.keep(tenant, [file for one in drawn.values() for file in one.files])
            try:
                await self.api.call(
                    "chat.unfurl", token, channel=event["channel"], ts=event["message_ts"], unfurls=_unfurls(drawn)
                )
            except Rejected as no:
                if look is PREVIEW_IN_WORDS:
                    raise
                log.warning("drawn more simply", extra={"platform": SLACK, "reason": no.code})
            else:
                return

    def _linker(self, tenant: TenantId) -> Any:
        def link(file: File) -> str:
            return self.attachments.address(tenant, file)

        return link


def _unfurls(drawn: Mapping[str, Drawing]) -> dict[str, Any]:
    return {url: {"blocks": one.payload["blocks"]} for url, one in drawn.items()}
