"""What has to be good before a message from Amazon SNS is read: signature and age; and the yes to a subscription."""

import logging
from datetime import timedelta

import aiohttp

from bot.model.errors import Forbidden, Malformed, Unavailable
from integrations.cloudwatch import signature
from integrations.integration import Arrived, Parts
from integrations.reading import Fields

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=5)
# SNS repeats an undelivered message for an hour at most, and keeps its first timestamp.
OLDEST, AHEAD = timedelta(hours=2), timedelta(minutes=15)
LARGEST_ANSWER = 64 * 1024
MOST_CERTIFICATES = 64
WHAT = "Amazon SNS"


class Admission:
    """Certificates are kept: their address changes with them."""

    def __init__(self) -> None:
        self._certificates: dict[str, bytes] = {}

    async def admit(self, arrived: Arrived, parts: Parts) -> None:
        envelope = Fields(arrived.body)
        sent_at = envelope.instant("Timestamp")
        if sent_at is None:
            raise Malformed("Timestamp", "is missing or blank")
        if not -AHEAD <= arrived.now - sent_at <= OLDEST:
            raise Forbidden("This SNS message is too old, or its clock is ahead of mine.")
        url = signature.certificate_address(envelope.raw("SigningCertURL"))
        certificate = self._certificates.get(url) or await _fetched(url, parts)
        signature.check(arrived.body, certificate, arrived.now)
        self._keep(url, certificate)
        if envelope.text("Type") == "SubscriptionConfirmation":
            await _fetched(signature.confirmation_address(envelope.raw("SubscribeURL")), parts)
            log.info("subscription confirmed", extra={"topic": envelope.line("TopicArn")})

    def _keep(self, url: str, certificate: bytes) -> None:
        """Only one that was of use: a broken answer must not stay."""
        while url not in self._certificates and len(self._certificates) >= MOST_CERTIFICATES:
            self._certificates.pop(next(iter(self._certificates)))
        self._certificates[url] = certificate


async def _fetched(url: str, parts: Parts) -> bytes:
    """Without redirects: the address was checked, and no other is asked."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE.total_seconds())
    body = b""
    try:
        async with parts.session.get(url, allow_redirects=False, timeout=timeout) as response:
            async for piece in response.content.iter_chunked(LARGEST_ANSWER):
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise Forbidden("Amazon SNS answered with more than it should have.")
            status = response.status
    except (aiohttp.ClientError, TimeoutError) as problem:
        raise Unavailable(WHAT) from problem
    if status >= 500 or status == 429:
        raise Unavailable(WHAT)
    if status != 200:
        raise Forbidden(f"Amazon SNS answered with {status}.")
    return body
