"""Files that belong to a message: uploaded into its thread, or linked to where Slack takes no files."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.model.errors import Problem, Rejected
from bot.model.reply import File, Link
from bot.model.tenant import TenantId
from handlers.platform import Means, download_key
from handlers.slack import rich
from handlers.slack.api import WebApi
from handlers.slack.recent import Recent
from handlers.slack.text import mrkdwn

KEPT = timedelta(days=7)
ATTEMPTS = 2


class Attachments:
    def __init__(self, api: WebApi, means: Means) -> None:
        self._api, self._means = api, means
        self._uploaded: Recent[tuple[str, str], bool] = Recent()

    async def put(
        self, tenant: TenantId, token: str, files: Sequence[File], *, channel: str, thread: str, message: str
    ) -> None:
        """Each once for a message, however often that is updated; else by a link. Raises where neither works."""
        for file in files:
            if self._uploaded.get((message, download_key(file))):
                continue
            if not await self._upload(token, file, channel, thread):
                await self._link(tenant, token, file, channel, thread)
            self._uploaded.put((message, download_key(file)), True)

    async def keep(self, tenant: TenantId, files: Sequence[File]) -> None:
        """Behind a signed link."""
        until = self._means.clock.now() + KEPT
        async with self._means.storage.work(tenant) as work:
            for file in files:
                await work.downloads.save(download_key(file), file, until)

    def address(self, tenant: TenantId, file: File) -> str:
        return self._means.link(tenant, download_key(file))

    async def _upload(self, token: str, file: File, channel: str, thread: str) -> bool:
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
                named = [{"id": given["file_id"], "title": file.name}]
                await self._api.call(
                    "files.completeUploadExternal", token, files=named, channel_id=channel, thread_ts=thread
                )
            except Rejected:
                return False
            except Problem:
                continue
            else:
                return True
        return False

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
