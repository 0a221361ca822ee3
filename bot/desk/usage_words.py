"""How money and usage are written, so that every answer about them shows the same digits."""

import math
from decimal import Decimal

from bot.desk import usage_sums
from bot.model import figures
from bot.model.charge import Charged
from bot.model.text import many as many

UNKNOWN = "not known"


def amount(value: Decimal | float) -> str:
    """Two decimals; what is less than a cent keeps three digits, for it is not nothing."""
    worth = float(value)
    if math.isnan(worth):
        return UNKNOWN
    return figures.plain(worth) if 0 < abs(worth) < 0.01 else f"{value:,.2f}"  # a decimal is rounded as one


def usd(value: Decimal | float) -> str:
    """US dollars, as everywhere; only that less than a cent is told."""
    told = amount(value)
    return told if told == UNKNOWN else f"$ {told}"


def cost(one: Charged) -> str:
    """In a table; a cost that nobody knows is not zero."""
    return amount(one.cost) if usage_sums.is_priced(one) else "no price" if one.calls else "no call"


def spent(one: Charged) -> str:
    return usd(one.cost) if usage_sums.is_priced(one) or not one.calls else "an unknown amount"


def tokens(one: Charged) -> float | str:
    return one.tokens if one.counted else "not counted" if one.calls else "no call"


def percent(value: float) -> str:
    return "no data" if math.isnan(value) else f"{value * 100:.1f} %"


def share(part: usage_sums.Part) -> str:
    return "–" if part.share is None else f"{part.share:.1f} %"


def unknown(whole: Charged) -> str:
    """What the figures leave out; empty where they leave out nothing."""
    said = []
    if whole.unpriced:
        said.append(
            f"{many(whole.unpriced, 'call')} of {whole.calls:,} have no known price, so their cost is not in it."
        )
    if whole.calls > whole.counted:
        said.append(f"The tokens of {many(whole.calls - whole.counted, 'call')} were not counted.")
    return " ".join(said)
