"""Files of an answer in a personal chat: offered below it, saved in the person's OneDrive once they say so.

The answer links to its files in any case. An offer is made at most once, ends once, and outlives a restart: the file,
the offer and its end are kept behind keys of their own, which count in the conversation where it was made.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.message import PlaceKind
from bot.model.reply import File, Files, Reply
from bot.model.tenant import TenantId
from bot.ports.platform import Order
from handlers.platform import Means, download_key
from handlers.teams import consent_cards, limits, text
from handlers.teams.activities import PLATFORM, Incoming, place_of
from handlers.teams.connector import Connector
from handlers.teams.consent_cards import End, Pressed
from handlers.teams.hosts import sends_files
from handlers.teams.references import Reference, References
from handlers.teams.uploads import Uploads

FILES_KEPT = timedelta(days=30)
KEPT = timedelta(days=7)  # offers: as long as the links in the answer
HELD = timedelta(seconds=15)  # longer than a press may last
SHOWN_WITHIN = 3.0  # seconds, of those that Teams waits
MARK = "application/json"
GONE = End("This file is no longer kept. Ask again in the chat for a fresh one.")

log = logging.getLogger(__name__)


class Consents:
    def __init__(
        self, means: Means, connector: Connector, references: References, uploads: Uploads, *, offers: bool
    ) -> None:
        self._storage, self._clock = means.storage, means.clock
        self._connector, self._references, self._uploads = connector, references, uploads
        self._offers = offers

    async def offer(self, order: Order, reference: Reference) -> None:
        """Below an answer that stands. What fails here is told to the log only, for the answer has links."""
        if not self._offers or order.place.kind is not PlaceKind.PERSONAL or not sends_files(reference.service_url):
            return
        try:
            for file in _files(order.reply):
                await self._offer(order, reference, file)
        except Problem as problem:
            log.warning("a file was not offered", extra={"platform": PLATFORM, "reason": problem.says})

    async def _offer(self, order: Order, reference: Reference, file: File) -> None:
        conversation, kept = order.place.channel, download_key(file)
        offer, now = _key(order.key, kept), self._clock.now()
        async with self._storage.work(order.tenant) as work:
            await work.downloads.save(kept, file, now + FILES_KEPT)
            mark = File(consent_cards.file_name(file), MARK, kept.encode())
            new = await work.downloads.add(_key(conversation, offer), mark, now + KEPT, now)
        if new:
            activity = consent_cards.offered(file, offer)
            whole = _addressed(activity, conversation, order.place.workspace, reference.speaker)
            await self._connector.post(reference.service_url, conversation, whole)

    async def pressed(self, incoming: Incoming) -> bool:
        """False: nothing of ours. Unavailable: nothing has changed, and pressing again may help."""
        pressed = consent_cards.read(incoming.value)
        if pressed is None or place_of(incoming).kind is not PlaceKind.PERSONAL:
            return False
        tenant = await self._references.seen(incoming)
        end = await self._end(tenant, incoming.conversation.id, pressed)
        if end:
            await self._show(incoming, end)
        return True

    async def _end(self, tenant: TenantId, conversation: str, pressed: Pressed) -> End | None:
        """None: it is being worked on already."""
        offer, now = _key(conversation, pressed.offer), self._clock.now()
        busy, ended = _key(offer, "busy"), _key(offer, "end")
        async with self._storage.work(tenant) as work:
            before = await work.downloads.get(ended, now)
            if before:
                return End.load(before.content)
            mark = await work.downloads.get(offer, now)
            file = await work.downloads.get(mark.content.decode(), now) if mark else None
            if mark is None or file is None:
                return GONE
            if not await work.downloads.add(busy, File("", MARK, b""), now + HELD, now):
                return None
        try:
            end = await self._done(pressed, File(mark.name, file.media_type, file.content))
        except Unavailable:
            async with self._storage.work(tenant) as work:
                await work.downloads.save(busy, File("", MARK, b""), now)
            raise
        async with self._storage.work(tenant) as work:
            await work.downloads.save(ended, File(mark.name, MARK, end.dump()), now + KEPT)
        return end

    async def _done(self, pressed: Pressed, file: File) -> End:
        if not pressed.accepted:
            return End(f"{file.name} was not saved. The answer has a link to it.")
        try:
            await self._uploads.put(pressed.upload_url, file.content)
        except Rejected as refused:
            log.warning("a file was not saved", extra={"platform": PLATFORM, "reason": refused.code})
            return End(f"{file.name} could not be saved in your OneDrive. The answer has a link to it.")
        says = f"{file.name} is saved in your OneDrive."
        if not (text.web_address(pressed.content_url) and self._uploads.allows(pressed.content_url)):
            return End(says)
        return End(says, file.name, pressed.content_url, pressed.unique_id, pressed.file_type)

    async def _show(self, incoming: Incoming, end: End) -> None:
        """In the place of the card. The file is safe by now, so this may fail: pressed again, it shows the same."""
        conversation, url = incoming.conversation.id, incoming.service_url
        speaker = {"id": incoming.recipient.id, "name": incoming.recipient.name or ""}
        activity = _addressed(consent_cards.ended(end), conversation, incoming.tenant, speaker)
        try:
            async with asyncio.timeout(SHOWN_WITHIN):
                await self._connector.update(url, conversation, incoming.reply_to_id or "", activity)
        except (Problem, TimeoutError):
            log.warning("a file's card was not changed", extra={"platform": PLATFORM}, exc_info=True)


def _files(reply: Reply) -> Iterator[File]:
    """What does not belong into a message of its own, or into one request, is behind its link."""
    files = (file for block in reply.blocks if isinstance(block, Files) for file in block.files)
    fitting = [file for file in files if 0 < len(file.content) <= limits.OFFERED_BYTES]
    yield from fitting[: limits.OFFERED]


def _key(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def _addressed(
    payload: Mapping[str, Any], conversation: str, workspace: str, speaker: Mapping[str, str]
) -> dict[str, Any]:
    sender = {"from": speaker} if speaker else {}
    return {**payload, **sender, "conversation": {"id": conversation, "tenantId": workspace}}
