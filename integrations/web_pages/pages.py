"""Pages of the web as documents: only those that the operator allows, asked for again only where they have changed."""

import asyncio
from collections.abc import Sequence
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import aiohttp

from bot.model.document import LARGEST
from bot.model.errors import Missing, Rejected
from bot.model.harmless import clean
from bot.ports.knowledge import WebPage
from bot.ports.services import Clock
from integrations.addresses import checked
from integrations.networks import Networks
from integrations.opener import walled
from integrations.transport import body_of, in_our_words, problem_of
from integrations.web_pages import text

MOST_HOPS = 5
PATIENCE = 15.0  # seconds for one page, redirects included
LARGEST_BODY = 2_000_000
_TURNS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_HTML, _MARKDOWN = ("text/html", "application/xhtml+xml"), ("text/markdown", "text/x-markdown", "text/plain")
_HEADERS = {"Accept": "text/markdown, text/html;q=0.9, text/plain;q=0.8", "Accept-Encoding": "identity"}


class WebPages:
    """Fills bot.ports.knowledge.WebPages. `sites`: beginnings of addresses. A context: it holds connections."""

    def __init__(self, sites: Sequence[str], networks: Networks, clock: Clock) -> None:
        self._sites, self._clock = [_parts(site) for site in sites], clock
        self._session = walled(networks)

    async def __aenter__(self) -> "WebPages":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def address(self, written: str) -> str:
        """As it is asked for: without what only a browser needs. Rejected where the operator does not allow it."""
        try:
            scheme, host, path, query = _parts(written)
        except ValueError as problem:
            raise Rejected(f"This address {problem}.", code="url") from None
        if not any(_is_below((scheme, host, path), site) for site in self._sites):
            raise Rejected(
                f"Pages of {host} are not allowed here.",
                code="site",
                advice="Whoever runs Nightdesk can allow them with NIGHTDESK_KNOWLEDGE_SITES.",
            )
        return urlunsplit((scheme, host, path, query, ""))

    async def read(self, address: str, *, etag: str = "", modified: str = "") -> WebPage | None:
        """None: it is as it was. Missing: it is not there any more."""
        asked = dict(_HEADERS)
        if etag:
            asked["If-None-Match"] = etag
        if modified:
            asked["If-Modified-Since"] = modified
        where = self.address(address)
        with in_our_words(urlsplit(where).hostname or where, "the address", "a certificate that is trusted"):
            async with asyncio.timeout(PATIENCE):
                for _ in range(MOST_HOPS + 1):
                    found = await self._ask(where, asked)
                    if not isinstance(found, str):
                        return found
                    where = self.address(urljoin(where, found))  # a redirect leads no further than an address
        raise Rejected(f"{where} leads from one address to the next without end.", code="redirects")

    async def _ask(self, where: str, headers: dict[str, str]) -> WebPage | str | None:
        """The page, where it is instead, or None."""
        host = urlsplit(where).hostname or where
        async with self._session.get(where, headers=headers, allow_redirects=False) as answer:
            if answer.status in _TURNS and (to := answer.headers.get("Location")):
                return to
            if answer.status == 304:
                return None
            if answer.status in _GONE:
                raise Missing(f"There is no page at {where}.")
            if answer.status != 200:
                raise problem_of(host, answer.status, "", answer.headers, self._clock.now())
            return await _page(answer, host)


async def _page(answer: aiohttp.ClientResponse, host: str) -> WebPage:
    kind = answer.content_type
    if kind not in (*_HTML, *_MARKDOWN):
        raise Rejected(f"{host} sends {kind}; pages are HTML, Markdown or plain text.", code="type")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise Rejected(f"{host} sends the page packed, which was not asked for.", code="encoding")
    body = await body_of(answer, LARGEST_BODY, lambda: _too_large(host))
    written = clean(body.decode(_charset(answer), "replace").replace("\r\n", "\n"))
    title = ""
    if kind in _HTML:
        found = await asyncio.to_thread(text.words, written)
        title, written = found.title, found.content
    if len(written.encode()) > LARGEST:
        raise _too_large(host)
    if not written.strip():
        raise Rejected(f"The page at {host} has no text in it.", code="empty")
    headers = answer.headers
    return WebPage(title, written, headers.get("ETag", "")[:500], headers.get("Last-Modified", "")[:100])


def _charset(answer: aiohttp.ClientResponse) -> str:
    try:
        "".encode(answer.charset or "utf-8")
    except LookupError:
        return "utf-8"
    return answer.charset or "utf-8"


def _too_large(host: str) -> Rejected:
    return Rejected(f"The page at {host} is larger than {LARGEST // 1000} kB of text.", code="size")


def _parts(written: str) -> tuple[str, str, str, str]:
    """Scheme, host with its port, path, query. ValueError says what is wrong with it."""
    if not written.isascii() or not written.isprintable() or " " in written or "\\" in written:
        raise ValueError("must not contain spaces, backslashes or letters beyond ASCII")
    parts = urlsplit(checked(written, "pages are read without logging in"))
    port = parts.port
    if any(part in (".", "..") for part in unquote(unquote(parts.path)).split("/")):
        raise ValueError("must not go up in its path")
    usual = {"http": 80, "https": 443}[parts.scheme]
    name = (parts.hostname or "").casefold()
    host = f"[{name}]" if ":" in name else name
    return parts.scheme, host if port in (None, usual) else f"{host}:{port}", parts.path or "/", parts.query


def _is_below(page: tuple[str, str, str], site: tuple[str, str, str, str]) -> bool:
    scheme, host, path, _ = site
    beginning = path if path.endswith("/") else f"{path}/"
    return page[:2] == (scheme, host) and (page[2] == path or page[2].startswith(beginning))
