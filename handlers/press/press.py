"""Draws in a thread of its own, one thing at a time: matplotlib is not made for several."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from pydantic import TypeAdapter

from bot.ports.press import Drawable, Sheet

KEPT = 16  # pictures; an update of a message mostly wants the same again
_DRAWABLE: TypeAdapter[Drawable] = TypeAdapter(Drawable)


class MatplotlibPress:
    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "press")
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    async def picture(self, chart: Drawable, *, dark: bool = False) -> bytes:
        key = sha256(_DRAWABLE.dump_json(chart) + (b"dark" if dark else b"")).digest()
        if key not in self._kept:
            self._kept[key] = await self._run(lambda: _picture(chart, dark=dark))
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    async def page(self, sheet: Sheet) -> bytes:
        return await self._run(lambda: _page(sheet))

    async def _run(self, draw: Callable[[], bytes]) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._pool, draw)


def _picture(chart: Drawable, *, dark: bool) -> bytes:
    from handlers.press.pictures import picture  # loaded here, so that a bot that draws nothing stays small

    return picture(chart, dark=dark)


def _page(sheet: Sheet) -> bytes:
    from handlers.press.paper import page

    return page(sheet)
