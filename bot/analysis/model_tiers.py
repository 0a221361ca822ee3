"""Which model of the same maker is the small one beside a dear one. Pure; what it costs is in the table of prices."""

import re
from collections.abc import Mapping

from bot.model.usage import Price, price_of

_MAKERS = {"openai": r"gpt|chatgpt|o\d", "anthropic": r"claude", "google": r"gemini"}
_SMALL = (r"-mini\b", r"haiku|flash(?!-lite)", r"-nano\b|-lite\b")  # the ablest first
BATCHES = frozenset(_MAKERS)  # each of them takes batches at half the price; looked up in November 2026
HALF = 2  # times: what is not so much cheaper is no advice


def maker(model: str) -> str:
    """Empty where the name does not say."""
    name = _bare(model)
    return next((one for one, begins in _MAKERS.items() if re.match(rf"(?:{begins})", name)), "")


def smaller(model: str, prices: Mapping[str, Price]) -> tuple[str, Price] | None:
    """The one that is named most like it; where several are, the ablest of them, then the cheapest."""
    name, mine = _bare(model), maker(model)
    if not mine or _tier(name) is not None:
        return None
    own = price_of(name, prices)
    fitting = [
        (other, price)
        for other, price in prices.items()
        if maker(other) == mine and _tier(other) is not None and not (own and price.read * HALF > own.read)
    ]
    return min(fitting, key=lambda one: (-_alike(name, one[0]), _tier(one[0]), one[1].read, one[0]), default=None)


def price(model: str, prices: Mapping[str, Price]) -> Price | None:
    return price_of(model, prices) or price_of(_bare(model), prices)


def _bare(model: str) -> str:
    """Without the door it came through: “azure/gpt-4o” is gpt-4o."""
    return model.strip().lower().rpartition("/")[2]


def _tier(model: str) -> int | None:
    return next((tier for tier, word in enumerate(_SMALL) if re.search(word, model)), None)


def _alike(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
