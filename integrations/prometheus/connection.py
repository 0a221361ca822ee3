"""One Prometheus over HTTP: blocking calls in threads of our own, each with a time limit."""

import asyncio
import contextlib
import functools
import ssl
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
from prometheus_api_client.exceptions import PrometheusApiClientException
from prometheus_api_client.prometheus_connect import PrometheusConnect
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3.exceptions import ReadTimeoutError
from urllib3.util.retry import Retry

from bot.model.errors import Problem, Rejected, TooHeavy, Unavailable
from bot.ports.services import Clock
from integrations.networks import Networks, Refused
from integrations.prometheus.adapter import WalledAdapter
from integrations.transport import Guard, problem_of

THREADS = 8
ATTEMPTS = 3
REDIRECTS = 3
TRY_AGAIN = frozenset({429, 502, 504})
GAVE_UP = frozenset({"timeout", "canceled"})  # the server's own words for a query that takes too long
LARGEST = 64 * 1024 * 1024  # of an answer
LONGEST_PAUSE = timedelta(seconds=5)  # a longer Retry-After is the caller's business

# What the library lets out when an answer is not what it expects.
UNREADABLE = (PrometheusApiClientException, requests.JSONDecodeError, KeyError, TypeError, ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds; each limit is inside the next, so that the innermost speaks first and in its own words."""

    connect: float = 3.05
    server: float = 18.0
    read: float = 20.0
    total: float = 30.0


@dataclass(frozen=True, slots=True)
class Said:
    """What the library drops: the whole answer."""

    status: int
    headers: Mapping[str, str]
    body: Any  # None where it is not JSON

    @property
    def error(self) -> str:
        return str(self.body.get("error", "")) if isinstance(self.body, dict) else ""

    @property
    def error_type(self) -> str:
        return str(self.body.get("errorType", "")) if isinstance(self.body, dict) else ""


class Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass(frozen=True, slots=True)
class Access:
    url: str
    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    tls: ssl.SSLContext | None = None  # in place of ca_file, for what is not in a file
    org: str = ""  # X-Scope-OrgID, where one server keeps several tenants apart
    networks: Networks = field(default_factory=Networks.of_operator)
    title: str = "Prometheus"
    setting: str = "PROMETHEUS_URL"  # what people call its address
    ca_setting: str = "PROMETHEUS_CA_FILE"


class Connection:
    def __init__(self, access: Access, clock: Clock, patience: Patience | None = None) -> None:
        self._clock = clock
        self._patience = patience or Patience()
        self._access = access
        self._guard = Guard(access.title, clock)
        self._heard = threading.local()
        self._session = self._open(access)
        self._client = PrometheusConnect(
            access.url,
            session=self._session,
            retry=Retry(0),
            timeout=(self._patience.connect, self._patience.read),  # type: ignore[arg-type, unused-ignore]
            method="GET",
        )
        # The library brings an adapter for this address alone; ours is for wherever the server may send us.
        self._session.adapters.clear()
        self._session.mount("http", WalledAdapter(access.networks, access.tls, Retry(0, read=False)))
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="prometheus")
        self._free = asyncio.Semaphore(THREADS)

    def _open(self, access: Access) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # no proxy and no .netrc that nobody told us of
        session.hooks["response"].append(self._keep)
        session.max_redirects = REDIRECTS
        if access.ca_file:
            session.verify = access.ca_file
        if access.org:
            session.headers["X-Scope-OrgID"] = access.org
        if access.token:
            session.auth = Bearer(access.token)
        elif access.user:
            session.auth = HTTPBasicAuth(access.user.encode(), access.password.encode())
        return session

    def _keep(self, response: requests.Response, **_: Any) -> None:
        """Runs in the thread, before the library looks: keeps the whole answer, and parses it only once."""
        response._content = _content(response, self._heard.largest)
        try:
            body = response.json()
        except (requests.JSONDecodeError, RecursionError):
            body = None
        else:
            response.json = lambda **_: body  # type: ignore[method-assign]
        self._heard.said = Said(response.status_code, response.headers, body)

    async def query(self, text: str, at: datetime) -> Any:
        params = {"time": at.timestamp(), "timeout": self._server_limit}
        return await self._ask(lambda: self._client.custom_query(text, params=params))

    async def query_range(self, text: str, start: datetime, end: datetime, step: timedelta) -> Any:
        seconds, params = f"{step.total_seconds():g}", {"timeout": self._server_limit}
        return await self._ask(lambda: self._client.custom_query_range(text, start, end, seconds, params=params))

    async def label_values(self, label: str, start: datetime, end: datetime, selector: str = "") -> Any:
        params = {"start": start.timestamp(), "end": end.timestamp()} | ({"match[]": selector} if selector else {})
        return await self._ask(lambda: self._client.get_label_values(label, params=params))

    async def metadata(self) -> Any:
        return await self._page("metadata")

    async def build(self) -> Any:
        return await self._page("status/buildinfo")

    async def label_names(self, selector: str, start: datetime, end: datetime) -> Any:
        asked: dict[str, str | float] = {"match[]": selector, "start": start.timestamp(), "end": end.timestamp()}
        return await self._ask(lambda: self._session.get(self._at("labels"), params=asked, timeout=self._limits))

    async def series(self, selector: str, start: datetime, end: datetime, largest: int) -> Any:
        """By POST, for a selector of many names is longer than an address may be."""
        asked = {"match[]": selector, "start": start.timestamp(), "end": end.timestamp()}
        call = functools.partial(self._session.post, self._at("series"), data=asked, timeout=self._limits)
        return await self._ask(call, largest)

    async def _page(self, name: str) -> Any:
        return await self._ask(lambda: self._session.get(self._at(name), timeout=self._limits))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._session.close()

    @property
    def _server_limit(self) -> str:
        return f"{self._patience.server:g}s"

    @property
    def _limits(self) -> tuple[float, float]:
        return self._patience.connect, self._patience.read

    def _at(self, path: str) -> str:
        return f"{self._client.url}/api/v1/{path}"

    async def _ask(self, call: Callable[[], object], largest: int = LARGEST) -> Any:
        """The body of the answer, whatever the library made of it; a Problem where it is not a success."""
        said = await self._guard.run(lambda: self._answer(lambda: self._listen(call, largest)))
        if said.status == 200 and isinstance(said.body, dict) and said.body.get("status") == "success":
            return said.body
        if said.error_type in GAVE_UP:
            raise TooHeavy(self._access.title)
        if said.status < 400:
            raise Rejected(
                f"What answers at {self._access.setting} is not a Prometheus.",
                code="malformed",
                advice=f"Check {self._access.setting}, and whether a login page stands before it.",
            )
        raise self._problem(said)

    def _problem(self, said: Said) -> Problem:
        return problem_of(self._access.title, said.status, said.error, said.headers, self._clock.now())

    async def _answer(self, call: Callable[[], Said]) -> Said:
        """An answer of a server that is well, tried again where that may help; Unavailable otherwise."""
        try:
            async with asyncio.timeout(self._patience.total):
                for attempt in range(1, ATTEMPTS + 1):
                    said = await self._attempt(call)
                    pause = self._pause(said, attempt)
                    if pause is None:
                        break
                    await self._clock.sleep(pause.total_seconds())
        except TimeoutError as problem:
            raise Unavailable(self._access.title) from problem
        if said is None:
            advice = f"Check that it runs, and that {self._access.setting} is right."
            raise Unavailable(self._access.title, definite=True, advice=advice)
        if (said.status >= 500 or said.status == 429) and said.error_type not in GAVE_UP:
            raise self._problem(said)
        return said

    def _pause(self, said: Said | None, attempt: int) -> timedelta | None:
        """How long to wait before the next attempt; None: there will be none."""
        if attempt == ATTEMPTS or (said is not None and (said.status not in TRY_AGAIN or said.error_type in GAVE_UP)):
            return None
        asked = None
        if said is not None:
            problem = self._problem(said)
            asked = problem.retry_after if isinstance(problem, Unavailable) else None
        pause = asked if asked is not None else timedelta(seconds=0.2 * 4 ** (attempt - 1))
        return pause if pause <= LONGEST_PAUSE else None

    async def _attempt(self, call: Callable[[], Said]) -> Said | None:
        """One call in a thread; None: no connection."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()

        def release(_: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody waits for a place any more
                loop.call_soon_threadsafe(self._free.release)

        try:
            work = self._threads.submit(call)
        except RuntimeError as problem:  # closed meanwhile
            self._free.release()
            raise Unavailable(self._access.title, definite=True) from problem
        # Whoever waits may be cancelled; the thread goes on until its socket gives up, and keeps its place until then.
        work.add_done_callback(release)
        try:
            return await asyncio.wrap_future(work)
        except requests.Timeout as problem:
            if isinstance(problem, requests.ConnectTimeout):
                return None
            raise Unavailable(self._access.title) from problem
        except requests.exceptions.SSLError as problem:
            raise Rejected(
                f"The certificate of {self._access.title} cannot be verified.",
                code="tls",
                advice=f"Set {self._access.ca_setting}.",
            ) from problem
        except requests.exceptions.ChunkedEncodingError as problem:  # the answer broke off
            raise Unavailable(self._access.title) from problem
        except requests.ConnectionError as problem:
            if problem.args and isinstance(problem.args[0], ReadTimeoutError):  # the answer began and did not end
                raise Unavailable(self._access.title) from problem
            if says := _refusal(problem):
                raise Rejected(
                    f"{self._access.title} leads to an address that may not be called: {says}.", code="network"
                ) from problem
            return None
        except (requests.RequestException, OSError) as problem:
            raise Rejected(
                f"{self._access.title} cannot be asked ({type(problem).__name__}).",
                code="request",
                advice=f"Check {self._access.setting}.",
            ) from problem

    def _listen(self, call: Callable[[], object], largest: int) -> Said:
        """In the thread. The library reads only what it expects; what it did not, we have kept."""
        self._heard.said, self._heard.largest = None, largest
        try:
            call()
        except UNREADABLE:
            if self._heard.said is None:
                raise
        said: Said = self._heard.said
        return said


def _content(response: requests.Response, largest: int) -> bytes:
    """The whole of it, while it is not larger than that."""
    parts, size = [], 0
    for part in response.iter_content(1 << 16):
        size += len(part)
        if size > largest:
            response.close()
            raise Rejected(
                "The answer is too large to be read.",
                code="size",
                advice="Ask for fewer series, a shorter range or a longer step.",
            )
        parts.append(part)
    return b"".join(parts)


def _refusal(problem: requests.ConnectionError) -> str:
    """What the wall said, where it was the wall."""
    reason = getattr(problem.args[0], "reason", None) if problem.args else None
    cause = reason.__cause__ if isinstance(reason, Exception) else None
    return cause.strerror or "" if isinstance(cause, Refused) else ""
