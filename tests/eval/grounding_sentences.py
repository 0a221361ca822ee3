"""Sentences that a model might write of a claim, and what may be wrong with one. The first set: the checker was mended
against it, so what it shows is how far that went; the second, in grounding_other.py, was not."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from tests.eval import grounding_formats as formats
from tests.eval.grounding_claims import SUBJECTS, Claim, Source

FAULTS = ("number", "unit", "subject", "date", "clock", "window", "range", "bound", "derived", "foreign", "digits")
_NOW = re.compile(r"right now|at the moment|currently|today|at this point|latest", re.IGNORECASE)
OTHER_UNITS = {
    "time": ("percent", "usd"),
    "percent": ("time", "usd"),
    "bytes": ("time", "rate"),
    "usd": ("percent", "bytes"),
}
OTHER_UNITS |= {"rate": ("percent", "time")}


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose templates they are. `{s}` subject, `{m}` measure, `{v}` value, `{a}` and `{b}` two of them."""

    plain: Sequence[str]
    usual: Sequence[str]
    paired: Sequence[str]
    ranged: Sequence[str]
    under: Sequence[str]
    over: Sequence[str]
    moment: Sequence[str]
    at: Sequence[str]
    spans: Sequence[str]
    sums: Sequence[str]


FIRST = Hand(
    plain=(
        "The {m} of {s} is {v}.", "{s} shows {m} of {v}.", "At the moment, {s} stands at {v} of {m}.",
        "With {v}, the {m} of {s} is what the query shows.", "For {s}, {m} came to {v}.",
        "I see {v} as the {m} of {s}.", "{m} in {s}: {v}.", "Right now the {m} for {s} reads {v}.",
        "Looking at {s}, its {m} was {v}, which is what the source returned.", "It is {v} for {s}.",
    ),
    usual=("Usually the {m} of {s} is {v}.", "{s} normally has {m} of {v}.", "The usual {m} for {s} is {v}."),
    paired=(
        "{s} is at {a}, while {t} is at {b}.", "{a} for {s} and {b} for {t}.", "Compared with {t} at {b}, {s} has {a}.",
        "{s} has {m} of {a}; {t} has {b}.", "The {m} is {a} in {s} but {b} in {t}.",
    ),
    ranged=(
        "{m} of {s} moved between {a} and {b}.", "{s} went from {a} to {b} in that time.",
        "The {m} of {s} was never below {a} and never above {b}.", "In that window {s} ranged from {a} to {b}.",
    ),
    under=("{s} stayed below {v}.", "The {m} of {s} is not above {v}.", "{s} has less than {v} of {m}."),
    over=("{s} went above {v}.", "The {m} of {s} was more than {v}.", "{s} is at more than {v} of {m}."),
    moment=("The figures were read on {d} at {c}.", "This is as of {c} on {d}.", "Data until {d}, {c}."),
    at=("It was read at {c}.", "The last reading is from {c}.", "As of {c}, this is what is known."),
    spans=("This covers the last {w}.", "Over the past {w}, this is what was seen.", "The window is the last {w}."),
    sums=(
        "{s} is at {a} and {t} at {b}, a difference of {x}.", "With {a} in {s} and {b} in {t}, they are {x} apart.",
    ),
)  # fmt: skip


def right(source: Source, hand: Hand, dice: random.Random) -> Written | None:
    makers = [_plain, _plain, _plain, _pair, _range, _bound, _moment, _at, _span, _derived]
    text = dice.choice(makers)(source, hand, dice, "")
    return Written(text) if text else None


def wrong(source: Source, hand: Hand, dice: random.Random, fault: str) -> Written | None:
    makers: dict[str, Sequence[Maker]] = {
        "number": (_plain, _pair), "unit": (_plain,), "subject": (_plain, _pair), "digits": (_plain,),
        "foreign": (_plain,), "date": (_moment,), "clock": (_at, _moment), "window": (_span,), "range": (_range,),
        "bound": (_bound,), "derived": (_derived,),
    }  # fmt: skip
    text = dice.choice(makers[fault])(source, hand, dice, fault)
    return Written(text, fault) if text else None


Maker = Callable[[Source, Hand, random.Random, str], str]


