"""How the openai package's calls travel: over a session of ours, with its wall, its certificates and its limits."""

import ssl
from collections.abc import AsyncIterator, Callable

import aiohttp
import httpx2

from bot.model.errors import Rejected
from integrations.transport import body_of

LARGEST = 2 * 1024 * 1024  # of an answer
STREAMED = "text/event-stream"
_OURS = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding"}  # the session writes these
_UNDONE = {"content-encoding", "content-length", "transfer-encoding"}  # of what has been read and unpacked


class SessionTransport(httpx2.AsyncBaseTransport):
    """What aiohttp raises passes through: whoever calls turns it into our errors. The session is opened when needed."""

    def __init__(
        self, session: Callable[[], aiohttp.ClientSession], tls: ssl.SSLContext | bool, patience: float
    ) -> None:
        self._open, self._tls = session, tls
        self._session: aiohttp.ClientSession | None = None
        self._timeout = aiohttp.ClientTimeout(total=patience, sock_connect=3.05)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        session = self._session = self._session or self._open()
        answer = await session.request(
            request.method,
            str(request.url),
            data=await request.aread(),
            headers={name: value for name, value in request.headers.items() if name.lower() not in _OURS},
            timeout=self._timeout,
            ssl=self._tls,
            allow_redirects=False,
        )
        headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in _UNDONE]
        if answer.content_type == STREAMED:
            return httpx2.Response(answer.status, headers=headers, stream=_Pieces(answer), request=request)
        async with answer:
            content = await body_of(answer, LARGEST, _too_large)
        return httpx2.Response(answer.status, headers=headers, content=content, request=request)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


class _Pieces(httpx2.AsyncByteStream):
    """What comes is passed on at once."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._answer.content.iter_any():
            size += len(piece)
            if size > LARGEST:
                raise _too_large()
            yield piece

    async def aclose(self) -> None:
        """The connection is used again only where all of it was read."""
        self._answer.release() if self._answer.content.at_eof() else self._answer.close()


def _too_large() -> Rejected:
    return Rejected("The model's answer is too large to be read.", code="size")
