"""A second process on the same database."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.acceptance.incidents import Incidents
from tests.acceptance.rig import PATIENCE, ROOT, free_port


@dataclass(frozen=True, slots=True)
class Replica:
    url: str
    process: asyncio.subprocess.Process
    log: Path


@contextlib.asynccontextmanager
async def replica(world: Incidents) -> AsyncIterator[Replica]:
    port = free_port()
    env = {**world.rig.env, "NIGHTDESK_PORT": str(port)}
    log = world.rig.log.with_name(f"replica-{port}.log")
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", cwd=ROOT, env=env, stdout=out, stderr=out
        )
    built = Replica(f"http://127.0.0.1:{port}", process, log)
    try:
        await until_ready(world, built)
        yield built
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until_ready(world: Incidents, one: Replica) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with world.session.get(f"{one.url}/readyz") as answer:
                    if answer.status == 200:
                        return
            assert one.process.returncode is None, one.log.read_text()[-3000:]
            await asyncio.sleep(0.05)  # another process starts; there is nothing to wait on
