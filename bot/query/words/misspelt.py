"""Misspelt words of the question itself, such as tell which figure and when. Never a word the catalogue knows."""

import re
from collections.abc import Callable

from bot.query.words.lexicon import SOFT, STOP
from bot.query.words.plain_english import is_common
from bot.query.words.tokens import distance

_SAID = """
average averages median mean percent percentage percentile minute minutes second seconds hours yesterday today morning
midnight which highest lowest longest slowest fastest biggest largest smallest maximum minimum between without
excluding except since during number count total compare compared versus difference graph graphic chart right running
current currently latest newest previous ratio share failed failures failure errors error requests latency duration
memory connections messages throughput available availability utilization increase increased decreased growth against
monday tuesday wednesday thursday friday saturday sunday months weeks grouped through success successful restarts
approval conversion revenue payments subscriptions customers
conflicts timeouts temperature capacity response received bytes users
""".split()
_SHORT = {
    "teh": "the", "fo": "of", "frm": "from", "nd": "and", "wich": "which", "whch": "which", "hw": "how",
    "mny": "many", "hwo": "how", "avg.": "avg", "mins": "minutes", "tha": "the", "evry": "every", "eahc": "each",
    "pecent": "percent", "perc": "percent", "hrs": "hours", "yday": "yesterday", "ystd": "yesterday",
    "lst": "last", "lats": "last", "avrg": "average", "rigth": "right", "grafik": "graph", "grafic": "graph",
}  # fmt: skip
_WORD = re.compile(r"(?<![\w./:@'-])[A-Za-z]{3,}(?![\w/:@-]|\.\w)")


def spelled_right(text: str, known: Callable[[str], bool]) -> str:
    def mended(match: re.Match[str]) -> str:
        low = match[0].lower()
        if (
            known(low)
            or not match[0][1:].islower()
            or (low not in _SHORT and (low in STOP or low in SOFT or is_common(low)))
        ):
            return match[0]
        return _SHORT.get(low) or (_nearest(low) if len(low) > 4 else None) or match[0]

    return _WORD.sub(mended, text)


def _nearest(low: str) -> str | None:
    most = 1 if len(low) < 8 else 2
    found = {word: distance(low, word, most) for word in _SAID if word[0] == low[0] and len(word) > 4}
    least = min(found.values(), default=most + 1)
    nearest = [word for word, away in found.items() if away == least]
    return nearest[0] if least <= most and len(nearest) == 1 else None
