"""The fourth author: long sentences, comparisons, negations, directions, extremes, ratios, days gone stale, numbers
from abroad, about the replies of all intents. Written when the checker had been mended against the first three."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tests.eval import grounding_writing as writing
from tests.eval.grounding_claims import SUBJECTS
from tests.eval.grounding_told import Told, Value

FAULTS = ("slightly", "far", "unit", "service", "column", "stale", "clock", "direction", "extreme", "part", "multiple",
          "negation", "window", "abroad", "bound", "points", "counted")  # fmt: skip
MEASURES = {"time": "latency", "percent": "error rate", "bytes": "memory", "usd": "spend", "rate": "traffic"}


@dataclass(frozen=True, slots=True)
class Habit:
    """`{r}` row, `{l}` label, `{v}` value, `{a}` and `{b}` two of them, `{s}` and `{t}` who, `{x}` what follows."""

    lead: Sequence[str]
    tail: Sequence[str]
    row: Sequence[str]
    fact: Sequence[str]
    columns: Sequence[str]
    rose: Sequence[str]
    fell: Sequence[str]
    most: Sequence[str]
    least: Sequence[str]
    both: Sequence[str]
    part: Sequence[str]
    multiple: Sequence[str]
    under: Sequence[str]
    over: Sequence[str]
    counted: Sequence[str]
    stale: Sequence[str]
    clock: Sequence[str]
    window: Sequence[str]
    points: Sequence[str] = field(default_factory=tuple)


FOURTH = Habit(
    lead=("", "", "", "As far as the query goes, ", "Although that may still change, ", "If one looks more closely, ",
          "Among other things, ", "To be precise, ", "What is worth a note: "),
    tail=("", "", "", ", which may deserve a closer look", ", as the source has it", ", to name only that",
          ", though it need not stay so"),
    row=("{r}'s {l} comes to {v}", "for {r}, one reads {v} under {l}", "{v} is what {r} shows as {l}",
         "the {l} listed beside {r} amounts to {v}", "as to {r}, its {l} works out at {v}",
         "{r}-side {l} is put at {v}", "there is {r}, whose {l} is given as {v}"),
    fact=("the {l} is given as {v}", "under {l} stands {v}", "{v} is noted as {l}", "the {l}, then, comes to {v}",
          "one finds {v} where the {l} is listed"),
    columns=("the {l} of {r} is not {b} but {a}", "{r} has {a} as its {l}, not {b}",
             "it is {a}, rather than {b}, that stands for {l} in {r}"),
    rose=("{s} rose from {a} to {b}", "{s} climbed from {a} up to {b}", "{s} went up, from {a} to {b}",
          "starting at {a}, {s} increased until it reached {b}", "{s} had grown to {b} by the end"),
    fell=("{s} fell from {a} to {b}", "{s} dropped from {a} down to {b}", "{s} went down, from {a} to {b}",
          "starting at {a}, {s} declined until it was at {b}", "{s} had come down to {b} by the end"),
    most=("{s} peaked at {v}", "the highest reading of {s} was {v}", "at its worst {s} showed {v}",
          "{s} hit a maximum of {v}", "the peak, {v}, belongs to {s}"),
    least=("{s} bottomed out at {v}", "the lowest reading of {s} was {v}", "{s} had its minimum at {v}",
           "the trough, {v}, belongs to {s}"),
    both=("the lowest point of {s} was {a} and its highest {b}", "{s} lay in the range {a} to {b}",
          "{s} kept between a minimum of {a} and a maximum of {b}"),
    part=("{v} of the {l} belongs to {r}", "{r} accounts for {v}", "the {l} of {r} is {v}"),
    multiple=("{s} has {a}, {x} the {b} of {t}", "at {a}, {s} comes to {x} the {b} seen in {t}"),
    under=("{s} took no more than {v} at any time", "not once did {s} exceed {v}", "{s} never got past {v}"),
    over=("{s} went as high as {v} or beyond", "{s} did exceed {v} at some point", "{s} has seen more than {v}"),
    counted=("there are {v} {n}", "{v} {n} are what is known of", "one counts {v} {n}, neither more nor fewer"),
    stale=("the figures date from {d}", "all of it was looked up on {d}", "what is told here was read on {d}",
           "{d} is the day of the last reading"),
    clock=("the last look was at {c}", "it was {c} when the figures were taken", "figures are those of {c}"),
    window=("all of that is about the past {w}", "the view goes back over the last {w}",
            "seen over the past {w}, that is the picture"),
    points=("the {l} moved by {v}",),
)  # fmt: skip


def write(of: Told, habit: Habit, dice: random.Random, fault: str = "") -> str:
    """A sentence that holds, or one with that fault; empty where the reply does not give one."""
    kinds = MAKERS[fault] if fault else [one for maker in MAKERS.values() for one in maker]
    text = dice.choice(kinds)(of, habit, dice, fault)
    if not text:
        return ""
    whole = f"{dice.choice(habit.lead)}{text}{dice.choice(habit.tail)}."
    return whole[0].upper() + whole[1:]


def _single(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    if not of.values:
        return ""
    value = dice.choice(of.values)
    worth, family = value.worth, value.family
    if fault in ("slightly", "far", "abroad"):
        by = [0.92, 1.09, 0.86, 1.15] if fault == "slightly" else [0.1, 0.4, 2.2, 5.0, 10.0]
        worth = _moved(of, value, dice.choice(by))
    said = writing.foreign(worth, family, dice) if fault == "abroad" or _abroad(dice, fault) else ""
    said = said or writing.written(worth, family, dice)
    if fault == "unit":
        said = _other_unit(of, value, dice)
    cents = family == "usd" and not writing.close(value.worth, round(value.worth, 2))
    return _told(value, habit, dice, said) if worth and said and not cents else ""


def _abroad(dice: random.Random, fault: str) -> bool:
    return not fault and dice.random() < 0.06


def _told(value: Value, habit: Habit, dice: random.Random, said: str) -> str:
    compound = value.row.lower() in SUBJECTS and " " not in value.row
    forms = [one for one in habit.row if compound or "{r}-" not in one] if value.row else habit.fact
    return dice.choice(forms).format(r=value.row, l=value.label, v=said)


def _moved(of: Told, value: Value, by: float) -> float:
    worth = value.worth * by
    if value.family == "count":
        worth = float(round(worth))
    if value.family == "usd":
        worth = round(worth, 2)
    return 0.0 if not worth or of.known(worth) or of.known(worth / 60) else worth


def _other_unit(of: Told, value: Value, dice: random.Random) -> str:
    """The same digits in another unit, or another unit's digits."""
    neat = writing.neat(value.worth * (1000 if value.family == "time" and value.worth < 1 else 1))
    swaps: Mapping[str, Sequence[str]] = {
        "time": [f"{neat} s", f"{neat} minutes", f"{neat} %"] if value.worth < 1 else [f"{neat} ms", f"{neat} h"],
        "percent": [f"{neat} ms", f"${neat}"],
        "bytes": [f"{writing.neat(value.worth / 2**20)} GiB", f"{writing.neat(value.worth / 2**20)} KiB",
                  f"{writing.neat(value.worth / 2**20)} %"],
        "usd": [f"€{value.worth:.2f}", f"¥{value.worth:.2f}", f"{value.worth:.2f} %"],
        "rate": [f"{neat} requests per minute", f"{neat} requests an hour", f"{neat} ms"],
        "count": [f"{neat} ms", f"{neat} GB"],
    }  # fmt: skip
    return dice.choice(swaps.get(value.family, [""]))


