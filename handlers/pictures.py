"""Charts that a platform cannot draw by itself, drawn for it. A picture that fails leaves the words as they are."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from bot.model import drawing, plain
from bot.model.reply import Bars, Block, Chart, File, Picture, Reply, Strong, Text
from bot.model.text import capped
from bot.ports.press import Drawable, Press

log = logging.getLogger(__name__)

PNG = "image/png"
MOST = 2  # pictures of one message
MOST_SERIES = 6  # beyond these a platform's own chart leaves some out
ALT = 1000  # signs; what Slack takes

Placed: TypeAlias = Callable[[Drawable, Picture], Sequence[Block]]


async def pictured(reply: Reply, press: Press | None, placed: Placed) -> Reply:
    """With a picture for each chart that is too rich for a platform's own; `placed` says where it stands."""
    if press is None or not any(_is_rich(block) for block in reply.blocks):
        return reply
    blocks: list[Block] = []
    drawn = 0
    for block in reply.blocks:
        picture = None
        if isinstance(block, Chart | Bars) and _is_rich(block) and drawn < MOST:
            drawn += 1
            picture = await _picture(block, press, drawn)
        blocks += placed(block, picture) if picture and isinstance(block, Chart | Bars) else [block]
    return replace(reply, blocks=tuple(blocks))


def beside(chart: Drawable, picture: Picture) -> Sequence[Block]:
    """For platforms whose files stand apart from the message: their own chart stays in it."""
    return chart, picture


def instead(chart: Drawable, picture: Picture) -> Sequence[Block]:
    """For platforms that show pictures in the message."""
    return Text((Strong(chart.caption),)), picture, *(Text((line,), listed=True) for line in _told(chart))


async def _picture(chart: Drawable, press: Press, number: int) -> Picture | None:
    told = "; ".join([chart.caption, *_told(chart)])
    alt = capped(told, ALT)
    try:
        light, dark = await press.picture(chart), await press.picture(chart, dark=True)
    except Exception:  # a door: the answer stands without its picture
        log.exception("a picture failed")
        return None
    return Picture(File(f"chart-{number}.png", PNG, light, alt), File(f"chart-{number}-dark.png", PNG, dark, alt))


def _told(chart: Drawable) -> list[str]:
    if isinstance(chart, Bars):
        return plain.told_bars(chart)
    return [*map(plain.told, chart.series), *plain.around(chart)]


def _is_rich(block: Block) -> bool:
    match block:
        case Chart(series=series):
            return drawing.is_annotated(block) or len(series) > MOST_SERIES or (block.stacked and len(series) > 1)
        case Bars(groups=groups):
            return len(groups) > MOST_SERIES
        case _:
            return False
