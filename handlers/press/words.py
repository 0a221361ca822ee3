"""Text in pictures: literal, short, and only of signs that the font has."""

from functools import cache

from matplotlib.font_manager import FontProperties, findfont, get_font

from bot.model.harmless import clean

SANS, MONO = "DejaVu Sans", "DejaVu Sans Mono"


def literal(text: str, most: int, font: str = SANS) -> str:
    """One line; a sign that the font lacks is a box, for the drawing must not complain of it."""
    line = " ".join(clean(text).split())
    short = line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
    return "".join(sign if ord(sign) in _signs(font) else "□" for sign in short)


@cache
def _signs(font: str) -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family=font))).get_charmap())
