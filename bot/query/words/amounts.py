"""Figures in a question: quantiles, limits, thresholds, ranks, units, what a rate is per."""

import re
from dataclasses import dataclass

from bot.query.plan import CompareOp
from bot.query.words.masked import Masked
from bot.query.words.units import UNITS, Unit

NUMBER = (
    r"(?P<v>(?:(?<![\w.])-)?\d+(?:[.,]\d+)*|zero|none|once|twice|three times|a hundred|a thousand"
    r"|an?(?= (?:second|minute|hour|day|week)\b)|one|two|three|four|five|ten)"
)

_VALUES = {"a": 1, "an": 1, "zero": 0, "none": 0, "once": 1, "twice": 2, "three times": 3, "a hundred": 100,
           "a thousand": 1000,            "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}  # fmt: skip

_UNIT_NAMES = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True))

_OPS: tuple[tuple[str, CompareOp], ...] = (
    (r">=|at least|no less than|not less than|minimum of|no fewer than", ">="),
    (r"<=|at most|no more than|not more than|up to|maximum of|within|in under|not over", "<="),
    (r">|more than|greater than|over|above|exceed(?:s|ed|ing)?|higher than|larger than|bigger than|longer than"
     r"|slower than|older than|beyond|in excess of|hotter than|warmer than|past|heavier than|worse than|surpass\w*"
     r"|reach(?:es|ed|ing)?|not within|upwards of", ">"),
    (r"<|less than|fewer than|under|below|lower than|smaller than|shorter than|faster than|quicker than|younger than"
     r"|colder than|cooler than|inside|better than", "<"),
    (r"(?:drier|emptier|lighter|weaker|thinner|quieter|poorer|cheaper|nearer|closer|looser|flatter) than", "<"),
    (r"[a-z]{3,}(?<!slow)(?<!fast)(?<!low)(?<!few)(?<!small)(?<!short)er than", ">"),
    (r"==|equals?(?: to)?|exactly|=", "=="),
)  # fmt: skip


@dataclass(frozen=True)
class Threshold:
    op: CompareOp
    value: float
    unit: Unit | None
    place: int = 0
    counted: bool = False  # so many times


@dataclass(frozen=True)
class Top:
    count: int
    bottom: bool
    said: bool  # a number was said, or "which"


_QUANTILES = r"p\d{2}(?:\.\d+)?"


def quantile(text: Masked) -> float | None:
    while (
        (match := text.find(_QUANTILES))
        and text.text[match.end() :].find("p9") >= 0
        and re.search(r"\bp9\d", text.text[match.end() :])
    ):
        text.blank(match.start(), match.end())
    if match := text.take(
        r"p(?P<a>\d{2}(?:\.\d+)?|\d{3})(?:s|'s)?|(?P<b>\d{2}(?:\.\d+)?)(?:th|st|nd|rd)?[ -]?"
        r"(?:percentiles?|pctl|pct(?=ile)|(?<=th )pct|(?<=th-)pct|%ile|quantiles?)"
        r"|(?P<c>\d{2}(?:\.\d+)?)p|(?P<d>0\.\d+)[ -]quantile"
        r"|quantile (?P<e>0?\.\d+)|percentile (?P<f>\d{2}(?:\.\d+)?)|(?<!since )(?<!since the )(?<!from the )"
        r"(?P<g>\d{2})th"
    ):
        said = next(part for part in match.groups() if part)
        value = float(said)
        if len(said) == 3 and "." not in said:
            value /= 10  # p999
        return round(value / 100 if value >= 1 else value, 6)
    if text.find(r"medians?|typical|typically"):
        return 0.5
    return None


_SPANS = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?|x|percent|%|nights?)"


_SPELLS = r"(?:quarters?|weekends?|mornings?|evenings?|afternoons?|samples?|scrapes?|points?|values?|runs?|percent)"


