"""How figures are written, in one place, so that both chats and the plain text show the same digits."""

import math
import re
from datetime import datetime, timedelta

_BYTES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def plain(value: float) -> str:
    """A number as people write it: three significant digits, no exponent, thin enough for a phone."""
    if math.isnan(value):
        return "no data"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def measured(value: float, unit: str) -> str:
    """A number with its unit, scaled to the size people say: `412 ms`, `3.2 %`, `1.9 GiB`, `$ 12.40`."""
    if math.isnan(value) or math.isinf(value):
        return plain(value)
    match unit:
        case "seconds":
            return _seconds(value)
        case "bytes":
            return _bytes(value)
        case "bytes/s":
            return f"{_bytes(value)}/s"
        case "ratio":
            return f"{plain(value * 100)} %"
        case "percent":
            return f"{plain(value)} %"
        case "usd":
            return f"$ {value:,.2f}"
        case "":
            return plain(value)
        case _:
            return f"{plain(value)} {unit}"


def axis(unit: str, most: float) -> tuple[float, str]:
    """What to multiply by, and the unit then, so that an axis shows the numbers people say."""
    match unit:
        case "seconds" if most < 1:
            return 1000.0, "ms"
        case "seconds":
            return 1.0, "s"
        case "ratio":
            return 100.0, "percent"
        case "bytes":
            power = min(len(_BYTES) - 1, max(0, int(math.log(most, 1024)))) if most > 0 else 0
            return 1024.0**-power, _BYTES[power]
        case _:
            return 1.0, unit


def change(now: float, usual: float) -> str:
    """`+441 %` against what is usual; words where a percentage would mean nothing."""
    if math.isnan(now) or math.isnan(usual) or usual == 0:
        return "from none" if now else "unchanged"
    percent = (now - usual) / abs(usual) * 100
    if abs(percent) < 0.5:
        return "unchanged"
    return f"{percent:+.0f} %" if abs(percent) >= 10 else f"{percent:+.1f} %"


def against(now: float, then: float) -> str:
    return "no data to compare" if math.isnan(now) or math.isnan(then) else change(now, then)


def risen(now: float, usual: float) -> str:
    """`+441 %` of 650 against 120: cut off, not rounded, so that nothing is told larger than it was."""
    if math.isnan(now) or math.isnan(usual) or usual == 0:
        return ""
    return f"{int(round((now - usual) / abs(usual) * 100, 6)):+,d} %"


def span(duration: timedelta) -> str:
    """`45 s`, `12 min`, `3 h`, `2 d 4 h`."""
    seconds = round(duration.total_seconds())
    parts: list[str] = []
    for size, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts[:2]) or "0 s"


def clock(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M") + (" UTC" if at.utcoffset() == timedelta(0) else at.strftime(" %Z"))


def _seconds(value: float) -> str:
    size = abs(value)
    if size < 0.001 and size:
        return f"{plain(value * 1e6)} µs"
    if size < 1:
        return f"{plain(value * 1000)} ms"
    if size < 120:
        return f"{plain(value)} s"
    if size > 1e9:  # more than thirty years: no duration people speak of
        return f"{plain(value)} s"
    return ("-" if value < 0 else "") + span(timedelta(seconds=size))


def _bytes(value: float) -> str:
    power = 0
    while abs(value) >= 1024 and power < len(_BYTES) - 1:
        value /= 1024
        power += 1
    return f"{plain(value)} {_BYTES[power]}"


_WORTH = re.compile(r"(-?[\d,]+(?:\.\d+)?) ?(µs|ms|min|s|h|d|[KMGTP]iB|B)?")
_SIZES = {"µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_SIZES |= {name: 1024.0**power for power, name in enumerate(_BYTES)}


def order(cell: str | float) -> tuple[int, float, str]:
    """By what to sort a table: numbers as they are, written ones by their worth (`2 s` after `412 ms`), then words."""
    if not isinstance(cell, str):
        return (1, 0.0, "") if math.isnan(cell) else (0, cell, "")
    found = _WORTH.findall(cell.removeprefix("$ "))
    if not found or not re.match(r"[$+-]? ?\d", cell):
        return (1, 0.0, cell.casefold())
    return (0, sum(float(number.replace(",", "") or 0) * _SIZES.get(unit, 1.0) for number, unit in found[:2]), cell)


_CONDITIONS = ("above", "below", "over ", "under ", "beyond", "at least", "at most", "more than", "less than", "<", ">")


def compared(seen: str, normal: str) -> str:
    """What was seen, and what it is held against: “650 ms (limit: above 500 ms)”, “12 % (normal: 3 %)”.

    Most sources tell the condition of the rule, some what is usual; a condition must not be called normal.
    """
    against = f"{'limit' if normal.lower().startswith(_CONDITIONS) else 'normal'}: {normal}" if normal else ""
    return f"{seen} ({against})" if seen and against else seen or against
