"""Reports of those who sell models: pages of buckets, read to the last one, and their errors in our words."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

import aiohttp

from bot.model.errors import Malformed, Problem, Rejected
from bot.model.harmless import clean
from bot.ports.billing import Biller
from bot.ports.services import Clock
from integrations.integration import Integration
from integrations.transport import Guard, body_of, in_our_words, problem_of

PATIENCE = aiohttp.ClientTimeout(total=30, sock_connect=3.05)
LARGEST = 8 * 1024 * 1024  # of a page
MOST_PAGES = 200
LONGEST = 200
Parameters = Sequence[tuple[str, str]]


class Reports:
    def __init__(
        self, what: str, url: str, headers: Mapping[str, str], session: aiohttp.ClientSession, clock: Clock, prefix: str
    ) -> None:
        """`prefix`: of the variables that its settings stand in."""
        self._what, self._url, self._headers, self._prefix = what, url, headers, prefix
        self._session, self._clock = session, clock
        self._guard = Guard(what, clock)

    async def buckets(self, path: str, parameters: Parameters) -> Sequence[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        page = ""
        for _ in range(MOST_PAGES):
            asked = [*parameters, *([("page", page)] if page else [])]
            told = await self._guard.run(lambda asked=asked: self._page(path, asked))  # type: ignore[misc]
            found += objects(told, "data")
            page = told.get("next_page") or ""
            if not told.get("has_more") or not isinstance(page, str) or not page:
                return found
        raise Rejected(f"{self._what} has more than {MOST_PAGES} pages of a report.", code="size")

    async def _page(self, path: str, parameters: Parameters) -> dict[str, Any]:
        with in_our_words(self._what, f"{self._prefix}_URL", "the certificates of this machine"):
            async with self._session.get(
                f"{self._url}{path}", params=[*parameters], headers=self._headers, timeout=PATIENCE,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                body = await body_of(answer, LARGEST, self._too_large)
                if answer.status != 200:
                    raise self._problem(answer.status, body, answer.headers)
        told = _parsed(body)
        if not isinstance(told, dict) or not isinstance(told.get("data"), list):
            raise Rejected(f"What answers is not {self._what}.", code="unreadable", advice=f"Check {self._prefix}_URL.")
        return told

    def _problem(self, status: int, body: bytes, headers: Mapping[str, str]) -> Problem:
        told = _parsed(body)
        error = told.get("error") if isinstance(told, dict) else None
        says = clean(str(error.get("message", "")))[:LONGEST] if isinstance(error, dict) else ""
        if status in (401, 403):
            said = f" ({says})" if says else ""
            advice = f"Check {self._prefix}_ADMIN_KEY: it has to be an admin key of the organization."
            return Rejected(f"{self._what} does not let me read its reports{said}.", code=str(status), advice=advice)
        return problem_of(self._what, status, says, headers, self._clock.now())

    def _too_large(self) -> Rejected:
        return Rejected(f"An answer of {self._what} is too large to be read.", code="size")


class CheckedBiller(Biller, Protocol):
    async def check(self) -> str: ...


class BillIntegration(Integration):
    """What tells of usage and bills alone, as an integration."""

    def __init__(self, biller: CheckedBiller) -> None:
        self._biller = biller

    @property
    def billing(self) -> CheckedBiller:
        return self._biller

    async def check(self) -> str:
        return await self._biller.check()


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def objects(of: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    found = of.get(name)
    return (one for one in (found if isinstance(found, list) else ()) if isinstance(one, dict))


def count(of: Mapping[str, Any], name: str) -> int:
    found = of.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= 10**15 else 0


def word(of: Mapping[str, Any], name: str) -> str:
    found = of.get(name)
    return clean(found).strip()[:LONGEST] if isinstance(found, str) else ""


def amount(given: Any, currency: Any) -> Decimal:
    """Raises Malformed for what is no amount of US dollars; a credit is below zero."""
    if not isinstance(currency, str) or currency.upper() != "USD":
        raise Malformed("currency", f"“{clean(str(currency))[:20]}” is not USD, and costs are kept in USD alone")
    try:
        found = Decimal(str(given))
    except InvalidOperation:
        raise Malformed("amount", "is not a number") from None
    if not found.is_finite() or not math.isfinite(float(found)) or abs(found) > 10**9:
        raise Malformed("amount", "is not a number")
    return found
