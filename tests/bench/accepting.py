"""Our own front half as it is in production (guard, Bolt, adapter, inbox, commit), with nobody answering behind it:
what is measured is the acknowledgement, and every one of them is on disk before it is given."""

import asyncio
import os
import sys

from bot import main
from handlers.web import server


async def run(port: int) -> None:
    async with main.house(dict(os.environ)) as built:
        for surface in built.surfaces.values():
            await surface.start()
        await server.serve(built.app, "127.0.0.1", port)
        print("ready", flush=True)
        await asyncio.Event().wait()


asyncio.run(run(int(sys.argv[1])))
