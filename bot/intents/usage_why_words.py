"""The words of a look at an AI tool: signs against normal, models, failures, causes by their rules, steps."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.desk import usage_advice, usage_sums, usage_words
from bot.desk.usage_signs import SIMPLE, SOME_SIMPLE, About, Cause, RuleName, Sign, Signs
from bot.desk.usage_sums import Part
from bot.intents.about_usage import Subject
from bot.model import figures
from bot.model.charge import Charged
from bot.model.reply import Block, Strong, Table, Text, Tone
from bot.model.text import many

SHOWN = 5
_TONES: Mapping[str, Tone] = {"far": "bad", "degraded": "warning", "risen": "warning"}
_STATES = {"normal": "as usual", "risen": "slower than usual", "degraded": "degraded", "far": "much slower than usual"}
_RULES: Mapping[RuleName, str] = {
    "longer prompts": "its prompts are longer",
    "longer answers": "its answers are longer",
    "less from the cache": "less of what it reads comes from the cache",
    "more calls": "it is called more often",
    "more failures": "more of its calls fail",
    "one model for all calls": "one model answers all of its calls",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    name: str
    now: Charged
    before: Charged


def tone(state: str) -> Tone:
    return _TONES.get(state, "neutral")


def summary(
    about: About,
    subject: Subject,
    signs: Signs,
    causes: Sequence[Cause],
    errors: Sequence[Part],
    endpoints: Sequence[Endpoint],
) -> str:
    name = subject.name or "AI calls"
    head = f"{name} {_judged(about, signs, subject.now > subject.range.end)}, {subject.range.words}"
    if about == "errors":
        return f"{head}.{_where(endpoints)}{_most(errors)}"
    told = f"{head}: average {_seconds(signs.latency)}, P95 {_seconds(signs.p95)}"
    if signs.peak:
        told = f"{told}, peak {figures.measured(signs.peak.seconds, 'seconds')} at {_clock(subject, signs)}"
    primary = next((one for one in causes if not one.standing), None)
    wrong = signs.state(about) in _TONES
    if primary and wrong:
        return f"{told}. Primary cause, by rule: {_RULES[primary.rule]}{_figure(primary, signs)}."
    return f"{told}. Nothing else that its calls tell has moved." if wrong else f"{told}."


def _judged(about: About, signs: Signs, over: bool) -> str:
    state, main, is_ = signs.state(about), signs.main(about), "was" if over else "is"
    if state == "few":
        return f"had {usage_words.many(sum(one.sum.calls for one in signs.models), 'call')}, too few to judge"
    if about == "errors":
        told = f"{usage_words.percent(main.now)} of calls failed ({_normal(usage_words.percent(main.normal), main)})"
        return f"failed more than usual: {told}" if state in _TONES else f"did not fail more than usual: {told}"
    if state == "unknown":
        return "told no times" if math.isnan(main.now) else f"{is_} not judged, for no normal is known yet"
    words = {
        "normal": "as usual",
        "risen": "slower than usual",
        "degraded": "degraded",
        "far": "much slower than usual",
    }
    return f"{is_} {words[state]}"


def _seconds(sign: Sign) -> str:
    return f"{figures.measured(sign.now, 'seconds')} ({_normal(figures.measured(sign.normal, 'seconds'), sign)})"


def _normal(written: str, sign: Sign) -> str:
    return "normal not known" if math.isnan(sign.normal) else f"normal {written}"


def _clock(subject: Subject, signs: Signs) -> str:
    assert signs.peak
    local = signs.peak.at.astimezone(ZoneInfo(subject.zone))
    day = "" if subject.range.length <= usage_sums.DAY else f"{local:%Y-%m-%d} "
    return f"{day}{local:%H:%M} {subject.zone}"


def _where(endpoints: Sequence[Endpoint]) -> str:
    if not endpoints:
        return ""
    worst = max(endpoints, key=lambda one: (one.now.failed, one.name))
    rate = usage_words.percent(usage_sums.failing(worst.now))
    usual = usage_sums.failing(worst.before)
    normal = "normal not known" if math.isnan(usual) else f"normal {usage_words.percent(usual)}"
    return f" Most at {worst.name}: {rate} of {worst.now.calls:,} calls ({normal})."


def _most(errors: Sequence[Part]) -> str:
    failed = sum(one.sum.failed for one in errors)
    return f" Mostly {errors[0].name}: {_share(errors[0].sum.failed, failed)} of failures." if failed else ""


def _share(some: int, all_: int) -> str:
    return f"{100 * some / all_:.1f} %"


def _figure(cause: Cause, signs: Signs) -> str:
    sign = _sign(cause.rule, signs)
    if sign is None:
        return ""
    if cause.rule in ("more failures", "less from the cache"):
        return f", {usage_words.percent(sign.now)} against {usage_words.percent(sign.normal)}"
    unit = {"longer prompts": " tokens a call", "longer answers": " tokens a call", "more calls": " an hour"}[
        cause.rule
    ]
    times = "" if math.isnan(cause.times) else f" ({figures.plain(round(cause.times, 1))} times)"
    return f", {_count(sign.now)}{unit} against {_count(sign.normal)} normally{times}"


def _sign(rule: RuleName, signs: Signs) -> Sign | None:
    return {
        "longer prompts": signs.prompt, "longer answers": signs.answer, "more calls": signs.rate,
        "more failures": signs.failing, "less from the cache": signs.cached,
    }.get(rule)  # fmt: skip


def _count(value: float) -> str:
    return "no data" if math.isnan(value) else f"{value:,.0f}" if value >= 10 else figures.plain(value)


def signs_table(signs: Signs, subject: Subject) -> Table:
    rows = [_row(sign, figures.measured(sign.now, "seconds"), figures.measured(sign.normal, "seconds"))
            for sign in (signs.latency, signs.p95)]  # fmt: skip
    if signs.peak:
        rows.append((f"Peak, {_clock(subject, signs)}", figures.measured(signs.peak.seconds, "seconds"), "–", "–"))
    rows += [_row(one, _count(one.now), _count(one.normal)) for one in (signs.prompt, signs.answer, signs.rate)]
    both = (usage_words.percent(signs.failing.now), usage_words.percent(signs.failing.normal))
    rows.append(_row(signs.failing, *both))
    return Table(("Sign", "Now", "Normal", "Change"), tuple(rows), f"What its calls tell, {subject.range.words}")


def _row(sign: Sign, now: str, normal: str) -> tuple[str, str, str, str]:
    known = not (math.isnan(sign.now) or math.isnan(sign.normal))
    usual = "not known" if math.isnan(sign.normal) else normal
    return sign.name, now, usual, figures.change(sign.now, sign.normal) if known else "–"


def models(signs: Signs) -> tuple[Block, ...]:
    calls = sum(one.sum.calls for one in signs.models)
    if not calls:
        return ()
    listed = ", ".join(f"{one.name} {_share(one.sum.calls, calls)}" for one in signs.models[:SHOWN])
    alone = f"{signs.models[0].name} for all calls" if len(signs.models) == 1 else listed
    simple = ""
    if signs.timed and signs.simple >= SOME_SIMPLE * signs.timed:
        simple = f" {signs.simple:,} of {signs.timed:,} single calls read {SIMPLE} tokens or fewer."
    return (Text((Strong("Models: "), f"{alone}.{simple}")),)


def failures(whole: Charged, errors: Sequence[Part], endpoints: Sequence[Endpoint]) -> tuple[Block, ...]:
    failed = sum(one.sum.failed for one in errors)
    if not failed:
        return ()
    kinds = tuple((one.name, one.sum.failed, _share(one.sum.failed, failed)) for one in errors[:SHOWN])
    places = tuple(
        (
            one.name, one.now.calls, one.now.failed, usage_words.percent(usage_sums.failing(one.now)),
            usage_words.percent(usage_sums.failing(one.before)),
        )
        for one in endpoints[:SHOWN]
    )  # fmt: skip
    told = Table(("Error", "Calls", "Of failures"), kinds, f"{many(whole.failed, 'call')} failed")
    where = Table(("Endpoint", "Calls", "Failed", "Rate", "Normal rate"), places, "Where they failed")
    return (told, where) if places else (told,)


def causes(found: Sequence[Cause], signs: Signs) -> tuple[Block, ...]:
    if not found:
        return ()
    lines: list[Block] = [Text((Strong("What explains it, by named rules"),))]
    primary = next((one for one in found if not one.standing), None)
    for one in found:
        place = "Primary" if one is primary else "Contributing"
        lines.append(Text((f"{place} (“{one.rule}”): {_RULES[one.rule]}{_figure(one, signs)}.",), listed=True))
    return tuple(lines)


def steps(found: Sequence[Cause], errors: Sequence[Part]) -> tuple[Block, ...]:
    known = usage_advice.about_error(errors[0].name) if errors else None
    every = [*([known] if known else []), *usage_advice.steps(found)]
    if not every:
        return ()
    lines = [Text((Strong(f"{one.horizon}: "), one.words), listed=True) for one in every]
    return (Text((Strong("What to do"),)), *lines)


def basis(signs: Signs, whole: Charged) -> str:
    said = []
    if signs.days:
        said.append(f"Normal is the median of {usage_words.many(signs.days, 'day')} before.")
    else:
        said.append("No normal is known: there are too few calls before.")
    if signs.timed < whole.calls:
        said.append(f"P95 and peak are of the {signs.timed:,} single calls whose time is known, of {whole.calls:,}.")
    said.append("Its queue is not connected.")
    return " ".join(said)