def limit(text: Masked) -> int | None:
    kinds = r"(?P<kind>log lines?|lines?|logs?|log entries|entries|log messages|messages|events?|errors?|warnings?)"
    if match := text.find(
        r"(?:(?:last|latest|newest|most recent|recent|first|max|limit|at most|up to|only)\s+)"
        rf"(?P<n>\d+)\s+(?!{_SPANS}\b)(?:[\w-]+ ){{0,3}}?{kinds}"
    ):
        text.blank(match.start(), match.end("n"))
        return int(match["n"])
    if match := text.find(rf"(?P<n>\d+) (?:newest|latest|last|most recent|recent) (?:[\w-]+ ){{0,3}}?{kinds}"):
        text.blank(*match.span("n"))
        return int(match["n"])
    newest = r"(?:newest|latest|most recent)"
    if match := text.find(rf"(?P<said>(?P<n>\d+) {newest}|{newest} (?P<m>\d+)) (?!{_SPANS}\b)[a-z]\w+"):
        text.blank(*match.span("said"))
        return int(match["n"] or match["m"])
    if match := text.find(r"(?P<n>\d+) (?:log )?(?:lines?|entries|logs)"):
        text.blank(match.start("n"), match.end("n"))
        return int(match["n"])
    if match := text.take(r"(?:last|latest|newest|most recent) (?P<n>\d+)(?=\s*(?:[?.,]|$))"):
        return int(match["n"])
    few = rf"(?:last|latest|newest|most recent) (?P<n>\d+) (?!{_SPANS}\b|{_SPELLS}\b)(?=[a-z_]{{2,}}|[45]| )"
    if match := text.find(few, bare=True):
        text.blank(match.start(), match.end("n"))
        return int(match["n"])
    if match := text.take(r"limit(?: of| to)? (?P<n>\d+)"):
        return int(match["n"])
    return None


def each(text: Masked) -> float:
    if match := text.find(r"per (?P<n>1000|1,000|1k|thousand|million|1m|100|hundred|10k)(?= [a-z])"):
        text.blank(match.start("n"), match.end("n"))
        return {"thousand": 1e3, "1k": 1e3, "1,000": 1e3, "1000": 1e3, "10k": 1e4, "100": 100, "hundred": 100}.get(
            match["n"], 1e6
        )
    return 1.0


_PER = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def per(text: Masked) -> int | None:
    for names, size in (("rps|qps|tps|iops|eps|mps", 1), ("rpm|qpm|tpm", 60), ("hourly", 3600), ("daily", 86400)):
        if text.find(names):
            return size
    if match := text.take(
        r"(?:(?<!half )(?<!than )(?<!vs )(?<!over )(?<!about )(?<!in )(?<!within )"
        r"(?<!inside )(?<!of )(?<!, )(?<!under )(?<!above )(?<!below )(?<!beyond )(?<!exceeding )(?<!least )(?<!most )"
        r"(?:a|an|each|every)|per)[ -](?P<u>s|sec|second|m|min|minute|h|hr|hour|d|day)(?! ago| before|"
        r" earlier| back| and| window| of the)"
    ):
        return _PER[match["u"][0]]
    if match := text.take(
        r"(?:(?<=[a-z])(?<!\d m)(?<!\dm)(?<!\d mm)(?<!\d cm)(?<!\d km)(?<!\dkm)(?<!\d l)|(?<=\b[1-5]\d\d))"
        r"/ ?(?P<u>s|sec|second|m|min|minute|h|hr|hour|d|day)\b",
        bare=True,
    ):
        return _PER[match["u"][0]]
    return None


# What says in which unit a sensor measures adds nothing to the figure; some of it names what is measured.
_PHYSICAL = (
    r"(?: ?(?:(?P<told>lux|ppm|mbar|kpa|psi|hz|khz|dbm|bpm|rpm|knots)"
    r"|mm/s2?|m/s|km/h|cm/s|l/min|m3/h|g/l|mg/l|bar|nm|mhz|db|volts?|amps?|amperes?|[vla]|ohms?|points?|degrees?"
    r"|mm|cm|meters?|litres?|liters?|kg|tons?|fps|items|units|pieces|people))?"
)


_SPEED = r"(?:[kcm]?m|l|kg|g|m3)/(?:s2?|h|min|l|m3)\b"  # `20 m/s` is no time


