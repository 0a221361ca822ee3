"""Grafana as the way to its datasources: which there are, and the address of each behind Grafana's own proxy."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.source import Auth, Datasource, Offer, Secret
from integrations import tls
from integrations.integration import Reach, SourceKind
from integrations.networks import Refused
from integrations.transport import body_of, problem_of

LARGEST = 4 * 1024 * 1024
PATIENCE = aiohttp.ClientTimeout(total=10, sock_connect=3.05)


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
        self._headers = {"Accept": "application/json", **auth[source.auth]}
        self._tls = tls.context(source.tls, secrets.get(Secret.CLIENT_KEY, "")) or True

    async def probe(self) -> str:
        """The list is asked for, too: a token that may not see it is of no use here."""
        found = await self.offers()
        health = await self._get("/api/health")
        version = health.get("version", "") if isinstance(health, dict) else ""
        return f"Grafana {version}".strip()[:100] + f", {len(found)} datasource{'' if len(found) == 1 else 's'}"

    async def offers(self) -> Sequence[Offer]:
        found = await self._get("/api/datasources")
        if not isinstance(found, list):
            raise Rejected(
                f"What answers at the address of {self._title} is not a Grafana.",
                code="malformed",
                advice="Give the address of Grafana's own start page.",
            )
        return [self._offer(one) for one in found if isinstance(one, dict) and one.get("uid") and one.get("name")]

    async def close(self) -> None:
        """The session is shared."""

    def _offer(self, one: Mapping[str, Any]) -> Offer:
        uid = str(one["uid"])
        proxy = f"{self._root}/api/datasources/proxy/uid/{quote(uid, safe='')}"
        config = {"grafana": self._root, "uid": uid}
        return Offer(uid, str(one["name"])[:60], str(one.get("type", "")), proxy, config)

    async def _get(self, path: str) -> Any:
        """None where it is not JSON; no redirect is followed, for it would lead to a login page."""
        try:
            async with self._reach.session.get(
                self._root + path, headers=self._headers, timeout=PATIENCE, allow_redirects=False, ssl=self._tls
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
        try:
            return json.loads(text) if status < 300 else None
        except (ValueError, RecursionError):
            return None

    def _problem(self, status: int, headers: Mapping[str, str]) -> Problem:
        if status in (401, 403):
            advice = "Give a token of a service account that may read and query datasources."
            return Rejected(f"{self._title} does not accept our credentials.", code=str(status), advice=advice)
        return problem_of(self._title, status, "", headers, self._reach.clock.now())

    def _too_large(self) -> Rejected:
        return Rejected(f"The answer of {self._title} is too large to be read.")


SOURCE = SourceKind("grafana", "Grafana, as a way to its datasources", GrafanaSource)
