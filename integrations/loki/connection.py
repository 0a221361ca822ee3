"""One Loki over HTTP, read only: a time limit on every call, a bound on every answer, its errors in our words."""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
from yarl import URL

from bot.model.errors import Problem, Rejected, TooHeavy, Unavailable
from bot.ports.services import Clock
from integrations.loki.bodies import said, unreadable
from integrations.transport import Guard, body_of, credentials, in_our_words, problem_of

WHAT = "Loki"
LARGEST = 32 * 1024 * 1024  # of an answer
ON_THE_LOOP = 256 * 1024  # larger answers are read in a thread, for nothing else happens meanwhile
PATIENCE = aiohttp.ClientTimeout(total=20, sock_connect=3.05)
LONGEST = 30.0  # seconds with waiting for a place and with every attempt
AT_ONCE = 8
ATTEMPTS = 3
TRY_AGAIN = frozenset({429, 502})
TOO_SLOW = 504
LONGEST_PAUSE = timedelta(seconds=5)  # a longer Retry-After is the caller's business


@dataclass(frozen=True, slots=True)
class Access:
    url: str
    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    tenant: str = ""
    tls: ssl.SSLContext | None = None
    title: str = WHAT
    setting: str = "LOKI_URL"  # that holds its address
    ca_setting: str = "LOKI_CA_FILE"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    def __init__(
        self,
        access: Access,
        session: aiohttp.ClientSession,
        clock: Clock,
        patience: aiohttp.ClientTimeout = PATIENCE,
        longest: float = LONGEST,
    ) -> None:
        self._url = access.url.rstrip("/") + "/loki/api/v1/"
        self._session = session
        self._clock = clock
        self._patience = patience
        self._access, self._longest = access, longest
        self._guard = Guard(access.title, clock)
        self._free = asyncio.Semaphore(AT_ONCE)
        self._headers = credentials(access.token, access.user, access.password, access.tenant)
        self._tls: ssl.SSLContext | bool = access.tls or True

    async def get(self, path: str, parameters: Mapping[str, str | int]) -> Any:
        """The parsed answer of a Loki that is well; a Problem otherwise."""
        url = URL(self._url + path, encoded=True).with_query(parameters)
        return await self._guard.run(lambda: self._ask(url))

    async def _ask(self, url: URL) -> Any:
        try:
            async with asyncio.timeout(self._longest), self._free:
                for attempt in range(1, ATTEMPTS + 1):
                    answer = await self._call(url)
                    pause = self._pause(answer, attempt)
                    if pause is None:
                        break
                    await self._clock.sleep(pause.total_seconds())
        except TimeoutError as problem:
            raise Unavailable(self._access.title) from problem
        if answer.status >= 400:
            raise self._problem(answer)
        if answer.status != 200:
            raise unreadable(self._access.setting)
        return await self._parsed(answer.body)

    async def _call(self, url: URL) -> Answer:
        with in_our_words(self._access.title, self._access.setting, self._access.ca_setting):
            async with self._session.get(
                url, headers=self._headers, timeout=self._patience, ssl=self._tls, allow_redirects=False
            ) as answer:
                return Answer(answer.status, answer.headers, await body_of(answer, LARGEST, _too_large))

    async def _parsed(self, body: bytes) -> Any:
        try:
            return json.loads(body) if len(body) <= ON_THE_LOOP else await asyncio.to_thread(json.loads, body)
        except (ValueError, RecursionError) as problem:
            raise unreadable(self._access.setting) from problem

    def _pause(self, answer: Answer, attempt: int) -> timedelta | None:
        """How long to wait before the next attempt; None: there will be none."""
        if attempt == ATTEMPTS or answer.status not in TRY_AGAIN:
            return None
        problem = self._problem(answer)
        asked = problem.retry_after if isinstance(problem, Unavailable) else None
        pause = asked if asked is not None else timedelta(seconds=0.2 * 4 ** (attempt - 1))
        return pause if pause <= LONGEST_PAUSE else None

    def _problem(self, answer: Answer) -> Problem:
        if answer.status == TOO_SLOW:
            return TooHeavy(self._access.title)
        return problem_of(self._access.title, answer.status, said(answer.body), answer.headers, self._clock.now())


def _too_large() -> Rejected:
    return Rejected(
        "Loki's answer is too large to be read.", code="size", advice="Ask for fewer lines, or for a shorter range."
    )
