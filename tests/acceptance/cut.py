"""A TCP way to a server that can be cut: connections break, new ones are refused, until it is mended."""

import asyncio
import contextlib
from urllib.parse import urlsplit, urlunsplit

from tests.postgres import free_port


class Cut:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._to = parts.hostname or "127.0.0.1", parts.port or 5432
        self._port = free_port()
        where = f"{parts.username}@127.0.0.1:{self._port}"
        self.url = urlunsplit(parts._replace(netloc=where))
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)

    async def cut(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()

    async def close(self) -> None:
        """For good: nothing of it outlives its test."""
        server = self._server
        await self.cut()
        if server:
            await server.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(self._host, self._to)
        except OSError:
            writer.close()
            return
        both = {writer, far_writer}
        self._open |= both
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            self._open -= both


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
