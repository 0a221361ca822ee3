"""Text in pictures: literal, short, and only of signs that the font has."""

from functools import cache

from matplotlib.font_manager import FontProperties, findfont, get_font

from bot.model.harmless import clean
from bot.model.text import capped

SANS, MONO = "DejaVu Sans", "DejaVu Sans Mono"


def literal(text: str, most: int, font: str = SANS) -> str:
    """One line; a sign that the font lacks is a box, for the drawing must not complain of it."""
    line = " ".join(clean(text).split())
    short = capped(line, most)
    return "".join(sign if ord(sign) in _signs(font) else "□" for sign in short)


@cache
def _signs(font: str) -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family=font))).get_charmap())
