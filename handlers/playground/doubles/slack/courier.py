"""Brings to the bot what happened: signed POSTs or socket envelopes, three seconds, and three more tries for events."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

import aiohttp

from bot.ports.services import Clock
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.sockets import Sockets
from handlers.playground.doubles.slack.timers import Timers
from handlers.playground.doubles.slack.workspace import CHAT, Json

Kind: TypeAlias = Literal["events_api", "interactive", "slash_commands"]
PATH = "/slack/events"
_KEPT = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back; `failed` is the reason Slack would give for trying again, "" when all is well."""

    status: int
    body: Any = None
    failed: str = ""
    final: bool = False  # the bot asked not to be tried again


class Courier:
    def __init__(
        self,
        sockets: Sockets,
        *,
        bot_url: str,
        signing_secret: str,
        bus: Bus,
        faults: Faults,
        clock: Clock,
        timers: Timers,
    ) -> None:
        self.bot_url = bot_url.rstrip("/")
        self._sockets = sockets
        self._secret = signing_secret.encode()
        self._bus = bus
        self._faults = faults
        self._clock = clock
        self._timers = timers
        self._session: aiohttp.ClientSession | None = None
        self._first: set[asyncio.Task[Any]] = set()
        self.events: list[Json] = []

    def tell(self, event: Json) -> None:
        """Sends an event, now and, where that fails, again; nobody waits for it."""
        self.events = [*self.events, event][-_KEPT:]
        arrived = asyncio.Event()
        self._timers.start(self._insist(event, arrived))
        waiting = self._timers.start(arrived.wait())
        self._first.add(waiting)
        waiting.add_done_callback(self._first.discard)

    async def settle(self) -> None:
        """Until every event so far has been tried once."""
        while self._first:
            await asyncio.wait(set(self._first))

    async def _insist(self, event: Json, arrived: asyncio.Event) -> None:
        try:
            outcome = await self.send("events_api", event)
        finally:
            arrived.set()
        for attempt, pause in enumerate(limits.RETRY_AFTER_SECONDS, 1):
            if not outcome.failed or outcome.final:
                return
            if pause:
                await self._clock.sleep(pause)
            outcome = await self.send("events_api", event, attempt, outcome.failed)

    async def send(self, kind: Kind, payload: Json, attempt: int = 0, reason: str = "") -> Outcome:
        began = time.perf_counter()
        sending = asyncio.ensure_future(self._once(kind, payload, attempt, reason))
        deadline = asyncio.ensure_future(self._clock.sleep(limits.ACK_SECONDS))
        try:
            await asyncio.wait({sending, deadline}, return_when=asyncio.FIRST_COMPLETED)
            outcome = sending.result() if sending.done() else Outcome(0, failed="http_timeout")
        finally:
            for task in (sending, deadline):
                task.cancel()
            await asyncio.gather(sending, deadline, return_exceptions=True)
        if self._faults.next(CHAT, PATH, "drop"):
            outcome = Outcome(outcome.status, outcome.body, "http_timeout")
        self._bus.record(
            CHAT,
            "out",
            "WS" if self._sockets.connected else "POST",
            _path(kind, payload, attempt),
            status=outcome.status,
            ms=(time.perf_counter() - began) * 1_000,
            request=payload,
            response=outcome.body if not outcome.failed else outcome.failed,
        )
        return outcome

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _once(self, kind: Kind, payload: Json, attempt: int, reason: str) -> Outcome:
        if self._sockets.connected:
            answer = await self._sockets.send(kind, payload, attempt, reason)
            return Outcome(200, answer)
        return await self._post(kind, payload, attempt, reason)

    async def _post(self, kind: Kind, payload: Json, attempt: int, reason: str) -> Outcome:
        body, media = _encoded(kind, payload)
        headers = {"Content-Type": media, "User-Agent": "Slackbot 1.0", **self._signed(body)}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        try:
            async with self._session.post(
                self.bot_url + PATH, data=body, headers=headers, allow_redirects=False
            ) as response:
                text = await response.text()
                failed = "" if response.ok and response.status < 300 else "http_error"
                final = response.headers.get("X-Slack-No-Retry") == "1"
                return Outcome(response.status, _decoded(text), failed, final)
        except aiohttp.ClientError:
            return Outcome(0, failed="connection_failed")

    def _signed(self, body: bytes) -> dict[str, str]:
        """Slack's v0 signature, over the time and the body as they are sent."""
        stamp = str(int(self._clock.now().timestamp()))
        digest = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _encoded(kind: Kind, payload: Json) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _decoded(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _path(kind: Kind, payload: Json, attempt: int) -> str:
    what = payload.get("event", {}).get("type") if kind == "events_api" else payload.get("type", payload.get("command"))
    return f"{PATH} {what}" + (f" (retry {attempt})" if attempt else "")
