"""A file's bytes to the address that Teams names for them, which needs no token and gets none."""

import aiohttp
from yarl import URL

from bot.model.errors import Rejected, Unavailable
from handlers.teams.hosts import Hosts

WHAT = "OneDrive"
PATIENCE = aiohttp.ClientTimeout(total=6, connect=3)  # Teams waits for the answer to the press meanwhile
DONE = (200, 201)
LATER = (408, 429)


class Uploads:
    def __init__(self, session: aiohttp.ClientSession, hosts: Hosts) -> None:
        self._session, self._hosts = session, hosts

    def allows(self, url: str) -> bool:
        return self._hosts.allows(url)

    async def put(self, url: str, content: bytes) -> None:
        if not self._hosts.allows(url):
            raise Rejected(
                "Files may not be sent to the address that was named.",
                code="UploadHostNotAllowed",
                advice="If it is right, add its host to TEAMS_UPLOAD_HOSTS.",
            )
        size = len(content)
        headers = {"Content-Range": f"bytes 0-{size - 1}/{size}", "Content-Type": "application/octet-stream"}
        try:
            async with self._session.put(
                URL(url, encoded=True), data=content, headers=headers, timeout=PATIENCE, allow_redirects=False
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as lost:
            raise Unavailable(WHAT) from lost
        if status in LATER or status >= 500:
            raise Unavailable(WHAT)
        if status not in DONE:
            raise Rejected("OneDrive did not take the file.", code=str(status))
