"""Times as people type them: a window, where it ends, what it is compared with, how far ahead. In their own zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.query.plan import NONE
from bot.query.words.days import DAYS, at, date_of, day_of, day_of_month, tonight, weekend
from bot.query.words.masked import Masked

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "half a": 0.5,
    "half an": 0.5, "half": 0.5, "a half": 0.5, "a couple of": 2, "a couple": 2, "couple of": 2, "couple": 2,
    "quarter of an": 0.25, "a quarter of an": 0.25, "a few": 3, "few": 3,
}  # fmt: skip
SIZES = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "M": 2592000, "y": 31536000, "f": 1209600, "q": 7776000}

COUNT = r"(?P<n>\d+(?:\.\d+)?|(?:" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + r")(?=[ -]))"
UNIT = (
    r"(?P<u>seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w|fortnights?|months?|mo"
    r"|quarters?|years?|yrs?|y)"
)
SPAN = rf"{COUNT}[ -]*{UNIT}(?:(?: and)? ?(?P<n2>\d+) ?(?P<u2>s|secs?|m|mins?|minutes?|h|hours?))?"
CLOCK = r"(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s*[ap]\.?m\.?)?|(?:1[0-2]|[1-9])\s*[ap]\.?m\.?|noon|midday|midnight"
DAY = r"(?P<day>(?:" + "|".join(f"{day[:3]}(?:{day[3:]})?" for day in DAYS) + r"))"
_BEFORE = r"(?:of|for|in|over|during|within|across|on|from|throughout|at|through)"
_LAST = r"(?:last|past|previous|preceding|trailing|recent|most recent|latest)"
_THEN = (
    r"(?:the )?(?:same|this) (?:time|hour|moment|period|day|window)(?: of(?: the)? day)?"
    r"(?: (?:on|of|a))? ?(?:the )?"
)
_PART = r"(?:morning|afternoon|evening|night|noon)"
_FUTURE = (
    r"will|going to|gonna|predict\w*|forecast\w*|project(?:ed|ions?)|expect\w*|extrapolat\w*|expir\w*"
    r"|fills?|full|run(?:s|ning)? out|end(?:s|ing)?(?! of)|laps\w*|renew\w*"
    r"|judging|going by|based on the|at (?:this|the) (?:rate|pace|speed)|exhaust\w*|from now"
    r"|ahead|due|if (?:it|this|they|things) (?:goes|go|continues?|keeps?|stays?|carr\w+)"
)
TOO_FAR = timedelta(days=36500)


@dataclass(frozen=True)
class When:
    window: timedelta = NONE  # how long, when a span was asked for
    ago: timedelta = NONE  # how long before now it ends; without a window: the moment asked about
    against: timedelta = NONE  # how far back the other side of a comparison lies
    ahead: timedelta = NONE
    start: datetime | None = None  # calendar edges, for lists and graphs
    end: datetime | None = None
    beyond: str = ""  # a time no source can tell about, in the asker's words
    calendar: bool = False

    @property
    def asked(self) -> bool:
        return bool(self.window or self.ago or self.against or self.ahead)


def read(text: Masked, now: datetime, zone: str) -> When:
    local = now.astimezone(ZoneInfo(zone))
    found = _ahead(text, local) or When()
    if not (against := _against(text, local)) and (then := _then(text)):
        return _merge(found, then)
    found = _merge(found, _clock(text, local) or _span(text) or _calendar(text, local) or _bare(text))
    return _merge(found, When(against=against)) if against else _ago(text, found)


def _then(text: Masked) -> When | None:
    """`same time last week`: that moment, and not the week."""
    for words, days in (("yesterday", 1), ("last week", 7)):
        if text.take(rf"(?<!since )(?:at )?(?:{_THEN}{words}|{words} (?:at )?(?:this|the same|same) (?:time|hour))"):
            return When(ago=timedelta(days=days))
    return None


def _merge(first: When, second: When | None) -> When:
    if second is None:
        return first
    return When(
        second.window or first.window,
        second.ago or first.ago,
        second.against or first.against,
        second.ahead or first.ahead,
        second.start or first.start,
        second.end or first.end,
        second.beyond or first.beyond,
        second.calendar or first.calendar,
    )


def seconds(match: re.Match[str]) -> timedelta:
    try:
        total = number(match["n"]) * size(match["u"])
        if match["n2"]:
            total += float(match["n2"]) * size(match["u2"])
        return timedelta(seconds=total)
    except OverflowError:
        return TOO_FAR


def number(text: str | None) -> float:
    return NUMBERS.get(text or "a") or float(text or 1)


def size(unit: str) -> int:
    return SIZES["M" if unit.startswith("mo") else unit[0]]


def _ahead(text: Masked, local: datetime) -> When | None:
    if match := text.take(rf"(?:in|over|for|within|during)? ?(?:the )?(?:next|coming|following|upcoming) {SPAN}"):
        return When(ahead=seconds(match))
    if match := text.take(r"(?:in|over|for|within|during)? ?(?:the )?(?:next|coming) " + UNIT):
        return When(ahead=timedelta(seconds=size(match["u"])))
    if match := text.take(rf"(?:in )?{SPAN} (?:from now|ahead|out(?! of))"):
        return When(ahead=seconds(match))
    if text.find(_FUTURE):
        if match := text.take(rf"(?:(?:with)?in|for|after) (?:under|about|less than|at most|the next)? ?{SPAN}"):
            return When(ahead=seconds(match))
        if match := text.take(r"(?:by|before)? ?(?:tomorrow|tmrw)"):
            return When(ahead=timedelta(days=1))
        if match := text.take(r"(?:by|before|until) (?:the )?(?:end of (?:the )?day|midnight|tonight)"):
            tomorrow = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
            return When(ahead=tomorrow - local)
        if match := text.take(r"(?:this|within a|within the|in a) (?P<u>week|month|day)"):
            return When(ahead=timedelta(seconds=size(match["u"])))
    if text.take(
        r"(?:by |at )?(?:(?:this|the same) time tomorrow|tomorrow(?: at)? (?:the )?(?:same|this) (?:time|hour))"
    ):
        return When(ahead=timedelta(days=1))
    if match := text.take(r"tomorrow|next (?:week|month|year|hour)"):
        return When(beyond=match[0])
    return None


def _against(text: Masked, local: datetime) -> timedelta:
    """Only times that are said as the other side of a comparison."""
    if match := text.take(
        rf"{_VERSUS} (?:the )?(?:same time (?:on )?)?(?:last |on |the previous )?{DAY}"
        r"(?: (?:at )?(?:the )?(?:same|this) (?:time|hour))?"
    ):
        number_of = next(i for i, day in enumerate(DAYS) if day[:3] in match["day"])
        return timedelta(days=(local.weekday() - number_of) % 7 or 7)
    for words, found in _SIDES:
        if match := text.take(rf"{_VERSUS} (?:the |that of |those of |it was |was |traffic |at )?(?:{words})"):
            return found
        match = text.find(rf"{_STRONG} (?P<gap>(?:[\w.%/-]+ ){{1,6}}?)(?P<side>{words})")
        if match and re.search(r"\b(?:in|over|during|for|within)(?: the)? $", match["gap"]):
            match = None
        match = match or text.find(rf"than (?:it was |they were |the |at |during )+(?P<side>{words})")
        if match:
            text.blank(match.start("side"), match.end("side"))
            return found
        if text.find(_COMPARING) and (
            match := text.find(rf"(?:and|from|to|with|since) (?P<gap>(?:[\w.%/-]+ ){{0,3}}?)(?P<side>{words})")
        ):
            if re.search(r"\b(?:in|over|during|for|within)(?: the)? $", match["gap"]):
                continue
            text.blank(match.start("side"), match.end("side"))
            return found
    for marker in (_STRONG, "than", "and|from|to|with|since"):
        side = (
            r"(?:the )?(?:(?:value|level|one|number)s? )?(?:from |of )?"
            + SPAN
            + r" (?:ago|earlier|before|previously|back|prior)"
        )
        if marker.startswith("and") and not text.find(_COMPARING):
            continue
        bound = r"(?<!more )(?<!less )(?<!older )(?<!longer )(?<!later )(?<!earlier )" if marker == "than" else ""
        if match := text.find(rf"{bound}(?:{marker}) (?:[\w.%/-]+ ){{0,5}}?(?P<side>{side})"):
            text.blank(match.start("side"), match.end("side"))
            return seconds(match)
    for words, unit in (("w[ /-]?o[ /-]?w", "w"), ("d[ /-]?o[ /-]?d", "d"), ("h[ /-]?o[ /-]?h", "h")):
        if text.take(words):
            return timedelta(seconds=SIZES[unit])
    if match := text.take(r"(?P<u>hour|day|week|month)[ -](?:over|on)[ -](?P=u)"):
        return timedelta(seconds=size(match["u"]))
    return NONE


_STRONG = (
    r"(?:vs\.?|versus|against|compared? (?:to|with|against)|comparison (?:to|with)|relative to|minus|divided by"
    r"|differ\w* from)"
)
_VERSUS = rf"(?:{_STRONG[3:-1]}|than)"
_COMPARING = (
    r"compar\w+|differ\w*|percent(?:age)? change|change|changed|ratio|grown|grew|growth"
    r"|increase[d]?|decrease[d]?|more|less"
    r"|fewer|higher|lower|up|down|(?<!till )(?<!until )(?<!to )now"
)
_SIDES = (
    (rf"{_THEN}(?:yesterday|the day before|previous day)", timedelta(days=1)),
    (
        rf"{_THEN}last week|(?:this|the same) (?:time|hour|day) a week ago|{_THEN}(?:the )?(?:previous|prior) week",
        timedelta(days=7),
    ),
    (rf"{_THEN}last month", timedelta(days=30)),
    (
        r"yesterday(?:'s)?(?: at)?(?: (?:this|the same|same)(?: \w+)? (?:time|hour|moment))?"
        r"(?: (?:this|the same) time)?",
        timedelta(days=1),
    ),
    (
        r"last week(?: at this time| same time)?|(?:the )?(?:previous|prior|past) week(?!s)" r"|(?:the )?week before",
        timedelta(days=7),
    ),
    (
        r"(?:the )?(?:hour|60 minutes) (?:before|earlier|prior)|(?:the )?(?:previous|prior"
        r"|preceding) hour|last hour",
        timedelta(hours=1),
    ),
    (
        r"(?:the )?(?:day|24 ?h(?:ours)?) (?:before|earlier|prior)|(?:the )?(?:previous|prior"
        r"|preceding|last) (?:day|24 ?h(?:ours)?)",
        timedelta(days=1),
    ),
    (r"last month|(?:the )?(?:previous|prior) month|(?:the )?month before", timedelta(days=30)),
)


def _ago(text: Masked, found: When) -> When:
    if match := text.take(rf"(?:as of |as it was |from |since )?{SPAN} (?:ago|earlier|back|before(?= now))"):
        if match[0].startswith("since"):
            return _merge(found, When(window=seconds(match)))
        return _merge(found, When(ago=seconds(match)))
    return found


def _clock(text: Masked, local: datetime) -> When | None:
    midnight = datetime.combine(local.date(), time(), local.tzinfo)
    which = rf"(?P<on>yesterday(?: {_PART})?|today|this {_PART}|last night|(?:on |last )*{DAY}(?: {_PART})?)"
    hour = r"(?:[01]?\d|2[0-3])"
    between = (
        rf"(?:{which},? )?(?:between|from)? ?(?P<a>{CLOCK}|{hour})\s?(?:and|to|until|till|-|–)\s?(?P<b>{CLOCK}|{hour})"
        r"(?P<o>\s?o'?clock)?(?: (?P<on2>yesterday|today|this morning))?"
    )
    match = text.find(between)
    said = match and (re.search(r"between|from", match[0]) or re.search(r"[ap]m|:|noon|midnight", match[0]))
    if match and said and not text.find(r"between \d+ and \d+ ?(?:%|ms|s\b|mb|gb|kb)"):
        text.blank(match.start(), match.end())
        day = day_of(match["on"] or match["on2"], midnight)
        a, b = match["a"], match["b"]
        if re.search("[ap]m", b) and not re.search("[ap]m|[:.h]|noon|midn", a):
            a += b.strip()[-2:]
        if match["on"] == "last night" and at(a, day).hour < 12:
            day = midnight  # the small hours of a night are of the day after
        start, end = at(a, day), at(b, day)
        if end <= start:
            end += timedelta(hours=12) if re.fullmatch(r"\d+", b.strip()) and int(b) <= 12 else timedelta(days=1)
        if start > local:
            start, end = start - timedelta(days=1), end - timedelta(days=1)
        end = min(end, local)
        return _edges(start, end, local)
    if match := text.take(
        rf"(?:since|after|starting(?: at| from)?|from) (?:about |around )?(?:{which} (?:at )?)?"
        rf"(?P<a>{CLOCK})(?: (?P<on2>yesterday|today|this morning))?(?: (?:to|until|till) now)?"
    ):
        start = at(match["a"], day_of(match["on"] or match["on2"], midnight))
        return _edges(start if start < local else start - timedelta(days=1), local, local)
    if match := text.take(
        rf"(?:(?P<on>this morning|today) )?since (?:this morning )?(?P<a>{hour})(?: ?o'?clock)?{_ALONE}"
    ):
        start = at(match["a"] + ":00", midnight)
        return _edges(start if start < local else start - timedelta(days=1), local, local)
    if match := text.take(
        rf"(?:{which} )?(?:at|around|about) (?P<a>{CLOCK})(?: (?:on )?(?P<on2>yesterday|today|this morning))?"
    ):
        moment = at(match["a"], day_of(match["on"] or match["on2"], midnight))
        moment = moment if moment <= local else moment - timedelta(days=1)
        return When(ago=local - moment, calendar=True)
    return None


# Nothing that would make the number a count of hours or of things.
_ALONE = r"(?= *(?:$|[,.;?!)]|(?:this|today|in|on|for|by|per|at|from)\b))(?! *(?:this|the) (?:week|month|hour))"


def _edges(start: datetime, end: datetime, local: datetime) -> When:
    # In UTC, for a day on which the clocks change is not 24 hours long.
    start, end, now = start.astimezone(UTC), end.astimezone(UTC), local.astimezone(UTC)
    return When(window=end - start, ago=now - end, start=start, end=end, calendar=True)


def _span(text: Masked) -> When | None:
    if text.find(rf"{_LAST} (?:\d+|{'|'.join(NUMBERS)}) (?:lines?|logs?|entries|messages|errors|events)"):
        return None
    if match := text.take(rf"(?:{_BEFORE} )?(?:the |these |our )?{_LAST} {SPAN}(?: or so)?(?: so far)?"):
        return When(window=seconds(match))
    if match := text.take(
        rf"(?:{_BEFORE} )?(?:the |these )?{_LAST} (?P<u>minute|min|hour|hr|day|week|wk|fortnight|month|quarter|year)"
        r"(?! \w*day)(?: ?\(\d+ ?[a-z]+\))?"
    ):
        return When(window=timedelta(seconds=size(match["u"])))
    return None


def _calendar(text: Masked, local: datetime) -> When | None:
    midnight = datetime.combine(local.date(), time(), local.tzinfo)
    monday = midnight - timedelta(days=midnight.weekday())
    day = timedelta(days=1)
    if match := text.take(r"since (?:the )?(?P<n>[12]?\d|3[01])(?:st|nd|rd|th)(?: of (?:the|this) month)?"):
        return _edges(day_of_month(int(match["n"]), midnight), local, local)
    explicit = _bare(text) if text.find(r"this week|this month|today|this hour") else None
    since = r"(?:since |during |for |over |of |in |from |as of |so far |on )?(?:the )?(?:start of |beginning of |all )?"
    rules = (
        (since + r"day before yesterday", midnight - 2 * day, midnight - day),
        (r"since (?:yesterday (?:at )?(?:the )?(?:same|this) (?:time|hour)|this time yesterday)", local - day, local),
        (r"since yesterday(?: at midnight)?", midnight - day, local),
        (since + r"yesterday(?:'s| all day)?(?: morning)?", midnight - day, midnight),
        (
            since + r"(?:today|(?:this |last )?midnight|this morning|the day)(?:'s)?"
            r"(?: so far| until now| up to now| alone)?",
            midnight,
            local,
        ),
        (
            rf"(?:{_BEFORE} )?(?:last |this |the |past )*weekend(?:, sat(?:urday)? 00:00 to mon(?:day)? 00:00)?",
            *weekend(midnight),
        ),
        (since + r"this week(?: so far)?|(?:since|from) (?:on )?monday(?: morning)?|week to date|wtd", monday, local),
        (since + r"this month(?: so far)?|month to date|mtd", midnight.replace(day=1), local),
        (since + r"this year|year to date|ytd", midnight.replace(month=1, day=1), local),
        (
            r"(?<!the )last night|overnight|during the night",
            midnight - timedelta(hours=6),
            midnight + timedelta(hours=6),
        ),
        (r"(?:for )?tonight", *tonight(midnight, local)),
        (since + r"this afternoon", midnight.replace(hour=12), local),
    )
    for words, start, end in rules:
        if text.take(words):
            return explicit or (_edges(start, min(end, local), local) if start < local else None)
    if match := text.take(rf"(?:since|from|starting) (?:on )?(?:last )?{DAY}(?: on| onwards?)?"):
        return _edges(day_of(match["day"], midnight), local, local)
    if match := text.take(rf"(?:on |last ){DAY}"):
        start = day_of(match["day"], midnight)
        return _edges(start, start + day, local)
    if match := text.take(r"this (?P<u>minute|hour)(?: so far)?"):
        return explicit or When(window=timedelta(seconds=size(match["u"])))
    if match := text.take(r"since (?P<date>\d{4}-\d\d-\d\d)(?:[t ](?P<clock>\d\d:\d\d))?"):
        return _edges(date_of(match, local), local, local)
    if match := text.take(r"on (?P<date>\d{4}-\d\d-\d\d)(?P<clock>)"):
        return _edges(date_of(match, local), min(date_of(match, local) + day, local), local)
    return None


def _bare(text: Masked) -> When | None:
    """`7d`, `over 2 hours`, `30 min`: a length without `last`; after a comparison word it is a threshold instead."""
    long_unit = r"(?!ms)(?!m?s\b)"
    if match := text.take(
        rf"\(?(?:for|over|in|during|across|within|by)(?: a| the)? {long_unit}(?![1-5]\d\ds\b){SPAN}"
        r"(?: window| period| span)?\)?",
        bare=False,
    ):
        return When(window=seconds(match))
    if match := text.take(
        rf"(?<=, )(?P<n>{'|'.join(n for n in NUMBERS if len(n) > 2 and ' ' not in n)}) {UNIT}(?P<n2>)(?P<u2>)(?= *$)"
    ):
        return When(window=seconds(match))
    pattern = (
        r"(?<!than )(?<!above )(?<!under )(?<!below )(?<!over )(?<!exceeding )(?<!least )(?<!most )(?<!beyond )"
        r"(?P<n>\d+)[ -]?(?P<u>m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?:(?P<n2>\d+)(?P<u2>m|s|h))?"
        r"(?! (?:old|ago|or older|or more))(?:[ -]window)?"
    )
    if match := text.take(pattern):
        return When(window=seconds(match))
    if match := text.take(r"(?<=, )(?:an?|one) (?P<u>minute|hour|day|week)(?= *$)"):
        return When(window=timedelta(seconds=size(match["u"])))
    if match := text.take(r"(?:an?|one|the|per) (?P<u>hour|day|week)(?: window|'s worth)"):
        return When(window=timedelta(seconds=size(match["u"])))
    return None
