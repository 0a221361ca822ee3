"""The Bot Connector over one pooled session: token, allow-list, pace, and a second try where Teams asks for it."""

import json
import random
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.model.errors import Misconfigured, Rejected, Unavailable
from bot.ports.services import Clock
from handlers.teams.hosts import Hosts
from handlers.teams.limits import REQUEST_BYTES
from handlers.teams.pacing import CONVERSATION, READING, TENANT, Pacer, Windows
from handlers.teams.refusals import TOO_BIG, WHAT, Answer, problem, read_body, read_retry_after
from handlers.teams.tokens import Tokens

TRIES = 3
PAGE = 500  # members; the most that Teams gives at once
MOST_PAGES = 40
RETRIED = (412, 429, 502, 504)
LONGEST_WAIT_HERE = timedelta(seconds=5)  # longer, and the outbox waits: it holds no connection meanwhile
PATIENCE = aiohttp.ClientTimeout(total=30, connect=10)
SIGN_IN_AGAIN = timedelta(minutes=1)


class Connector:
    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        hosts: Hosts,
        clock: Clock,
        patience: aiohttp.ClientTimeout = PATIENCE,
        *,
        conversation: Windows = CONVERSATION,
        tenant: Windows = TENANT,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._hosts = hosts
        self._clock = clock
        self._patience = patience
        self._pacer = Pacer(clock)
        self._conversation, self._tenant = conversation, tenant

    async def post(self, service_url: str, conversation: str, activity: Mapping[str, Any]) -> str:
        """The id of what was posted; empty where Teams gives none."""
        answer = await self._call("POST", service_url, conversation, "/activities", activity)
        return str(answer.get("id") or "")

    async def update(self, service_url: str, conversation: str, activity_id: str, activity: Mapping[str, Any]) -> None:
        where = f"/activities/{quote(activity_id, safe='')}"
        await self._call("PUT", service_url, conversation, where, {**activity, "id": activity_id})

    async def delete(self, service_url: str, conversation: str, activity_id: str) -> None:
        await self._call("DELETE", service_url, conversation, f"/activities/{quote(activity_id, safe='')}", None)

    async def start(self, service_url: str, channel: str, conversation: Mapping[str, Any]) -> Mapping[str, Any]:
        """A new thread in a channel, or the chat with a person, which has the same id however often it is asked for:
        `id` of the conversation, `activityId` of its first message where one was given."""
        return await self._call("POST", service_url, channel, None, conversation)

    async def member(self, service_url: str, conversation: str, person: str) -> Mapping[str, Any]:
        """By any id that Teams has for a person."""
        return await self._call("GET", service_url, conversation, f"/members/{quote(person, safe='')}", None)

    async def members(self, service_url: str, conversation: str) -> AsyncIterator[Mapping[str, Any]]:
        following = ""
        for _ in range(MOST_PAGES):
            below = f"/pagedmembers?pageSize={PAGE}"
            if following:
                below += f"&continuationToken={quote(following, safe='')}"
            page = await self._call("GET", service_url, conversation, below, None)
            for member in page.get("members") or ():
                if isinstance(member, Mapping):
                    yield member
            following = str(page.get("continuationToken") or "")
            if not following:
                return

    async def _call(
        self, method: str, service_url: str, conversation: str, below: str | None, body: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        if not self._hosts.allows(service_url):
            raise Rejected(
                "The stored address of this conversation is not allowed.",
                code="ServiceUrlNotAllowed",
                advice="If it is right, add its host to TEAMS_SERVICE_HOSTS.",
            )
        path = "" if below is None else f"/{quote(conversation, safe='')}{below}"
        url = URL(f"{service_url.rstrip('/')}/v3/conversations{path}", encoded=True)
        data = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if data is not None and len(data) > REQUEST_BYTES:
            raise problem(Answer(413, {"error": {"code": TOO_BIG}}))
        await self._keep_pace(service_url, conversation, reading=method == "GET")
        return await self._with_retry(method, url, data)

    async def _keep_pace(self, service_url: str, conversation: str, *, reading: bool) -> None:
        # The second limit is per tenant; tenants may share a service URL, so this is never faster than allowed.
        lane, windows = (f"read {conversation}", READING) if reading else (conversation, self._conversation)
        wait = max(self._pacer.wait(lane, windows), self._pacer.wait(f"tenant {service_url}", self._tenant))
        if wait > LONGEST_WAIT_HERE:
            raise Unavailable(WHAT, retry_after=wait, definite=True)
        if wait:
            await self._clock.sleep(wait.total_seconds())

    async def _with_retry(self, method: str, url: URL, data: bytes | None) -> Mapping[str, Any]:
        signed_in_again = False
        attempt = 1
        while True:
            token = await self._token()
            answer = await self._once(method, url, data, token)
            if answer.status < 300:
                return answer.body
            if answer.status == 401 and not signed_in_again and not answer.code:
                signed_in_again = True
                self._tokens.forget(token)
                continue
            wait = self._wait(answer, attempt)
            if wait is None:
                raise problem(answer)
            attempt += 1
            await self._clock.sleep(wait.total_seconds())

    def _wait(self, answer: Answer, attempt: int) -> timedelta | None:
        """None: not again from here."""
        if answer.status not in RETRIED or attempt >= TRIES:
            return None
        jitter = random.uniform(0, 0.25 * 2**attempt)  # noqa: S311 - spreads retries, guards nothing
        wait = (answer.retry_after or timedelta(seconds=0.25 * 2**attempt)) + timedelta(seconds=jitter)
        return wait if wait <= LONGEST_WAIT_HERE else None

    async def _token(self) -> str:
        try:
            return await self._tokens.get()
        except Misconfigured as refused:
            # What was accepted must not be lost because a secret ran out: it waits until someone renews it.
            raise Unavailable(WHAT, retry_after=SIGN_IN_AGAIN, definite=True, advice=refused.advice) from refused

    async def _once(self, method: str, url: URL, data: bytes | None, token: str) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, timeout=self._patience, allow_redirects=False
            ) as response:
                body = read_body(await response.read())
                wait = read_retry_after(response.headers.get("Retry-After"), self._clock)
                return Answer(response.status, body, wait)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as never_sent:
            raise Unavailable(WHAT, definite=True) from never_sent
        except (aiohttp.ClientError, TimeoutError) as lost:
            raise Unavailable(WHAT) from lost