def threshold(text: Masked, *, figured: bool = False) -> Threshold | None:
    """`figured`: a figure of a span is asked for, so that `over 6 hours` is that span."""
    if match := text.take(r"(?:is |are |that is |that are |was |were )?(?:not |non[- ]?)(?:zero|empty|0)"):
        return Threshold(">", 0, None, match.start())
    for words, op in _OPS:
        expression = (
            rf"(?P<op>{words})\s*(?:of |a |the |about |around |\$|€)?{NUMBER}\s?"
            rf"(?:(?!{_SPEED})(?P<unit>{_UNIT_NAMES}))?{_PHYSICAL}"
            r"(?:\s*(?P<rate>/|per|a|an|each|every)\s*(?P<u>s|sec|second|min|minute|hour|h|day"
            r"|m))?(?![\w%])"
        )
        match = text.find(rf"(?<![\w.]){expression}", bare=True)
        if match and re.match(r"\s*(?:ago|earlier|before|back)\b", text.text[match.end() :]):
            if not re.fullmatch(r"(?:more|less|longer|older) than", match["op"]):
                continue  # "higher than 2 h ago" compares, "more than 90 days ago" bounds an age
            text.blank(match.start(), match.end())
            return Threshold(op, _value(match["v"]), UNITS.get(match["unit"] or ""), match.start())
        if (
            match
            and match["op"] == "="
            and UNITS.get(match["unit"] or "")
            and _SPAN_SAID.search(text.text[: match.start()])
        ):
            continue  # `last month = 30 days`
        if match and not _is_window(text.text, match, figured):
            adjective = _ADJECTIVE.fullmatch(match["op"])
            end = match.start("told") if match["told"] else match.end()
            text.blank(match.start() + (len(adjective["base"]) if adjective else 0), end)
            unit = UNITS.get(match["unit"] or "")
            moves = _MOVES.match(text.text[match.end("v") :]) is not None
            if moves or (
                unit is not None and unit.dimension in ("share", "speed")
            ):  # a speed, or a share of what is wanted
                op = {"slower than": "<", "faster than": ">"}.get(match["op"], op)  # type: ignore[assignment]
            if match["op"] in ("worse than", "better than") and _THE_MORE.search(text.text[: match.start()]):
                op = "<" if match["op"] == "worse than" else ">"
            counted = text.take(r"times") is not None if text.text[match.end() :].startswith(" times") else False
            return Threshold(op, _value(match["v"]), unit, match.start(), counted)
    return None


_MOVES = re.compile(
    r" ?(?:rpm|bpm|fps|knots|k?hz|mhz|km/h|kmh|mph|m/s|m/min|[kmg]i?b(?:it)?(?:/s|ps)|/ ?(?:s|sec|min|h)\b|per )"
)
# The less of these, the worse.
_THE_MORE = re.compile(
    r"\b(?:hits?|success\w*|availability|uptime|scores?|quality|rating|health|battery|signal|accuracy|free|satisfaction"
    r"|apdex|efficiency|yield|throughput|speed|fps|mos|coverage|delivered|deliver(?:y|ability)|win|conversion)\b"
)
_ADJECTIVE = re.compile(r"(?P<base>stale|fresh|late|loud|dirt|wid|deep|tall|bright|noisi?)e?r than")


_SPAN_SAID = re.compile(r"\b(?:last|past|this|previous) \w+ *$")
_LATE = re.compile(r" ?(?:late|old|behind|overdue|stale|delayed|apart|long|early)\b")
LONGEST = 93 * 86400  # seconds