def _plain(source: Source, hand: Hand, dice: random.Random, fault: str) -> str:
    claim = _one(source, dice)
    if claim is None:
        return ""
    value, subject, family = claim.value, claim.subject, claim.family
    if fault in ("number", "digits", "foreign"):
        value = _off(source, claim, dice) if fault != "digits" else _swapped(source, claim)
    if fault == "subject":
        subject = _stranger(source, claim, dice)
    if fault == "unit":
        family = dice.choice(OTHER_UNITS.get(claim.family, ("percent", "time")))
        value *= dice.choice([1.0, 1000.0, 0.001]) if claim.family == "time" else 1.0
        if source.near(subject, family, value):
            return ""
    if not value or not subject:
        return ""
    said = formats.foreign(value, family, dice) if fault == "foreign" else formats.written(value, family, dice)
    if fault == "foreign" and said == formats.neat(claim.value):
        return ""
    forms = hand.usual if claim.role == "usual" else hand.plain
    if claim.role not in ("now", "usual"):  # what was once is not so now
        forms = [one for one in forms if not _NOW.search(one)]
    return _cased(dice.choice(forms).format(s=subject, m=claim.measure, v=said))


def _pair(source: Source, hand: Hand, dice: random.Random, fault: str) -> str:
    found = _two(source, dice)
    if found is None:
        return ""
    one, other = found
    if fault == "subject":
        one, other = replace(one, value=other.value), replace(other, value=one.value)
    if fault == "number":
        value = _off(source, other, dice)
        if not value:
            return ""
        other = replace(other, value=value)
    if (
        fault
        and source.near(one.subject, one.family, one.value)
        and source.near(other.subject, other.family, other.value)
    ):
        return ""
    a, b = (formats.written(each.value, each.family, dice) for each in (one, other))
    return _cased(dice.choice(hand.paired).format(s=one.subject, t=other.subject, m=one.measure, a=a, b=b))


def _derived(source: Source, hand: Hand, dice: random.Random, fault: str) -> str:
    found = _two(source, dice)
    if found is None or found[0].family not in ("time", "percent", "usd", "rate", "events", "requests"):
        return ""
    one, other = sorted(found, key=lambda each: -each.value)
    gap = one.value - other.value
    if one.family == "usd" and gap < 0.05:
        return ""
    if fault:
        gap *= dice.choice([0.5, 1.4, 2.0, 3.0])
        if source.near(one.subject, one.family, gap) or source.near(other.subject, one.family, gap):
            return ""
    a, b, x = (_exact(each, one.family) for each in (one.value, other.value, gap))
    return _cased(dice.choice(hand.sums).format(s=one.subject, t=other.subject, m=one.measure, a=a, b=b, x=x))


def _range(source: Source, hand: Hand, dice: random.Random, fault: str) -> str:
    fitting = [one for one in source.claims if one.least and one.most and one.most > 1.1 * one.least]
    if not fitting:
        return ""
    claim = dice.choice(fitting)
    assert claim.least
    assert claim.most
    least, most, form = claim.least, claim.most, dice.choice(hand.ranged)
    if fault and "never" in form:  # wider would hold as well
        least, most = least * 1.35, most * 0.75
    elif fault:
        off, moved = dice.choice([(most * 1.7, "most"), (least * 0.5, "least"), (most * 3, "most")])
        if source.near(claim.subject, claim.family, off) or (claim.family == "usd" and off < 0.1):
            return ""
        least, most = (off, most) if moved == "least" else (least, off)
    a, b = _exact(least, claim.family), _exact(most, claim.family)
    if dice.random() < 0.4:
        a = a.removesuffix(_unit(a))
    return _cased(form.format(s=claim.subject, m=claim.measure, a=a.strip(), b=b))


def _bound(source: Source, hand: Hand, dice: random.Random, fault: str) -> str:
    fitting = [one for one in source.claims if one.least and one.most and one.role == "most"]
    if not fitting:
        return ""
    claim = dice.choice(fitting)
    assert claim.least
    assert claim.most
    mine = [one for one in source.claims if one.family == claim.family and one.subject in (claim.subject, "")]
    known = [bound for one in mine for bound in (one.value, one.least, one.most) if bound]
    most, least = max(known), min(known)
    over = dice.random() < 0.5
    if fault:
        value = float(formats.neat(most * 1.25 if over else least * 0.75, 2))
    else:
        value = float(formats.neat(claim.most * 0.85 if over else claim.most * 1.2, 2))
    if (fault and least * 0.9 < value < most * 1.1) or any(abs(value - one) < 0.03 * one for one in known):
        return ""
    forms = hand.over if over else hand.under
    return _cased(dice.choice(forms).format(s=claim.subject, m=claim.measure, v=_exact(value, claim.family)))


