"""Files that belong to a message: uploaded into its thread, or linked to where Slack takes no files."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.model.errors import Problem, Rejected
from bot.model.reply import File, Link
from bot.model.tenant import TenantId
from handlers.platform import Means, download_key
from handlers.slack import limits, rich
from handlers.slack.api import WebApi
from handlers.slack.events import SLACK
from handlers.slack.text import mrkdwn

KEPT = timedelta(days=7)
ATTEMPTS = 2
SKEW = timedelta(seconds=10)  # Slack's clock is not ours
LOOKED_AT = 200  # messages of the thread since the upload began

log = logging.getLogger(__name__)


class Attachments:
    def __init__(self, api: WebApi, means: Means) -> None:
        self._api, self._means = api, means

    async def put(
        self, tenant: TenantId, token: str, files: Sequence[File], *, channel: str, thread: str, message: str
    ) -> None:
        """Together, and each once for a message, however often that is updated; else by a link. Raises where neither
        works."""
        fresh = await self._fresh(tenant, message, files)
        for start in range(0, len(fresh), limits.FILES):
            some = fresh[start : start + limits.FILES]
            shared = await self._share(token, some, channel, thread)
            await self._mark(tenant, message, shared)
            for file in some:
                if file not in shared:
                    await self._link(tenant, token, file, channel, thread)
                    await self._mark(tenant, message, (file,))

    async def keep(self, tenant: TenantId, files: Sequence[File]) -> None:
        """Behind a signed link."""
        until = self._means.clock.now() + KEPT
        async with self._means.storage.work(tenant) as work:
            for file in files:
                await work.downloads.save(download_key(file), file, until)

    def address(self, tenant: TenantId, file: File) -> str:
        return self._means.link(tenant, download_key(file))

    async def _fresh(self, tenant: TenantId, message: str, files: Sequence[File]) -> list[File]:
        if not files:
            return []
        now, each = self._means.clock.now(), list(dict.fromkeys(files))
        try:
            async with self._means.storage.work(tenant) as work:
                return [file for file in each if not await work.downloads.get(_mark(message, file), now)]
        except Problem:
            log.warning("cannot tell which files stand already", extra={"platform": SLACK, "message": message})
            return each

    async def _mark(self, tenant: TenantId, message: str, files: Sequence[File]) -> None:
        """Outlives a restart, so that the next update does not bring them again."""
        until = self._means.clock.now() + KEPT
        try:
            async with self._means.storage.work(tenant) as work:
                for file in files:
                    await work.downloads.save(_mark(message, file), File(file.name, "", b""), until)
        except Problem:
            log.warning("not written down which files stand", extra={"platform": SLACK, "message": message})

    async def _share(self, token: str, files: Sequence[File], channel: str, thread: str) -> Sequence[File]:
        """In one message; which of them stand there now."""
        began = self._means.clock.now()
        tried = [(await self._upload(token, file), file) for file in files]
        uploaded = [(known, file) for known, file in tried if known]
        named = [{"id": known, "title": file.name} for known, file in uploaded]
        if not named or not await self._complete(token, named, channel, thread, began):
            return ()
        return [file for _, file in uploaded]

    async def _upload(self, token: str, file: File) -> str:
        """Seen by nobody until it is completed, so it may be tried again. Empty: Slack does not take it."""
        for _ in range(ATTEMPTS):
            try:
                given = await self._api.call(
                    "files.getUploadURLExternal",
                    token,
                    filename=file.name,
                    length=len(file.content),
                    alt_txt=file.alt or None,
                )
                await self._api.upload(given["upload_url"], file)
            except Rejected:
                break
            except Problem:
                continue
            return str(given["file_id"])
        return ""

    async def _complete(
        self, token: str, named: Sequence[dict[str, str]], channel: str, thread: str, began: datetime
    ) -> bool:
        """Where no answer came they are looked for first, so that they do not stand there twice."""
        for _ in range(ATTEMPTS):
            try:
                await self._api.call(
                    "files.completeUploadExternal", token, files=named, channel_id=channel, thread_ts=thread
                )
            except Rejected:
                return False
            except Problem:
                try:
                    if await self._stand_there(token, named[0]["id"], channel, thread, began):
                        return True
                except Problem:
                    return False
            else:
                return True
        return False

    async def _stand_there(self, token: str, file: str, channel: str, thread: str, began: datetime) -> bool:
        oldest = f"{(began - SKEW).timestamp():.6f}"
        page = await self._api.call(
            "conversations.replies", token, channel=channel, ts=thread, oldest=oldest, limit=LOOKED_AT
        )
        return any(one.get("id") == file for message in page["messages"] for one in message.get("files") or ())

    async def _link(self, tenant: TenantId, token: str, file: File, channel: str, thread: str) -> None:
        await self.keep(tenant, (file,))
        address = self.address(tenant, file)
        blocks: list[dict[str, Any]] = rich.paragraph(["📎 ", Link(file.name, address)])
        await self._api.call(
            "chat.postMessage",
            token,
            channel=channel,
            thread_ts=thread,
            text=f"📎 {mrkdwn(file.name)}",
            blocks=blocks,
            unfurl_links=False,
            unfurl_media=False,
        )


def _mark(message: str, file: File) -> str:
    return sha256(f"{message}\0{download_key(file)}".encode()).hexdigest()[:32]