def _other(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    """Of a service what another service has."""
    fitting = [one for one in of.values if one.row.lower() in SUBJECTS]
    if not fitting:
        return ""
    value = dice.choice(fitting)
    if not fault:
        return _told(value, habit, dice, writing.written(value.worth, value.family, dice))
    kind = SUBJECTS[value.row.lower()]
    named = [one for one in SUBJECTS if SUBJECTS[one] == kind and one != value.row.lower()]
    wrong = dice.choice(named)
    own = [*of.means, *(one.worth for one in of.values if one.row.lower() in (wrong, ""))]
    own += [
        each for one in of.lines if one.name.lower() == wrong for each in (one.first, one.last, one.least, one.most)
    ]
    if any(abs(one - value.worth) <= 0.12 * max(one, value.worth) for one in own) or value.worth < 3:
        return ""
    shown = next((one.row for one in of.values if one.row.lower() == wrong), wrong)
    said = writing.written(value.worth, value.family, dice)
    return _told(Value(shown, value.label, value.family, value.worth), habit, dice, said)


def _columns(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    """One of two columns of a row, and not the other."""
    value, other = _pair(of, dice, lambda one, two: one.row == two.row and one.row != "" and one.label != two.label)
    if value is None or other is None or {value.label, other.label} & SUBJECTS.keys():
        return ""
    same = [one.worth for one in of.values if (one.row, one.label) == (value.row, value.label)]
    if any(abs(one - other.worth) <= 0.06 * other.worth for one in same):
        return ""
    a, b = writing.exact(value.worth, value.family), writing.exact(other.worth, other.family)
    if fault == "column":
        return dice.choice(habit.row[:5]).format(r=value.row, l=value.label, v=b)
    a, b = (b, a) if fault else (a, b)
    return dice.choice(habit.columns).format(r=value.row, l=value.label, a=a, b=b)


def _pair(of: Told, dice: random.Random, fits: Callable[[Value, Value], bool]) -> tuple[Value | None, Value | None]:
    for _ in range(40 if len(of.values) > 1 else 0):
        one, two = dice.sample(list(of.values), 2)
        far = abs(one.worth - two.worth) > 0.12 * max(one.worth, two.worth)
        if fits(one, two) and one.family == two.family and far:
            return one, two
    return None, None


def _way(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    fitting = [one for one in of.lines if abs(one.last - one.first) > 0.1 * max(one.last, one.first) and one.first]
    if not fitting:
        return ""
    line = dice.choice(fitting)
    up = (line.last > line.first) != bool(fault)
    a, b = writing.exact(line.first, line.family), writing.exact(line.last, line.family)
    return dice.choice(habit.rose if up else habit.fell).format(s=line.name, a=a, b=b)


def _extreme(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    fitting = [one for one in of.lines if one.most > 1.15 * one.least and one.least]
    if not fitting:
        return ""
    line = dice.choice(fitting)
    least, most = (writing.exact(one, line.family) for one in (line.least, line.most))
    if not fault and dice.random() < 0.3:
        return dice.choice(habit.both).format(s=line.name, a=least, b=most)
    if dice.random() < 0.5:
        return dice.choice(habit.most).format(s=line.name, v=least if fault else most)
    return dice.choice(habit.least).format(s=line.name, v=most if fault else least)


def _part(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    fitting = [(one, part) for one in of.values if one.family == "percent" for part in _parts(one.worth)]
    if not fitting:
        return ""
    value, (top, low) = dice.choice(fitting)
    if fault:
        top, low = dice.choice(
            [one for one in ((1, 3), (3, 4), (2, 5), (1, 20), (7, 8)) if not of.known(100 * one[0] / one[1], room=0.1)]
            or [(0, 1)]
        )
        if not top:
            return ""
    said = dice.choice([f"{top} out of {low}", f"{writing.english(top)} in {writing.english(low)}"])
    form = dice.choice(habit.part[1:] if value.row else habit.fact)
    return form.format(r=value.row, l=value.label, v=said)


def _counted(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    """So many of what, as its sentences say."""
    if not of.counted:
        return ""
    worth, noun = dice.choice(of.counted)
    if fault:
        worth = (
            worth + dice.choice([1, 2, 5, 10, worth])
            if worth < 20
            else float(round(worth * dice.choice([0.8, 1.2, 3.0])))
        )
        if of.known(worth, room=0.06 if worth > 20 else 0.0) or f" {writing.english(int(worth))} " in repr(
            of.asked.reply
        ):
            return ""
    return dice.choice(habit.counted).format(v=writing.written(worth, "count", dice), n=noun)


def _parts(percent: float) -> list[tuple[int, int]]:
    return [
        (top, low)
        for low in (2, 3, 4, 5, 6, 8, 10, 20)
        for top in range(1, low)
        if math.gcd(top, low) == 1 and writing.close(percent, 100 * top / low)
    ]


def _multiple(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    one, two = _pair(of, dice, lambda a, b: a.label == b.label and a.row != b.row and "" not in (a.row, b.row))
    if one is None or two is None or one.row.lower() not in SUBJECTS or two.row.lower() not in SUBJECTS:
        return ""
    one, two = (one, two) if one.worth > two.worth else (two, one)
    ratio = one.worth / two.worth
    said = {2: "twice", 3: "three times"}.get(
        round(ratio) if writing.close(ratio, round(ratio)) else 0, f"{writing.neat(ratio, 3)} times"
    )
    if fault:
        said = dice.choice([word for word, worth in (("twice", 2), ("three times", 3), ("ten times", 10), ("half", 0.5))
                            if abs(worth - ratio) > 0.2 * max(ratio, worth)])  # fmt: skip
    a, b = (writing.exact(each.worth, each.family) for each in (one, two))
    return dice.choice(habit.multiple).format(s=one.row, t=two.row, a=a, b=b, x=said)


def _bound(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    if not of.lines:
        return ""
    line = dice.choice(of.lines)
    over = dice.random() < 0.5
    worth = line.most * ((1.3 if over else 0.6) if fault else (0.8 if over else 1.25))
    if (fault and (of.known(worth, room=0.1) or (not over and worth <= line.least))) or not worth:
        return ""
    mine = [one.worth for one in of.values if one.family == line.family]
    if fault and over and any(one > worth for one in mine):
        return ""
    digits = 2 if line.family != "usd" else 3
    said = writing.exact(float(writing.neat(worth, digits)), line.family)
    return dice.choice(habit.over if over else habit.under).format(s=line.name, v=said)


def _stale(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    if not of.times:
        return ""
    at = dice.choice(of.times)
    if fault:
        at -= timedelta(days=dice.choice([1, 7, 14, 30]))
        told = repr(of.asked.reply)
        if any(at.date() == one.date() for one in of.times) or f"{at:%Y-%m-%d}" in told:
            return ""
    said = writing.day(at, dice, abroad=dice.random() < 0.12)
    if dice.random() < 0.2:
        said = writing.stamp(at, dice)
    return dice.choice(habit.stale).format(d=said)


def _clock(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    if not of.times:
        return ""
    at = dice.choice(of.times)
    if fault:
        at += timedelta(minutes=dice.choice([-60, -31, 11, 25, 85]))
        told = repr(of.asked.reply) + " ".join(f"{one:%H:%M}" for one in of.times)
        if any(f"{(at.hour + more) % 24:02}:{at:%M}" in told for more in (0, 12)):
            return ""
    return dice.choice(habit.clock).format(c=writing.clock(at, dice))


def _window(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    if not of.hours:
        return ""
    hours = dice.choice(of.hours)
    if fault:
        hours = dice.choice(
            [one for one in (3, 6, 12, 72, 168, 336, 672) if one not in of.hours and not of.known(one / 24)] or [0]
        )
    return dice.choice(habit.window).format(w=writing.window(hours, dice)) if hours else ""


def _points(of: Told, habit: Habit, dice: random.Random, fault: str) -> str:
    """Between two shares lie points; a change in percent is another thing."""
    fitting = [one for one in of.lines if one.family == "percent" and abs(one.last - one.first) > 0.1 * one.first]
    if not fitting:
        return ""
    line = dice.choice(fitting)
    gap, verb = abs(line.last - line.first), "rose" if line.last > line.first else "fell"
    a, b = writing.exact(line.first, "percent"), writing.exact(line.last, "percent")
    share = 100 * gap / line.first
    if abs(share - gap) < 0.15 * gap:
        return ""
    said = f"{writing.neat(share if fault else gap)} percentage points"
    if dice.random() < 0.5:
        said = f"{writing.neat(gap if fault else share)} percent"
    return f"{line.name} {verb} by {said}, from {a} to {b}"


Write = Callable[[Told, Habit, random.Random, str], str]
MAKERS: Mapping[str, Sequence[Write]] = {
    "slightly": (_single,), "far": (_single,), "unit": (_single,), "abroad": (_single,), "service": (_other,),
    "column": (_columns,), "negation": (_columns,), "stale": (_stale,), "clock": (_clock,), "direction": (_way,),
    "extreme": (_extreme,), "part": (_part,), "multiple": (_multiple,), "window": (_window,), "bound": (_bound,),
    "points": (_points,), "counted": (_counted,),
}  # fmt: skip