def _is_window(text: str, match: re.Match[str], figured: bool) -> bool:
    """`over 2h` and `within 10 minutes` are spans of time, `over 2s` and `under 300 ms` are bounds."""
    unit = UNITS.get(match["unit"] or "")
    if match["op"] in ("up to", "reach") and not unit:
        return False
    if re.search(r"last|past", match["op"]) or (match["v"] in ("one", "a hundred") and not unit):
        return unit is not None and unit.dimension == "time"
    if unit is None or unit.dimension != "time":
        return False
    if _LATE.match(text[match.end() :]):
        return False
    share = re.search(r"\b(?:share|fraction|percent\w*|%|portion|proportion|ratio|how many|slower|faster)\b", text)
    if match["op"] in ("over", "within", "past", "beyond", "in under", "under", "inside", "less than", "below"):
        if match["op"] in ("within", "in under", "under", "less than", "below", "inside") and re.search(
            r"expir|run out|full|renew", text
        ):
            return True
        if match["op"] == "within":
            return not (share or unit.size < 60)
        if match["op"] == "over":
            aged = re.search(
                r"\b(?:old|older|age|lag|behind|delay\w*|latency|duration|took|take|lasted|lasting|wait\w*|long\w*"
                r"|running|runtime)\b[^,]*$",
                text[: match.start()],
            )
            if re.match(r" *(?:late|behind|old|overdue|delayed|apart|away|off)\b", text[match.end() :]):
                return False
            figure = re.search(r"\b(?:longest|slowest|highest|max\w*|avg|average|mean|median|p\d\d|peak)\b", text)
            far = _value(match["v"]) * unit.size > LONGEST  # no window reaches so far back
            return unit.size >= 60 and not far and not (aged and not (figure or figured))
    return False


def late_threshold(text: Masked) -> Threshold | None:
    """`20 % free or less`, `500 or more`, `= 0`."""
    if match := text.take(rf"{NUMBER}\s?(?P<unit>{_UNIT_NAMES})? or (?P<op>more|less|higher|lower|fewer|older|longer)"):
        op: CompareOp = ">=" if match["op"] in ("more", "higher", "older", "longer") else "<="
        return Threshold(op, _value(match["v"]), UNITS.get(match["unit"] or ""), match.start())
    return None


def _value(text: str) -> float:
    if text in _VALUES:
        return _VALUES[text]
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    return (
        float(text.replace(",", ".", 1))
        if text.count(".") + text.count(",") <= 1
        else float(text.replace(",", "").replace(".", ""))
    )


def unit(text: Masked, values: frozenset[str] = frozenset()) -> Unit | None:
    said = r"(?P<u>" + _UNIT_NAMES + r"|percentages?)"
    if match := text.find(
        r"(?:shown |expressed |measured |given |converted |reported )?(?:in|as|to|into) "
        rf"{said}(?: per (?:second|sec|s))?(?! ago| before| earlier| later| prior)"
    ):
        found = UNITS.get(match["u"]) or UNITS.get(match["u"].rstrip("s"))
        placed = found is not None and (found.dimension == "money" or (len(match["u"]) < 3 and match["u"] != "ms"))
        if placed and match["u"] in values:
            return None  # "in eur", "in us": a place or a currency, where a label has it
        text.blank(match.start(), match.end())
        return found
    if match := text.find(
        rf"(?<=,)\s*{said}(?:/s|ps| per (?:second|sec|s))?\s*[?.]?$|(?<=\s){said.replace('?P<u>', '?P<u2>')}"
        r"(?:/s| per (?:second|sec|s))\s*[?.]?$",
        bare=True,
    ):
        found = UNITS.get(match["u"] or match["u2"])
        placed = len(match["u"] or match["u2"]) < 3 and (match["u"] or match["u2"]) in values - {"ms"}
        if found is not None and found.dimension != "count" and not placed:
            text.blank(match.start(), match.end())
            return found
    if match := text.take(rf"[(\[]{said}[)\]]", bare=True):
        return UNITS.get(match["u"])
    if match := text.find(
        r"how many (?P<u>[kmgt]i?b|gigs|megs|gigabytes|megabytes|kilobytes|terabytes|gibibytes"
        r"|mebibytes|milliseconds|ms)"
    ):
        text.blank(match.start("u"), match.end("u"))
        return UNITS[match["u"]]
    if match := text.find(
        r"(?<!\d )(?P<u>days|hours|hrs|minutes|mins|weeks|seconds|secs)"
        r" (?:until|till|to|since|left|before|remaining|from (?:the )?last)"
    ):
        text.blank(match.start("u"), match.end("u"))
        return UNITS[match["u"]]
    if match := text.find(
        r"how many (?P<u>days|hours|minutes|weeks)(?= (?:until|till|before|to|since|ago|left|in|during|of|did"
        r"|remain|has|have|is|are|was|old))"
    ):
        text.blank(match.start("u"), match.end("u"))
        return UNITS[match["u"]]
    if match := text.find(r"(?<!\d )(?P<u>days|hours|minutes|weeks|seconds)(?= of [a-z])"):
        text.blank(match.start("u"), match.end("u"))
        return UNITS[match["u"]]
    if text.find("%|percentages?|percent|pct|porcentage"):
        return UNITS["%"]
    match = text.find(rf"(?<!(?<![a-z])\d )(?P<u>{_BARE_UNITS})(?:/s|ps)?")
    if match and match["u"] not in values and not re.search(r"\bper\s+$", text.text[: match.start()]):
        text.blank(match.start(), match.end())
        return UNITS[match["u"]]
    return None


