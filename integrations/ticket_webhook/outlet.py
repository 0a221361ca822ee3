"""Tickets told to whatever takes a signed POST. A repeat carries the same Idempotency-Key."""

import json
import ssl
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.model.errors import Rejected, Unavailable
from bot.model.harmless import clean
from bot.model.message import Place
from bot.model.parcel import Receipt
from bot.model.reply import Link
from bot.model.tenant import TenantId
from bot.ports.platform import Order, Pace
from bot.ports.services import Clock
from integrations.listener import Listener
from integrations.ticket_webhook.bodies import body_of, headers_of, named, receipt_of, words_of
from integrations.transport import Guard, problem_of

WHAT = "The ticket webhook"
NAME = "tickets"
PACE = Pace(burst=10, every=0.2)
PATIENCE = aiohttp.ClientTimeout(total=15, sock_connect=3.05)
LARGEST = 64 * 1024  # of an answer


class WebhookOutlet(Listener):
    """Fills `bot.ports.outlet.Outlet`."""

    name = NAME
    pace = PACE

    def __init__(
        self,
        url: str,
        secret: str,
        session: aiohttp.ClientSession,
        clock: Clock,
        *,
        ca_file: str = "",
        patience: aiohttp.ClientTimeout = PATIENCE,
    ) -> None:
        self.place = Place(NAME, "webhook", urlsplit(url).netloc)
        self._url, self._secret, self._session, self._clock, self._patience = url, secret, session, clock, patience
        self._guard = Guard(WHAT, clock)
        self._tls: ssl.SSLContext | bool = ssl.create_default_context(cafile=ca_file) if ca_file else True

    async def send(self, order: Order) -> Receipt:
        key = f"{order.tenant}/{order.key}"  # ticket numbers of two tenants may be equal
        body = body_of(order, key)
        headers = headers_of(body, key, self._secret, self._clock.now())
        answer = await self._guard.run(lambda: self._call("POST", body, headers))
        return receipt_of(answer, order)

    async def find(self, tenant: TenantId, place: Place, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """It cannot be asked. Posted again, the key tells the other side that it has this already."""
        return None

    def named(self, receipt: Receipt) -> Link:
        return named(receipt)

    async def check(self) -> str:
        """Something listens there; a trial ticket is nothing that anybody wants. Raises a Problem."""
        try:
            await self._guard.run(lambda: self._call("HEAD"))
        except Rejected as problem:
            if not problem.code.isdecimal():
                raise
        return f"{self.place.channel} answers; tickets are posted there (no trial was made)."

    async def _call(self, method: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Any:
        try:
            async with self._session.request(
                method,
                self._url,
                data=body,
                headers=headers,
                timeout=self._patience,
                ssl=self._tls,
                allow_redirects=False,
            ) as answer:
                text = await _beginning(answer)
                if answer.status < 300:
                    return _parsed(text)
                if answer.status < 400:
                    raise Rejected(
                        f"{WHAT} sends us elsewhere, which I do not follow.",
                        code=str(answer.status),
                        advice="Set TICKETS_WEBHOOK_URL to the address that takes the tickets itself.",
                    )
                raise problem_of(WHAT, answer.status, words_of(_parsed(text)), answer.headers, self._clock.now())
        except aiohttp.ClientSSLError as problem:
            says = f"The certificate of {self.place.channel} cannot be verified."
            raise Rejected(says, code="tls", advice="Set TICKETS_CA_FILE.") from problem
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            advice = "Check that it runs, and that TICKETS_WEBHOOK_URL is right."
            raise Unavailable(WHAT, definite=True, advice=advice) from problem
        except aiohttp.InvalidURL as problem:
            raise Rejected("TICKETS_WEBHOOK_URL cannot be called.", code="request") from problem
        except (TimeoutError, aiohttp.ClientError, OSError) as problem:
            raise Unavailable(WHAT) from problem


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    """More of it than an answer needs is left unread."""
    parts, size = [], 0
    async for part in answer.content.iter_chunked(1 << 14):
        parts.append(part)
        size += len(part)
        if size >= LARGEST:
            break
    return b"".join(parts)


def _parsed(text: bytes) -> Any:
    """An answer need not say anything: its status is enough."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        said = text[:300].decode(errors="replace")
        return None if said.lstrip().startswith("<") else clean(said)
