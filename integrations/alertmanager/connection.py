"""One Alertmanager over HTTP: its v2 API, with a time limit on every call and its errors in our words."""

import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from bot.model.errors import Rejected
from bot.ports.services import Clock
from integrations.alertmanager.bodies import to_words, unreadable
from integrations.transport import Guard, body_of, credentials, in_our_words, problem_of

WHAT = "Alertmanager"
LARGEST = 32 * 1024 * 1024  # of an answer: some 30,000 alerts
PATIENCE = aiohttp.ClientTimeout(total=10, sock_connect=3.05)
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Access:
    url: str
    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    tenant: str = ""
    ca_file: str = ""


class Connection:
    def __init__(
        self, access: Access, session: aiohttp.ClientSession, clock: Clock, patience: aiohttp.ClientTimeout = PATIENCE
    ) -> None:
        self._url = access.url.rstrip("/") + "/api/v2/"
        self._session = session
        self._clock = clock
        self._patience = patience
        self._guard = Guard(WHAT, clock)
        self._headers = credentials(access.token, access.user, access.password, access.tenant)
        self._tls: ssl.SSLContext | bool = ssl.create_default_context(cafile=access.ca_file) if access.ca_file else True

    async def get(self, path: str, parameters: Sequence[tuple[str, str]] = ()) -> Any:
        return await self._guard.run(lambda: self._call("GET", path, parameters))

    async def find(self, path: str) -> Any:
        """What stands there; None where nothing does."""
        return await self._guard.run(lambda: self._call("GET", path, absent_is_none=True))

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self._guard.run(lambda: self._call("POST", path, body=body))

    async def delete(self, path: str) -> None:
        await self._guard.run(lambda: self._call("DELETE", path))

    async def _call(
        self,
        method: str,
        path: str,
        parameters: Sequence[tuple[str, str]] = (),
        body: Mapping[str, Any] | None = None,
        *,
        absent_is_none: bool = False,
    ) -> Any:
        with in_our_words(WHAT, "ALERTMANAGER_URL", "ALERTMANAGER_CA_FILE"):
            async with self._session.request(
                method,
                URL(self._url + path, encoded=True).with_query(list(parameters)),
                json=body,
                headers=self._headers,
                timeout=self._patience,
                ssl=self._tls,
                allow_redirects=False,
            ) as answer:
                text = await body_of(answer, LARGEST, _too_large)
                if answer.status == NOT_FOUND and absent_is_none:
                    return None
                if answer.status >= 400:
                    raise problem_of(WHAT, answer.status, to_words(_parsed(text)), answer.headers, self._clock.now())
                if answer.status >= 300:
                    raise unreadable()
                return _parsed(text, strict=method != "DELETE")


def _too_large() -> Rejected:
    return Rejected("Alertmanager's answer is too large to be read.", advice="Ask with narrower matchers.")


def _parsed(text: bytes, *, strict: bool = False) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        if strict:
            raise unreadable() from problem
        return None if text.lstrip().startswith(b"<") else text[:300].decode(errors="replace")
