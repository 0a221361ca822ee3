import asyncio
import os
import signal
import socket
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.model.errors import Misconfigured
from handlers.web import server
from handlers.web.health import DRAIN


async def test_what_is_under_way_is_finished_and_nothing_new_is_taken(app: web.Application):
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        arrived.set()
        await go_on.wait()
        return web.Response(text="finished")

    app.router.add_get("/slow", slow)
    serving = await server.serve(app, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{serving.port}"
    async with aiohttp.ClientSession() as session:
        under_way = asyncio.create_task(session.get(f"{address}/slow"))
        await arrived.wait()
        drained = asyncio.create_task(serving.drain())
        async with asyncio.timeout(5):
            while _listens(serving.port):
                await asyncio.sleep(0.01)
        assert not drained.done()
        go_on.set()
        async with await under_way as response:
            assert (response.status, await response.text()) == (200, "finished")
        await drained


async def test_readiness_is_taken_back_before_the_doors_close(app: web.Application):
    serving = await server.serve(app, "127.0.0.1", 0)
    drained = asyncio.create_task(serving.drain(notice=timedelta(seconds=0.5)))
    async with aiohttp.ClientSession() as session:
        await app[DRAIN].wait()
        async with session.get(f"http://127.0.0.1:{serving.port}/readyz") as response:
            assert response.status == 503
        assert _listens(serving.port)
    await drained
    assert not _listens(serving.port)


async def test_a_page_with_open_streams_closes_at_once():
    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await asyncio.Event().wait()
        return response

    app = web.Application()
    app.router.add_get("/events", stream)
    runner = await server.serve_plain(app, "127.0.0.1", 0)
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/events") as response:
        assert response.status == 200
        async with asyncio.timeout(5):
            await runner.cleanup()
    assert not _listens(port)


async def test_a_port_in_use_is_told(app: web.Application, house):
    serving = await server.serve(app, "127.0.0.1", 0)
    with pytest.raises(Misconfigured, match=f"Port {serving.port} is in use") as caught:
        await server.serve(house.build(), "127.0.0.1", serving.port)
    assert "NIGHTDESK_PORT" in caught.value.advice
    await serving.drain()


async def test_an_address_of_another_machine_is_told(app: web.Application):
    with pytest.raises(Misconfigured, match=r"not possible to listen on 192\.0\.2\.1"):
        await server.serve(app, "192.0.2.1", 0)


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
async def test_waits_until_it_is_told_to_stop(wanted: signal.Signals):
    waiting = asyncio.create_task(server.until_told())
    await asyncio.sleep(0)
    assert not waiting.done()
    os.kill(os.getpid(), wanted)
    await asyncio.wait_for(waiting, 5)
    assert signal.getsignal(wanted) is not signal.SIG_IGN


def _listens(port: int) -> bool:
    """Found out without connecting: a connection in the very moment of closing would be left half open."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