# Units that are said on their own: `GB sent today`, `mean latency ms`.
_BARE_UNITS = (
    r"[kmgt]i?b|km|kilomet(?:er|re)s|m3|[kmg]bit|[kmg]bps|ms|msecs?|millis|milliseconds|[kmg]w|[kmg]wh|gigabytes|megabytes|terabytes|kilobytes"
    r"|gibibytes|mebibytes|gigs|megs|kilos|kilograms|kg|litres|liters|tonnes"
)

# How a list is to be sorted is no rank: everything is shown.
SORTED = r"(?:slowest|fastest|highest|lowest|largest|smallest|biggest|busiest|worst|most|oldest|newest) first"

_BOTTOM = (
    "lowest|least|smallest|fewest|shortest|fastest|quickest|bottom"
    "|coldest|minimum|emptiest|weakest|driest|poorest|youngest|newest|quietest"
)

_TOP = (
    "stalest|warmest|deepest|strongest|loudest|wettest|highest|most|largest|biggest|longest|slowest|busiest|hottest|worst|greatest|top|heaviest"
    "|maximum|oldest|fullest|noisiest|costliest|dearest|max"
)

# `brightest`, `windiest`: any other adjective in the highest degree.
SUPERLATIVE = (
    r"(?!latest|interest|request|contest|protest|harvest|manifest|digest|suggest|invest|conquest|earliest)"
    r"[a-z]{3,}(?:i|[^aeiou])est"
)

_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_NUMBERS = "|".join(_COUNTS)


SEVERAL = 10  # `top reasons` names no number


def top(text: Masked) -> Top | None:
    count = rf"(?P<n>\d{{1,3}}|{_NUMBERS})"
    if match := text.take(rf"(?P<w>top|best|{_TOP}|bottom|{_BOTTOM})[ -](?![45]\d\d\b){count}"):
        return Top(_counted(match["n"]), match["w"] in _BOTTOM.split("|"), True)
    if match := text.find(rf"{count} (?:[\w]+ ){{0,3}}(?P<w>{_TOP}|{_BOTTOM})"):
        text.blank(*match.span("n"))
        text.blank(*match.span("w"))
        return Top(_counted(match["n"]), match["w"] in _BOTTOM.split("|"), True)
    if behind := _top_behind(text):
        return behind
    if text.find(r"top (?:[a-z-]+ ){0,2}(?!the|this|last|class)[a-z-]{3,}[^s\W]s") and not text.find("which"):
        return Top(SEVERAL, False, True)
    which = bool(text.find(r"which|what (?!is|was|are|were|'s)|who|whose|where|name the"))
    if match := text.find(rf"(?P<w>{_BOTTOM})"):
        return Top(1, True, which)
    if match := text.find(rf"(?P<w>{_TOP})"):
        return Top(1, False, which)
    if text.find(SUPERLATIVE):
        return Top(1, False, which)
    return None


def _top_behind(text: Masked) -> Top | None:
    """`noisiest clients, five of them`."""
    count = rf"(?P<n>\d{{1,2}}|{_NUMBERS})"
    ranked = text.find(rf"(?P<w>{_TOP}|{_BOTTOM})")
    match = text.find(rf"{count} of (?:them|those|these)") or text.find(rf"(?<=,) *{count} *[?.!]*$", bare=True)
    if ranked is None or match is None:
        return None
    text.blank(*match.span())
    return Top(_counted(match["n"]), ranked["w"] in _BOTTOM.split("|"), True)


def _counted(text: str) -> int:
    return _COUNTS.get(text) or max(1, int(text))
