"""Slack's Web API: one pooled session, time limits, and our own errors."""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.errors import Unavailable
from bot.model.reply import File
from handlers.slack.problems import WHAT, answered, throttled, to_problem

PATIENCE = timedelta(seconds=10)
RECONNECT = timedelta(seconds=0.2)
UPLOAD_PATIENCE = timedelta(seconds=60)
# Methods that take no JSON, by Slack's own specifications.
_BY_FORM = frozenset(
    "conversations.replies conversations.history files.getUploadURLExternal oauth.v2.access users.info "
    "users.lookupByEmail".split()
)
_FAILURES = (aiohttp.ClientError, TimeoutError, OSError)
_written = json.JSONEncoder(separators=(",", ":")).encode

# At DEBUG the library writes out whole messages, and with a level of its own it need not ask for one each time.
LIBRARY_LOG = logging.getLogger("handlers.slack.library")
LIBRARY_LOG.setLevel(logging.ERROR)


class WebApi:
    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        # For Bolt; our own calls are made below, without a layer that costs as much as the rest of them.
        again = AsyncConnectionErrorRetryHandler(
            1, FixedValueRetryIntervalCalculator(RECONNECT.total_seconds()), [aiohttp.ClientConnectorError]
        )
        self.client = AsyncWebClient(base_url=url, session=session, retry_handlers=[again], logger=LIBRARY_LOG)
        self.is_local = is_loopback(url)
        if self.is_local:
            self.client.proxy = None  # the library takes HTTP_PROXY from the environment, which leads away from here

    async def call(self, method: str, token: str, **arguments: Any) -> Mapping[str, Any]:
        """Raises Unavailable or Rejected."""
        answer, _ = await self.call_with_headers(method, token, **arguments)
        return answer

    async def call_with_headers(
        self, method: str, token: str, **arguments: Any
    ) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        given = {name: value for name, value in arguments.items() if value is not None}
        if method in _BY_FORM:
            data: Any = _as_form(given)
        else:
            headers["Content-Type"] = "application/json; charset=utf-8"
            data = _written(given).encode()
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                status, raw, about = await self._posted(self.client.base_url + method, headers, data)
        except _FAILURES as error:
            raise to_problem(error) from error
        answer = _read(raw)
        if status != 200 or not answer.get("ok"):
            raise answered(status, answer, about)
        return answer, about

    async def _posted(self, url: str, headers: Mapping[str, str], data: Any) -> tuple[int, bytes, Mapping[str, str]]:
        """A connection that was never made is tried once more at once. Nothing else is: the outbox decides that."""
        for pause in (RECONNECT.total_seconds(), None):
            try:
                async with self._session.post(
                    url, data=data, headers=headers, proxy=self.client.proxy, allow_redirects=False
                ) as answer:
                    return answer.status, await answer.read(), answer.headers
            except aiohttp.ClientConnectorError:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("the second attempt answers or raises")

    async def upload(self, url: str, file: File) -> None:
        """To an address that Slack has just given; the token does not go there."""
        proxy = None if is_loopback(url) else self.client.proxy
        try:
            async with (
                asyncio.timeout(UPLOAD_PATIENCE.total_seconds()),
                self._session.post(url, data=BytesIO(file.content), proxy=proxy) as answer,
            ):
                status, headers = answer.status, answer.headers
        except _FAILURES as error:
            raise to_problem(error) from error
        if status == 429:
            raise throttled(headers)
        if status != 200:
            raise Unavailable(WHAT)


def _read(raw: bytes) -> Mapping[str, Any]:
    """Empty where it is no JSON object: gateways in between answer with pages."""
    try:
        answer = json.loads(raw)
    except ValueError:
        return {}
    return answer if isinstance(answer, Mapping) else {}


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _as_form(arguments: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in arguments.items()}
