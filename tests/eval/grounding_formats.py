"""One value in the many ways that people write it. `foreign`: not English, to be understood or left out."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_ONES += ["seventeen", "eighteen", "nineteen"]
_TENS = ["", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split()]
_PARTS = [
    (75, "three quarters"),
    (50, "half"),
    (25, "a quarter"),
    (20, "a fifth"),
    (10, "a tenth"),
    (100 / 3, "a third"),
]
Ways = Sequence[Callable[[float], str]]


def neat(value: float, digits: int = 3) -> str:
    """So many digits that count, and no exponent."""
    return f"{float(f'{value:.{digits}g}'):.12f}".rstrip("0").rstrip(".")


def words(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        rest = f"-{_ONES[number % 10]}" if number % 10 else ""
        return _TENS[number // 10] + rest
    if number < 1000:
        rest = f" and {words(number % 100)}" if number % 100 else ""
        return f"{_ONES[number // 100]} hundred{rest}"
    if number % 100 == 0 and number < 10_000 and number % 1000:
        return f"{words(number // 100)} hundred"
    rest = f" {'and ' if number % 1000 < 100 else ''}{words(number % 1000)}" if number % 1000 else ""
    return f"{words(number // 1000)} thousand{rest}"


def written(value: float, family: str, dice: random.Random) -> str:
    ways = {"time": _time, "percent": _percent, "bytes": _bytes, "usd": _usd, "rate": _rate}.get(family)
    return ways(value, dice) if ways else f"{_count(value, dice)} {family}"


def foreign(value: float, family: str, dice: random.Random) -> str:
    """As in German, French or Swiss texts."""
    unit = {"time": "ms", "percent": "%", "bytes": "MiB", "usd": "USD", "rate": "req/s"}.get(family, family)
    scaled = value * 1000 if family == "time" else value / 2**20 if family == "bytes" else value
    whole, _, rest = neat(scaled, 4).partition(".")
    grouped = f"{int(whole):,}"
    comma = f",{rest or '0'}" if dice.random() < 0.7 or rest else ""
    sign = dice.choice([".", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "'"])
    return f"{grouped.replace(',', sign)}{comma} {unit}"


def _time(value: float, dice: random.Random) -> str:
    ms, s = neat(value * 1000), neat(value)
    ways = [f"{ms} ms", f"{ms}ms", f"{ms} milliseconds", f"{s} s", f"{s} seconds", f"{s}s", f"{s} sec"]
    if float(ms).is_integer() and value < 1:
        ways += [f"{words(int(float(ms)))} milliseconds"] * 2
    if _fits(value, float(neat(value, 2))):
        ways += [f"about {neat(value * 1000, 2)} ms", f"roughly {neat(value, 2)} s"]
    return dice.choice(ways)


def _percent(value: float, dice: random.Random) -> str:
    own = neat(value)
    ways = [f"{own} %", f"{own}%", f"{own} percent", f"{own} per cent"]
    ways += [f"around {neat(value, 2)} %"] if _fits(value, float(neat(value, 2))) else []
    if value.is_integer() and 2 <= value < 100:
        ways.append(f"{words(int(value))} percent")
    ways += [f"{name} of it" for part, name in _PARTS if abs(value - part) < 0.02 * part]
    if own.replace("0.", "").isdigit() and own.startswith("0.") and len(own) < 5:
        ways.append(f"zero point {' '.join(_ONES[int(one)] for one in own[2:])} percent")
    return dice.choice(ways)


def _bytes(value: float, dice: random.Random) -> str:
    mib, gib = value / 2**20, value / 2**30
    ways = [f"{neat(gib)} GiB", f"{neat(gib)}GiB", *([f"{neat(mib)} MiB", f"{neat(mib)}MiB"] if mib < 1000 else [])]
    ways += [f"{neat(value / 1e6)} MB"] if value < 1e9 else []
    return dice.choice(ways)


def _usd(value: float, dice: random.Random) -> str:
    two = f"{value:.2f}"
    ways = [f"$ {two}", f"${two}", f"{two} dollars", f"USD {two}", f"{two} USD", f"US${two}"]
    ways += [f"{round(value * 100)} cents"] if value < 3 else []
    return dice.choice(ways)


def _rate(value: float, dice: random.Random) -> str:
    own = neat(value)
    ways = [f"{own} req/s", f"{own} requests per second", f"{own}/s", f"{own} requests a second", f"{own} rps"]
    ways.append(f"{round(float(own) * 60, 6):,.10g} requests per minute" if float(own) < 1000 else f"{own} req/s")
    return dice.choice(ways)


def _count(value: float, dice: random.Random) -> str:
    number = round(value)
    ways = [
        f"{number:,}",
        str(number),
        f"{number:,}".replace(",", " "),
        f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"),
    ]
    if number < 10_000:
        ways += [words(number)] * 2 if number > 1 else []
    for size, name in ((1e3, "k"), (1e3, " thousand"), (1e6, " million"), (1e6, "M")):
        if size <= number < 1000 * size and _fits(number, float(neat(number / size)) * size):
            ways.append(f"{neat(number / size)}{name}")
    return dice.choice(ways)


def _fits(value: float, rounded: float) -> bool:
    return abs(value - rounded) <= 0.04 * abs(value)


def day(at: datetime, dice: random.Random) -> str:
    th = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}.get(at.day, "th")
    return dice.choice([
        f"{at:%Y-%m-%d}", f"{at.day} {at:%B}", f"{at:%b} {at.day}{th}", f"{at:%B} {at.day}, {at.year}",
        f"the {at.day}{th} of {at:%B}", f"{at.day} {at:%b} {at.year}", f"{at:%B} {at.day}{th}", f"{at:%d.%m.%Y}",
    ])  # fmt: skip


def clock(at: datetime, dice: random.Random) -> str:
    twelve = f"{at.hour % 12 or 12}"
    noon = "am" if at.hour < 12 else "pm"
    ways = [
        f"{at:%H:%M}",
        f"{at:%H:%M} UTC",
        f"{twelve}:{at:%M} {noon}",
        f"{twelve}.{at:%M} {noon}",
        f"{twelve}:{at:%M}{noon}",
    ]
    ways += [f"{twelve} {noon}", f"{_ONES[int(twelve)]} o'clock"] if at.minute == 0 else []
    past = {5: "five", 10: "ten", 15: "quarter", 20: "twenty", 30: "half"}.get(at.minute)
    ways += [f"{past} past {_ONES[int(twelve)]}"] * 3 if past else []
    return dice.choice(ways)


def window(hours: int, dice: random.Random) -> str:
    ways = [f"{hours} hours"] if hours > 1 else ["hour"]
    ways += [f"{words(hours)} hours"] if 1 < hours <= 48 else []
    if hours % 24 == 0:
        days = hours // 24
        ways += [f"{days} days", f"{words(days)} days"] if days > 1 else ["day"]
        ways += [f"{days // 7} weeks"] if days % 7 == 0 and days > 7 else []
    return dice.choice(ways)
