"""One Jira over HTTP, in the cloud or on one's own server: time limits on every call, and its errors in our words."""

import json
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.model.errors import Problem, Rejected
from bot.ports.services import Clock
from integrations.jira.bodies import fields_of, to_words
from integrations.transport import Guard, body_of, in_our_words, problem_of

WHAT = "Jira"
LARGEST = 4 * 1024 * 1024  # of an answer
PATIENCE = aiohttp.ClientTimeout(total=15, sock_connect=3.05)


@dataclass(frozen=True, slots=True)
class Access:
    url: str
    email: str = ""
    api_token: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca_file: str = ""

    @property
    def in_cloud(self) -> bool:
        return bool(self.email)


class Refused(Rejected):
    """With the names of the fields that Jira does not take."""

    def __init__(self, problem: Rejected, fields: frozenset[str]) -> None:
        super().__init__(problem.says, code=problem.code, advice=problem.advice)
        self.fields = fields


class Connection:
    def __init__(
        self, access: Access, session: aiohttp.ClientSession, clock: Clock, patience: aiohttp.ClientTimeout = PATIENCE
    ) -> None:
        self.in_cloud = access.in_cloud
        self._url = access.url
        self._session, self._clock, self._patience = session, clock, patience
        self._guard = Guard(WHAT, clock)
        self._headers = _headers(access)
        self._tls: ssl.SSLContext | bool = ssl.create_default_context(cafile=access.ca_file) if access.ca_file else True

    async def get(self, path: str, **parameters: str) -> Any:
        return await self._guard.run(lambda: self._call("GET", path, parameters))

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self._guard.run(lambda: self._call("POST", path, {}, body))

    async def _call(
        self, method: str, path: str, parameters: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> Any:
        with in_our_words(WHAT, "JIRA_URL", "JIRA_CA_FILE"):
            async with self._session.request(
                method,
                f"{self._url}/rest/api/{path}",
                params=parameters,
                json=body,
                headers=self._headers,
                timeout=self._patience,
                ssl=self._tls,
                allow_redirects=False,
            ) as answer:
                text = await body_of(answer, LARGEST, _too_large)
                if answer.status >= 300:
                    raise self._problem(answer.status, text, answer.headers)
                return _parsed(text)

    def _problem(self, status: int, text: bytes, headers: Mapping[str, str]) -> Problem:
        if status < 400:
            return not_jira()
        body = _parsed(text, strict=False)
        if status in (401, 403):
            return _not_let_in(status, to_words(body), headers)
        problem = problem_of(WHAT, status, to_words(body), headers, self._clock.now())
        return Refused(problem, fields_of(body)) if isinstance(problem, Rejected) else problem


def not_jira() -> Rejected:
    return Rejected(
        "What answers is not Jira.", code="unreadable", advice="Check JIRA_URL: its address, without /rest."
    )


def _not_let_in(status: int, says: str, headers: Mapping[str, str]) -> Rejected:
    said = f" ({says})" if says else ""
    if "CAPTCHA" in headers.get("X-Authentication-Denied-Reason", "").upper():
        advice = "After too many wrong passwords Jira wants a captcha: log in once in a browser as that user."
    elif status == 401:
        advice = "Check JIRA_EMAIL and JIRA_API_TOKEN, or JIRA_TOKEN: tokens expire."
    else:
        advice = "The user of the token needs the permission to do this in the project (JIRA_PROJECT)."
    return Rejected(f"Jira does not let me do this{said}.", code=str(status), advice=advice)


def _headers(access: Access) -> dict[str, str]:
    if access.in_cloud:
        pair = b64encode(f"{access.email}:{access.api_token}".encode()).decode()
        return {"Accept": "application/json", "Authorization": f"Basic {pair}"}
    return {"Accept": "application/json", "Authorization": f"Bearer {access.token}"}


def _too_large() -> Rejected:
    return Rejected("Jira's answer is too large to be read.", code="size")


def _parsed(text: bytes, *, strict: bool = True) -> Any:
    """None for an empty answer. A log-in page with status 200 is not an answer."""
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError) as problem:
        if strict:
            raise not_jira() from problem
        return None
