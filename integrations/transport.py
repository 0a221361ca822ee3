"""What every call to an outside system needs: statuses turned into our errors, and a fuse for a system that is away."""

import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

import aiohttp

from bot.model.errors import Problem, Rejected, Unavailable
from bot.ports.services import Clock
from integrations.networks import Refused

log = logging.getLogger(__name__)

T = TypeVar("T")

FAILURES = 5  # in a row, before a system counts as away
REST = timedelta(seconds=20)  # how long it is then left alone
LONGEST_WAIT = timedelta(hours=1)  # a Retry-After beyond this is taken for a mistake


def problem_of(what: str, status: int, says: str, headers: Mapping[str, str], now: datetime) -> Problem:
    """What an unfriendly status means to us; `says` is the server's own sentence, empty where it sent none."""
    if status == 429:
        return Unavailable(what, retry_after=retry_after(headers, now), definite=True)
    if status >= 500 or status == 408:
        return Unavailable(what, retry_after=retry_after(headers, now))
    if status in (401, 403):
        said = f" ({says})" if says else ""
        return Rejected(
            f"{what} does not accept our credentials{said}.", code=str(status), advice=f"Check the settings of {what}."
        )
    return Rejected(f"{what} says: {says or f'HTTP {status}'}", code=str(status))


def credentials(token: str, user: str, password: str, tenant: str) -> dict[str, str]:
    """The headers of every call: a token, or else a user with a password; and whose data it is about."""
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    elif user:
        pair = b64encode(f"{user}:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    if tenant:
        headers["X-Scope-OrgID"] = tenant
    return headers


@contextmanager
def in_our_words(what: str, address: str, authority: str) -> Iterator[None]:
    """What aiohttp raises around a call, as our errors; which settings its address and its authority stand in."""
    try:
        yield
    except aiohttp.ClientSSLError as problem:
        raise Rejected(
            f"The certificate of {what} cannot be verified.", code="tls", advice=f"Set {authority}."
        ) from problem
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
        if isinstance(problem, aiohttp.ClientConnectorError) and isinstance(problem.os_error, Refused):
            says = problem.os_error.strerror
            raise Rejected(f"{what} leads to an address that may not be called: {says}.", code="network") from problem
        advice = f"Check that it runs, and that {address} is right."
        raise Unavailable(what, definite=True, advice=advice) from problem
    except aiohttp.InvalidURL as problem:
        raise Rejected(f"{what} cannot be called.", code="request", advice=f"Check {address}.") from problem
    except (TimeoutError, aiohttp.ClientError, OSError) as problem:
        raise Unavailable(what) from problem


async def body_of(answer: aiohttp.ClientResponse, largest: int, too_large: Callable[[], Rejected]) -> bytes:
    """The whole of it, while it is not larger than that."""
    parts, size = [], 0
    async for part in answer.content.iter_chunked(1 << 16):
        size += len(part)
        if size > largest:
            raise too_large()
        parts.append(part)
    return b"".join(parts)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Seconds or a date; None where there is none, or none that makes sense."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if not text:
        return None
    if text.isdecimal():
        wait = timedelta(seconds=min(int(text), 10**6))
    else:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return wait if timedelta(0) <= wait <= LONGEST_WAIT else None


@dataclass(frozen=True, slots=True)
class Fuse:
    """Closed until too many calls fail in a row; then open for a while; then one call may try. Pure."""

    failures: int = 0
    open_until: datetime | None = None
    trying: bool = False
    since: datetime | None = None  # the first of the failures

    def wait(self, now: datetime) -> timedelta | None:
        """None: a call may go out. Otherwise how long to leave the system alone."""
        if self.open_until is None:
            return None
        if now < self.open_until:
            return self.open_until - now
        return timedelta(seconds=1) if self.trying else None

    def begun(self) -> "Fuse":
        return replace(self, trying=self.open_until is not None)

    def worked(self) -> "Fuse":
        return Fuse()

    def failed(self, now: datetime, asked_to_wait: timedelta | None = None) -> "Fuse":
        failures, since = self.failures + 1, self.since or now
        if asked_to_wait:
            return Fuse(failures, now + asked_to_wait, since=since)
        return Fuse(failures, now + REST if failures >= FAILURES else None, since=since)

    def abandoned(self) -> "Fuse":
        """The call was given up by the one who made it, and says nothing about the system."""
        return replace(self, trying=False)


class Guard:
    """The fuse of one system, around every call to it. What it says no to has answered, and so works."""

    def __init__(self, what: str, clock: Clock) -> None:
        self.what = what
        self._clock = clock
        self._fuse = Fuse()

    async def run(self, call: Callable[[], Awaitable[T]]) -> T:
        wait = self._fuse.wait(self._clock.now())
        if wait is not None:
            raise Unavailable(self.what, retry_after=wait, definite=True, since=self._fuse.since)
        self._turn(self._fuse.begun())
        try:
            result = await call()
        except Unavailable as problem:
            self._turn(self._fuse.failed(self._clock.now(), problem.retry_after))
            raise
        except Rejected:
            self._turn(self._fuse.worked())
            raise
        except BaseException:
            self._turn(self._fuse.abandoned())
            raise
        self._turn(self._fuse.worked())
        return result

    def _turn(self, fuse: Fuse) -> None:
        was_open, is_open = self._fuse.open_until is not None, fuse.open_until is not None
        self._fuse = fuse
        if is_open and not was_open:
            log.warning("source is away", extra={"source": self.what, "failures": fuse.failures})
        elif was_open and not is_open:
            log.info("source is back", extra={"source": self.what})