def _moment(source: Source, hand: Hand, dice: random.Random, fault: str) -> str:
    if not source.times:
        return ""
    at = dice.choice(source.times)
    if fault == "date":
        at -= timedelta(days=dice.choice([2, 3, 5, 9, 30]))
    if fault == "clock":
        at += timedelta(minutes=dice.choice([-47, -13, 7, 19, 130]))
    told = repr(source.asked.reply)
    if fault == "date" and (f"{at:%Y-%m-%d}" in told or at.date() in {one.date() for one in source.times}):
        return ""
    if fault == "clock" and _known(source, at.strftime("%H:%M")):
        return ""
    return dice.choice(hand.moment).format(d=formats.day(at, dice), c=formats.clock(at, dice))


def _at(source: Source, hand: Hand, dice: random.Random, fault: str) -> str:
    if not source.times:
        return ""
    at = dice.choice(source.times)
    if fault:
        at += timedelta(minutes=dice.choice([-47, -13, 7, 19, 130]))
    if fault and _known(source, at.strftime("%H:%M")):
        return ""
    return dice.choice(hand.at).format(c=formats.clock(at, dice))


def _span(source: Source, hand: Hand, dice: random.Random, fault: str) -> str:
    if not source.hours:
        return ""
    hours = dice.choice(source.hours)
    if fault:
        hours = dice.choice([one for one in (2, 3, 5, 12, 36, 48, 72, 240, 336) if one not in source.hours])
    return dice.choice(hand.spans).format(w=formats.window(hours, dice))


def _known(source: Source, clock: str) -> bool:
    """Anywhere in what was told, or in the other half of the day."""
    told = repr(source.asked.reply) + " ".join(one.strftime("%H:%M") for one in source.times)
    hour = int(clock[:2])
    return any(f"{(hour + more) % 24:02}{clock[2:]}" in told for more in (0, 12))


def _one(source: Source, dice: random.Random) -> Claim | None:
    return dice.choice(source.claims) if source.claims else None


def _two(source: Source, dice: random.Random) -> tuple[Claim, Claim] | None:
    """The same measure of two things that differ."""
    for one, other in _pairs(source, dice):
        same = (one.family, one.measure, one.role) == (other.family, other.measure, other.role)
        if same and one.subject != other.subject and abs(one.value - other.value) > 0.15 * max(one.value, other.value):
            return one, other
    return None


def _pairs(source: Source, dice: random.Random) -> Iterator[tuple[Claim, Claim]]:
    claims = list(source.claims)
    for _ in range(30 if len(claims) > 1 else 0):
        one, other = dice.sample(claims, 2)
        yield one, other


def _off(source: Source, claim: Claim, dice: random.Random) -> float:
    for _ in range(12):
        value = claim.value * dice.choice([0.1, 0.5, 0.7, 1.12, 1.3, 1.9, 3.0, 10.0])
        value = round(value) if claim.family in ("events", "requests", "lines", "tokens", "calls") else value
        if value and not source.near(claim.subject, claim.family, value):
            return value
    return 0.0


def _swapped(source: Source, claim: Claim) -> float:
    """Two digits in each other's place."""
    digits = list(formats.neat(claim.value))
    at = next((at for at in range(len(digits) - 1) if digits[at : at + 2] != sorted(digits[at : at + 2])
               and digits[at].isdigit() and digits[at + 1].isdigit() and digits[at] != "0"), None)  # fmt: skip
    if at is None:
        return 0.0
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    value = float("".join(digits))
    return 0.0 if source.near(claim.subject, claim.family, value) else value


def _stranger(source: Source, claim: Claim, dice: random.Random) -> str:
    kind = SUBJECTS[claim.subject]
    others = [one for one, of in SUBJECTS.items() if of == kind and one != claim.subject]
    fitting = [one for one in others if not source.near(one, claim.family, claim.value)]
    return dice.choice(fitting) if fitting else ""


def _exact(value: float, family: str) -> str:
    if family == "time":
        return f"{formats.neat(value * 1000, 6)} ms"
    if family == "bytes":
        return f"{formats.neat(value / 2**20, 4)} MiB"
    if family == "usd":
        return f"$ {value:.2f}"
    unit = {"percent": "%", "rate": "req/s"}.get(family, family)
    if unit == family:
        return f"{value:,.0f} {unit}"
    return f"{formats.neat(value, 6)} {unit}"


def _unit(text: str) -> str:
    return "" if text.startswith("$") else text.rpartition(" ")[2]


def _cased(text: str) -> str:
    return text[0].upper() + text[1:]
