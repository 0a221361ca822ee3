"""Grafana as the way to its datasources: which there are, and the address of each behind Grafana's own proxy."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from bot.model.board import Board
from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.source import Auth, Datasource, Offer, Secret
from bot.model.text import many
from integrations import tls
from integrations.grafana import boards
from integrations.grafana.links import Link, read, span
from integrations.integration import Reach, SourceKind
from integrations.networks import Refused
from integrations.transport import body_of, problem_of

LARGEST = 4 * 1024 * 1024
PATIENCE = aiohttp.ClientTimeout(total=10, sock_connect=3.05)
DRAWING = aiohttp.ClientTimeout(total=20, sock_connect=3.05)
ASKED_AGAIN = timedelta(minutes=10)
_SIZE = (("width", "800"), ("height", "400"), ("tz", "UTC"))
_PNG = b"\x89PNG\r\n\x1a\n"


class GrafanaSource:
    """It has no metrics of its own; what it knows the way to is added as datasources of their own types."""

    metrics = None
    logs = None

    def __init__(self, source: Datasource, secrets: Mapping[str, str], reach: Reach) -> None:
        self._root, self._title, self._reach = source.url.rstrip("/"), source.name, reach
        auth = {
            Auth.NONE: {},
            Auth.BEARER: {"Authorization": f"Bearer {secrets.get(Secret.TOKEN, '')}"},
            Auth.BASIC: {"Authorization": aiohttp.encode_basic_auth(source.user, secrets.get(Secret.PASSWORD, ""))},
        }
        self._page = str(source.config.get("page") or "")
        self._draws: tuple[datetime, bool] | None = None
        self._headers = {"Accept": "application/json", **auth[source.auth]}
        self._tls = tls.context(source.tls, secrets.get(Secret.CLIENT_KEY, "")) or True

    async def probe(self) -> str:
        """The list is asked for, too: a token that may not see it is of no use here."""
        found = await self.offers()
        health = await self._get("/api/health")
        version = health.get("version", "") if isinstance(health, dict) else ""
        return f"Grafana {version}".strip()[:100] + f", {many(len(found), 'datasource')}"

    async def offers(self) -> Sequence[Offer]:
        return [self._offer(one) for one in await self._listed() if isinstance(one, dict) and _told(one)]

    async def _listed(self) -> Sequence[Any]:
        found = await self._get("/api/datasources")
        if not isinstance(found, list):
            raise Rejected(
                f"What answers at the address of {self._title} is not a Grafana.",
                code="malformed",
                advice="Give the address of Grafana's own start page.",
            )
        return found

    def shows(self, url: str) -> bool:
        return self._link(url) is not None

    async def board(self, url: str) -> Board:
        link = self._link(url)
        if link is None:
            raise Rejected(f"That is no dashboard of {self._title}.")
        told = await self._get(f"/api/dashboards/uid/{link.uid}")
        sources = [one for one in await self._listed() if isinstance(one, dict)]
        return boards.board(told, link, sources, self._proxy, self._reach.clock.now(), self._title)

    async def picture(self, url: str) -> bytes | None:
        link = self._link(url)
        if link is None or link.panel is None or not await self._has_renderer():
            return None
        start, end = span(link.start, link.end, self._reach.clock.now())
        asked: list[tuple[str, str]] = [(f"var-{name}", one) for name, held in link.variables.items() for one in held]
        asked += [("panelId", str(link.panel)), ("from", _milliseconds(start)), ("to", _milliseconds(end)), *_SIZE]
        path = f"/render/d-solo/{link.uid}/{quote(link.slug or 'panel', safe='')}"
        body = await self._fetched(f"{path}?{urlencode(asked)}", DRAWING)
        return body if body.startswith(_PNG) else None

    async def _has_renderer(self) -> bool:
        """Without one, Grafana draws a picture that says so; its own pages are told whether there is one."""
        now = self._reach.clock.now()
        if self._draws is None or now - self._draws[0] >= ASKED_AGAIN:
            told = await self._get("/api/frontend/settings")
            self._draws = now, isinstance(told, dict) and told.get("rendererAvailable") is True
        return self._draws[1]

    def _link(self, url: str) -> Link | None:
        return read(url, [root for root in (self._root, self._page) if root])

    async def close(self) -> None:
        """The session is shared."""

    def _offer(self, one: Mapping[str, Any]) -> Offer:
        uid = str(one["uid"])
        config = {"grafana": self._root, "uid": uid}
        return Offer(uid, str(one["name"])[:60], str(one.get("type", "")), self._proxy(uid), config)

    def _proxy(self, uid: str) -> str:
        return f"{self._root}/api/datasources/proxy/uid/{quote(uid, safe='')}"

    async def _get(self, path: str) -> Any:
        """None where it is not JSON."""
        try:
            return json.loads(await self._fetched(path, PATIENCE))
        except (ValueError, RecursionError):
            return None

    async def _fetched(self, path: str, patience: aiohttp.ClientTimeout) -> bytes:
        """Nothing where it leads on: no redirect is followed, for it would lead to a login page."""
        address = URL(self._root + path, encoded=True)
        try:
            async with self._reach.session.get(
                address, headers=self._headers, timeout=patience, allow_redirects=False, ssl=self._tls
            ) as answer:
                text = await body_of(answer, LARGEST, self._too_large)
                status, headers = answer.status, answer.headers
        except aiohttp.ClientSSLError as problem:
            raise Rejected(f"The certificate of {self._title} cannot be verified.", code="tls") from problem
        except aiohttp.ClientConnectorError as problem:
            if isinstance(problem.os_error, Refused):
                says = problem.os_error.strerror
                raise Rejected(f"{self._title} leads to an address that may not be called: {says}.") from problem
            advice = "Check that it runs, and that its address is right."
            raise Unavailable(self._title, definite=True, advice=advice) from problem
        except (TimeoutError, aiohttp.ClientError, OSError) as problem:
            raise Unavailable(self._title) from problem
        if status >= 400:
            raise self._problem(status, headers)
        return text if status < 300 else b""

    def _problem(self, status: int, headers: Mapping[str, str]) -> Problem:
        if status in (401, 403):
            advice = "Give a token of a service account that may read and query datasources."
            return Rejected(f"{self._title} does not accept our credentials.", code=str(status), advice=advice)
        return problem_of(self._title, status, "", headers, self._reach.clock.now())

    def _too_large(self) -> Rejected:
        return Rejected(f"The answer of {self._title} is too large to be read.")


def _told(one: Mapping[str, Any]) -> bool:
    return bool(one.get("uid") and one.get("name"))


def _milliseconds(at: datetime) -> str:
    return f"{at.timestamp() * 1000:.0f}"


SOURCE = SourceKind("grafana", "Grafana, as a way to its datasources", GrafanaSource)
