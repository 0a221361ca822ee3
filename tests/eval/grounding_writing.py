"""How the fourth author writes a value: rounded with a word for it, in other units, as a duration of ISO 8601, in words
of four languages, with a decimal comma."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

EN = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
EN += ["seventeen", "eighteen", "nineteen"]
TENS = ["", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split()]
DE = "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()
FR = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze".split()
ES = "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce".split()
MONTHS: Mapping[str, Sequence[str]] = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
}
PARTS = [(1, 2, "half"), (1, 3, "a third"), (2, 3, "two thirds"), (1, 4, "a quarter"), (3, 4, "three quarters"),
         (1, 5, "a fifth"), (1, 6, "a sixth"), (1, 8, "an eighth"), (1, 10, "a tenth")]  # fmt: skip


def neat(value: float, digits: int = 3) -> str:
    return f"{float(f'{value:.{digits}g}'):.10f}".rstrip("0").rstrip(".")


def close(value: float, other: float) -> bool:
    return abs(value - other) <= 0.04 * abs(value)


def english(number: int) -> str:
    if number < 20:
        return EN[number]
    if number < 100:
        return TENS[number // 10] + (f"-{EN[number % 10]}" if number % 10 else "")
    if number < 1000:
        return f"{EN[number // 100]} hundred" + (f" and {english(number % 100)}" if number % 100 else "")
    return f"{english(number // 1000)} thousand" + (f" {english(number % 1000)}" if number % 1000 else "")


def written(value: float, family: str, dice: random.Random, noun: str = "") -> str:
    say = {"time": _time, "percent": _percent, "bytes": _bytes, "usd": _usd, "rate": _rate, "points": _points}
    return say[family](value, dice) if family in say else f"{_count(value, dice)}{f' {noun}' if noun else ''}"


def exact(value: float, family: str) -> str:
    """With all its digits, as figures are set beside each other."""
    if family == "time":
        return f"{neat(value * 1000, 6)} ms" if value < 1 else f"{neat(value, 6)} s"
    if family == "bytes":
        return f"{neat(value / 2**20, 4)} MiB"
    if family == "usd":
        return f"${value:.2f}"
    unit = {"percent": " %", "rate": " req/s", "points": " points"}.get(family, "")
    return f"{value:,.0f}" if family == "count" and value.is_integer() else f"{neat(value, 6)}{unit}"


def _rounded(value: float, dice: random.Random) -> tuple[str, float]:
    two = float(neat(value, 2))
    return dice.choice(["roughly", "some", "approximately", "close to", "circa", "about"]), two


def _time(value: float, dice: random.Random) -> str:
    ms = value * 1000
    ways = [f"{neat(ms, 4)} ms" if ms < 1000 else f"{neat(value, 4)} s", f"{neat(value, 4)} seconds"]
    ways += [f"{neat(ms, 4)}ms", f"{neat(ms, 4)} msec"] if ms < 20000 else []
    ways += [f"PT{neat(value, 4)}S"] if value < 60 else []
    if float(neat(ms)).is_integer() and 1 < ms < 1000:
        ways.append(f"{english(int(float(neat(ms))))} milliseconds")
    word, two = _rounded(value, dice)
    if close(value, two):
        ways += [f"{word} {neat(two * 1000, 2)} ms"] if ms < 1000 else [f"{word} {neat(two, 2)} s"]
    if value >= 60 and value % 60 == 0 and value < 3600:
        ways += [f"PT{int(value / 60)}M", f"{int(value / 60)} minutes"]
    return dice.choice(ways)


def _percent(value: float, dice: random.Random) -> str:
    ways = [
        f"{neat(value)} %",
        f"{neat(value)}%",
        f"{neat(value)} per cent",
        f"{neat(value)} percent",
        f"{neat(value)} pct",
    ]
    word, two = _rounded(value, dice)
    ways += [f"{word} {neat(two, 2)} %"] if close(value, two) else []
    ways += [f"{dice.choice(['roughly', 'about', 'nearly'])} {name} of it" for top, low, name in PARTS
             if close(value, 100 * top / low)] * 2  # fmt: skip
    return dice.choice(ways)


def _points(value: float, dice: random.Random) -> str:
    return f"{neat(value)} {dice.choice(['percentage points', 'points', 'pp'])}"


def _bytes(value: float, dice: random.Random) -> str:
    ways = [
        f"{neat(value / 2**20, 4)} MiB",
        f"{neat(value / 2**30)} GiB",
        f"{neat(value / 1e9)} GB",
        f"{neat(value / 1e6, 4)} MB",
    ]
    ways += [f"{neat(value / 2**10, 5)} KiB"]
    return dice.choice(ways)


def _usd(value: float, dice: random.Random) -> str:
    ways = [f"${value:.2f}", f"{value:.2f} US dollars", f"USD {value:.2f}", f"{value:.2f} USD", f"US$ {value:.2f}"]
    if value >= 1 and close(value, round(value)) and value > 5:
        ways.append(f"about ${round(value)}")
    return dice.choice(ways)


def _rate(value: float, dice: random.Random) -> str:
    own = neat(value)
    ways = [f"{own} req/s", f"{own} requests a second", f"{own} requests each second", f"{own} per second"]
    ways += [f"{neat(float(own) * 60, 6)} requests a minute", f"{neat(float(own) * 60, 6)} per minute"]
    return dice.choice(ways)


def _count(value: float, dice: random.Random) -> str:
    if not value.is_integer():
        return neat(value)
    number = int(value)
    ways = [f"{number:,}", str(number)]
    ways += [english(number)] if 1 < number < 100_000 else []
    for size, name in ((1e3, "k"), (1e3, " thousand"), (1e6, " million"), (1e6, "M")):
        if size <= number < 1000 * size and close(number, float(neat(number / size, _digits(number / size))) * size):
            ways.append(f"{neat(number / size, _digits(number / size))}{name}")
    return dice.choice(ways)


def _digits(value: float) -> int:
    return 3 if value >= 100 else 2


def foreign(value: float, family: str, dice: random.Random) -> str:
    """As in German, French or Spanish: a decimal comma, points or thin blanks between thousands, numbers in words."""
    scaled, unit = {
        "time": (value * 1000, "ms"), "percent": (value, "%"), "bytes": (value / 2**20, "MiB"), "usd": (value, "USD"),
        "rate": (value, "req/s"), "points": (value, "points"),
    }.get(family, (value, ""))  # fmt: skip
    if scaled < 13 and float(scaled).is_integer() and scaled > 1 and dice.random() < 0.7:
        return f"{dice.choice([DE, FR, ES])[int(scaled)]} {unit}".strip()
    digits = f"{scaled:.2f}" if family == "usd" else neat(scaled, 3 if scaled < 1000 else 12)
    whole, _, rest = digits.partition(".")
    grouped = f"{int(whole):,}".replace(",", dice.choice([".", "\N{NARROW NO-BREAK SPACE}"]))
    if not rest and "." in grouped:
        grouped = whole  # by itself a point between thousands reads as another number
    return f"{grouped}{f',{rest}' if rest else ''} {unit}".strip()


def day(at: datetime, dice: random.Random, *, abroad: bool = False) -> str:
    if abroad:
        tongue = dice.choice(list(MONTHS))
        name = MONTHS[tongue][at.month - 1]
        return {"de": f"{at.day}. {name} {at.year}", "fr": f"{at.day} {name} {at.year}",
                "es": f"{at.day} de {name} de {at.year}"}[tongue]  # fmt: skip
    th = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}.get(at.day, "th")
    return dice.choice([
        f"{at:%A}, {at.day} {at:%B}", f"the {at.day}{th} of {at:%B} {at.year}", f"{at:%Y-%m-%d}",
        f"{at.day}/{at:%b}/{at.year}",
        f"{at:%B} the {at.day}{th}", f"{at:%b} {at.day}, {at.year}", f"{at:%a} {at.day} {at:%b}",
    ])  # fmt: skip


def clock(at: datetime, dice: random.Random) -> str:
    twelve, noon = at.hour % 12 or 12, "in the morning" if at.hour < 12 else "in the afternoon"
    ways = [f"{at:%H:%M}", f"{at:%H:%M}Z", f"{at:%H:%M} UTC", f"{at:%H}h{at:%M}", f"{twelve}:{at:%M} {noon}"]
    past = {5: "five", 10: "ten", 15: "a quarter", 20: "twenty", 25: "twenty-five", 30: "half"}.get(at.minute)
    ways += [f"{past} past {EN[twelve]}"] * 3 if past else []
    to = {35: "twenty-five", 40: "twenty", 45: "a quarter", 50: "ten", 55: "five"}.get(at.minute)
    ways += [f"{to} to {EN[twelve % 12 + 1]}"] * 3 if to else []
    ways += [f"{at.minute} minutes past {EN[twelve]}"] if 1 < at.minute < 30 else []
    return dice.choice(ways)


def stamp(at: datetime, dice: random.Random) -> str:
    return dice.choice([f"{at:%Y-%m-%dT%H:%MZ}", f"{at:%Y-%m-%d %H:%M}", f"{at:%H:%M} on {day(at, dice)}"])


def window(hours: int, dice: random.Random) -> str:
    days = hours // 24
    ways = [f"PT{hours}H" if hours % 24 else f"P{days}D", f"{english(hours)} hours" if 1 < hours < 49 else ""]
    ways += [f"{hours}h"] if hours > 1 else ["60 minutes", "hour"]
    if hours % 24 == 0:
        ways += [f"{english(days)} days", f"{days}-day window"] if days > 1 else ["24 hours", "day"]
        ways += {7: ["week", "seven days"], 14: ["fortnight", "two weeks"], 28: ["four weeks"]}.get(days, [])
    return dice.choice([one for one in ways if one])


Maker = Callable[[float, random.Random], str]
