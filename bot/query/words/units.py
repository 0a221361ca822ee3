"""Units as people type them, and what a metric is measured in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Dimension: TypeAlias = Literal[
    "time", "bytes", "bits", "share", "count", "money", "heat", "power", "energy", "volume", "mass", "length", "speed"
]

TELLING: frozenset[Dimension] = frozenset({"money", "heat", "power", "energy"})  # no line of a log has such figures


@dataclass(frozen=True, slots=True)
class Unit:
    name: str
    dimension: Dimension
    size: float  # in seconds, bytes, parts of one


def _table() -> dict[str, Unit]:
    found: dict[str, Unit] = {}

    def put(dimension: Dimension, size: float, *names: str) -> None:
        unit = Unit(names[0], dimension, size)
        found.update(dict.fromkeys(names, unit))

    put("time", 1e-9, "ns", "nanoseconds", "nanosecond")
    put("time", 1e-6, "us", "µs", "microseconds", "microsecond", "usec")
    put("time", 1e-3, "ms", "milliseconds", "millisecond", "msec", "msecs", "millis")
    put("time", 1, "s", "seconds", "second", "sec", "secs")
    put("time", 60, "min", "minutes", "minute", "mins", "m")
    put("time", 3600, "h", "hours", "hour", "hrs", "hr")
    put("time", 86400, "d", "days", "day")
    put("time", 604800, "w", "weeks", "week", "wks", "wk")
    put("time", 2592000, "months", "month")
    put("time", 31536000, "years", "year", "yrs", "yr")
    put("bytes", 1, "B", "bytes", "byte")
    for power, (si, names) in enumerate(
        (("k", ("kilobytes", "kilobyte")), ("m", ("megabytes", "megabyte", "megs", "meg")),
         ("g", ("gigabytes", "gigabyte", "gigs", "gig")), ("t", ("terabytes", "terabyte")),
         ("p", ("petabytes", "petabyte"))), 1
    ):  # fmt: skip
        put("bytes", 1000**power, f"{si}b", *names, f"{si}b/s", f"{si}bytes")
        put(
            "bytes",
            1024**power,
            f"{si}ib",
            f"{si}i",
            {"k": "kibibytes", "m": "mebibytes", "g": "gibibytes"}.get(si, f"{si}ibs"),
        )
        put("bits", 1000**power, f"{si}bit", f"{si}bps", f"{si}bits", f"{si}bit/s", f"{si}bit")
    put("bits", 1, "bits", "bit", "bps")
    put("share", 0.01, "%", "percent", "pct", "percentage", "per cent")
    put("share", 1, "ratio", "fraction")
    put("count", 1e3, "k", "thousand")
    put("count", 1e6, "million", "millions", "mio")
    put("count", 1e9, "billion", "billions")
    put("heat", 1, "°c", "celsius", "degrees", "c")
    put("power", 1, "watts", "watt")
    put("power", 1e3, "kw", "kilowatts", "kilowatt")
    put("power", 1e6, "mw", "megawatts", "megawatt")
    put("power", 1e9, "gw", "gigawatts", "gigawatt")
    put("energy", 1, "joules", "joule")
    put("energy", 1e-3, "mj", "millijoules", "millijoule")
    put("energy", 3.6e3, "wh", "watt hours")
    put("energy", 3.6e6, "kwh", "kilowatt hours", "kilowatt-hours")
    put("energy", 3.6e9, "mwh", "megawatt hours")
    put("energy", 3.6e12, "gwh", "gigawatt hours")
    put("volume", 1, "liters", "liter", "litres", "litre")
    put("volume", 1e3, "cubic meters", "cubic metres", "cubic meter", "m3")
    put("mass", 1, "kg", "kilograms", "kilos")
    put("mass", 1e3, "tonnes", "tons", "tonne")
    put("length", 1, "meters", "metres")
    put("length", 0.01, "cm", "centimeters", "centimetres")
    put("length", 0.001, "mm", "millimeters", "millimetres")
    put("speed", 1, "m/s", "mps", "meters per second", "metres per second")
    put("speed", 1 / 3.6, "km/h", "kmh", "kph", "kilometers per hour", "kilometres per hour")
    put("speed", 0.44704, "mph", "miles per hour")
    put("speed", 1852 / 3600, "knots")
    put("length", 1e3, "km", "kilometers", "kilometres")
    put(
        "money",
        1,
        "dollars",
        "dollar",
        "usd",
        "$",
        "euros",
        "euro",
        "eur",
        "bucks",
        "francs",
        "franc",
        "chf",
        "aud",
        "cad",
        "nzd",
        "dkk",
        "nok",
        "czk",
        "huf",
        "mxn",
        "sgd",
        "hkd",
        "zar",
        "krw",
        "ils",
        "thb",
    )
    put("money", 0.01, "cents", "cent")
    return found


UNITS: Mapping[str, Unit] = _table()
_SUFFIXES: Mapping[str, Unit] = {
    "seconds": UNITS["s"], "second": UNITS["s"], "milliseconds": UNITS["ms"], "ms": UNITS["ms"],
    "millis": UNITS["ms"], "microseconds": UNITS["us"], "us": UNITS["us"], "nanoseconds": UNITS["ns"],
    "minutes": UNITS["min"], "hours": UNITS["h"], "days": UNITS["d"], "bytes": UNITS["bytes"], "byte": UNITS["bytes"],
    "octets": UNITS["bytes"],
    "kilobytes": UNITS["kb"], "megabytes": UNITS["mb"], "gigabytes": UNITS["gb"], "mib": UNITS["mib"],
    "kib": UNITS["kib"], "mb": UNITS["mb"], "gib": UNITS["gib"], "bits": UNITS["bits"], "bps": UNITS["bps"],
    "kbps": UNITS["kbps"], "mbps": UNITS["mbps"], "gbps": UNITS["gbps"], "mps": UNITS["m/s"], "ratio": UNITS["ratio"],
    "percent": UNITS["%"], "percentage": UNITS["%"], "pct": UNITS["%"], "dollars": UNITS["usd"], "usd": UNITS["usd"],
    "eur": UNITS["usd"], "euros": UNITS["usd"], "cents": UNITS["cents"], "celsius": UNITS["celsius"],
    "watts": UNITS["watts"], "joules": UNITS["joules"], "millijoules": UNITS["mj"], "brl": UNITS["usd"],
    "gbp": UNITS["usd"], "chf": UNITS["usd"], "sek": UNITS["usd"], "pln": UNITS["usd"], "inr": UNITS["usd"],
    "jpy": UNITS["usd"], "cny": UNITS["usd"], **dict.fromkeys(
        "aud cad nzd dkk nok czk huf mxn sgd hkd zar krw ils thb".split(), UNITS["usd"]), "temp": UNITS["celsius"],
    "temperature": UNITS["celsius"], "s": UNITS["s"],
    "kwh": UNITS["kwh"], "wh": UNITS["wh"], "kw": UNITS["kw"], "mw": UNITS["mw"], "liters": UNITS["liters"],
    "litres": UNITS["liters"], "kg": UNITS["kg"], "meters": UNITS["meters"], "km": UNITS["km"],
    "centimeters": UNITS["cm"], "cm": UNITS["cm"], "millimeters": UNITS["mm"],
    "mm": UNITS["mm"], "kmh": UNITS["km/h"], "kph": UNITS["km/h"], "mph": UNITS["mph"], "knots": UNITS["knots"],
}  # fmt: skip
_COMPOUND: Mapping[str, Unit] = {
    "watt hours": UNITS["wh"], "kilowatt hours": UNITS["kwh"], "megawatt hours": UNITS["mwh"],
    "cubic meters": UNITS["m3"], "cubic metres": UNITS["m3"],
}  # fmt: skip
_IN_HELP: tuple[tuple[str, str], ...] = (
    (r"\bin milliseconds\b|\(ms\)|\bmilliseconds\b", "milliseconds"), (r"\bin microseconds\b", "microseconds"),
    (r"\bin seconds\b|\(s\)|\(seconds\)", "seconds"), (r"\bin bytes\b|\bbytes\b", "bytes"),
    (r"\bin (?:percent|%)|\(%\)|\bpercentage\b|\b0 ?(?:to|-|\.\.) ?100\b", "percent"),
    (r"\b(?:between )?0(?:\.0)? (?:and|to) 1(?:\.0)?\b|\b0-1\b|\b0\.\.1\b", "ratio"), (r"\bin MiB\b", "mib"),
    (r"\bin MB\b", "mb"), (r"\bin hours\b", "hours"), (r"\bin minutes\b", "minutes"), (r"\bin days\b", "days"),
    (r"\(in W\)|\bin watts\b", "watts"), (r"\bin mJ\b|\bmillijoules\b", "millijoules"),
)  # fmt: skip


def measured_in(unit: str, words: tuple[str, ...], about: str) -> Unit | None:
    """By its declared unit, else by its name, else by its help text."""
    if found := _SUFFIXES.get(unit.lower()) or UNITS.get(unit.lower()):
        return found
    said = [word for word in words if word not in ("total", "sum", "count")]
    if "per" in said:  # `euros_per_kwh` is money, `meters_per_second` no length
        ahead = said[: said.index("per")]
        if said[-3:] in (["meters", "per", "second"], ["metres", "per", "second"]):
            return UNITS["m/s"]
        return measured_in("", tuple(ahead), "") if not {"meters", "km", "meter"} & set(ahead) else None
    if compound := _COMPOUND.get(" ".join(said[-2:])):
        return compound
    if said[-2:] in (["k", "wh"], ["k", "w"], ["m", "w"], ["m", "wh"]):  # kWh
        return _SUFFIXES.get("".join(said[-2:]), UNITS["mwh"])
    for word in said[:-4:-1]:
        if word in _SUFFIXES and word not in ("s",):
            return _SUFFIXES[word]
        if word in ("utilization", "util"):
            break
    for expression, name in _IN_HELP:
        if re.search(expression, about):
            return _SUFFIXES[name]
    return None


_ALONE = ("count", "time", "bytes", "money", "heat", "power", "energy", "volume", "mass", "length", "speed")


def factor(given: Unit, held: Unit | None) -> float | None:
    """What to multiply a figure in `given` by to compare it with a metric in `held`; None: they cannot be compared."""
    if held is None or given.dimension == "count":
        return given.size if given.dimension in _ALONE else None
    if given.dimension == held.dimension:
        return given.size / held.size
    if (given.dimension, held.dimension) == ("bits", "bytes"):
        return given.size / 8 / held.size
    if (given.dimension, held.dimension) == ("bytes", "bits"):
        return given.size * 8 / held.size
    return None
