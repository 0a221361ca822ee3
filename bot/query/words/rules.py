"""The rules' own answer: of all readings the one that is meant, or a question back that names what is not clear."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.query.plan import Language, Plan, Span
from bot.query.words import asked as asking
from bot.query.words import entities, guard, saying
from bot.query.words.against import SET_AGAINST
from bot.query.words.asked import Asked
from bot.query.words.choosing import Prepared, readings
from bot.query.words.doubts import alone_in_unit, figure_missed, held_once, names_something, rivals_of
from bot.query.words.forgiving import says_enough
from bot.query.words.languages import chosen, speaks_of_logs
from bot.query.words.lexicon import VAGUE
from bot.query.words.log_frames import Found
from bot.query.words.logs import expr_of, log_readings
from bot.query.words.misspelt import spelled_right
from bot.query.words.outcome import Clarify, Outcome, Planned, Refuse, Unsupported
from bot.query.words.prepared import Prepared as Metric
from bot.query.words.reading import Reading
from bot.query.words.roles import Word
from bot.query.words.several import several_things
from bot.query.words.units import TELLING
from bot.query.words.weighing import lightened

LEAST = 0.33
RAW_LOGS = timedelta(hours=168)
COUNTED_LOGS = timedelta(days=31)
METRICS = timedelta(days=92)
_STOPPED: Mapping[guard.Verdict, Callable[[str], Outcome]] = {
    "refuse": Refuse,
    "unsupported": Unsupported,
    "clarify": Clarify,
}


def understand(text: str, now: datetime, zone: str, ground: Prepared, language: Language | None = None) -> Outcome:
    if stop := guard.stopped(text, ground.index):
        return _STOPPED[stop.verdict](stop.message)
    text, taken = spelled_right(text, ground.index.vocabulary)
    if taken and (stop := guard.stopped(text, ground.index)):
        return _STOPPED[stop.verdict](stop.message)
    asked = asking.read(text, now, zone, ground.index.known)
    if asked.when.beyond:
        return Unsupported(
            f"I cannot tell about {asked.when.beyond}; I can show what was measured, or predict a gauge."
        )
    outcome = _decided(lightened(asked, ground.index), ground, language)
    if taken and isinstance(outcome, Planned):
        return replace(outcome, confidence=outcome.confidence * 0.9, corrected=taken)
    return outcome


def _decided(asked: Asked, ground: Prepared, language: Language | None) -> Outcome:
    if too_far := _too_far(asked, logs=language == "logql" or speaks_of_logs(asked)):
        return too_far
    if vague := _vague(asked, ground):
        return vague
    metrics = [] if language == "logql" else readings(asked, ground)
    logs = [] if language == "promql" else log_readings(asked, ground.index)
    if language is None and (several := several_things(asked, metrics, logs, ground)):
        return several
    if language is None:
        language = chosen(asked, metrics, logs, ground)
    return _of_logs(asked, logs, ground) if language == "logql" else _of_metrics(asked, metrics, ground)


def _too_far(asked: Asked, *, logs: bool) -> Refuse | None:
    reach = max(asked.when.window, asked.when.window + asked.when.ago)
    if logs and reach > COUNTED_LOGS:
        return Refuse(
            f"{saying.span(reach)} of logs is too much. I can read 168 h of lines, or count over up to 31 days."
        )
    if reach > METRICS or asked.when.against > timedelta(days=400):
        return Refuse(f"{saying.span(reach)} is more than I can read at once; up to 92 days is possible.")
    return None


def _vague(asked: Asked, ground: Prepared) -> Clarify | None:
    """Nothing but words such as status, health, usage: there is a thing to look at, but which?"""
    if _WHATS_UP.match(asked.text):
        return Clarify("What would you like to know about it? Name a metric, for instance one of these.", _some(ground))
    if (whole := _IS_IT_OK.match(asked.text)) and not _has_health(
        (whole["what"] or whole["bare"] or "").lower(), ground
    ):
        return Clarify("What would you like to know about it? Name a metric, for instance one of these.", _some(ground))
    content = [word for word in asked.words if not word.soft]
    if SET_AGAINST.search(asked.text):
        return None
    if any(word.low not in VAGUE for word in content):
        return None
    health = any(word.low in ("down", "up", "offline", "unreachable", "targets") for word in asked.words)
    if health and any(metric.is_flag for metric in ground.index.metrics):
        return None
    bound = asked.threshold.unit if asked.threshold else asked.unit
    if bound is not None and (bound.dimension in TELLING or (asked.has("ratio") and bound.dimension == "time")):
        return None
    if asked.quantile is not None or asked.limit is not None or _soft_names(asked, ground):
        return None
    return Clarify("What would you like to know? Name a metric or a service, for instance one of these.", _some(ground))


_WHATS_UP = re.compile(
    r"\s*(?:hey,? |hi,? |so,? )?what(?:'?s| is) (?:up|wrong|going on|happening|the matter|the problem)"
    r" (?:with|at|in|on) (?:the |our |my )?[\w-]+(?: [\w-]+)? *(?:today|now|again|lately)?\s*\??$",
    re.IGNORECASE,
)
_IS_IT_OK = re.compile(
    r"\s*(?:(?:hey|hi|so),? )?(?:is|are) (?:the |our |my |all (?:the )?)?(?P<what>[\w-]+(?: [\w-]+)?)"
    r" (?:all )?(?:ok|okay|fine|alright|right|healthy|good|well|working)(?: (?:now|today|again|there))?\s*[?.!]*$"
    r"|\s*(?P<bare>[\w-]+(?: [\w-]+)?) (?:ok|okay|healthy|fine|alright)\s*\?+\s*$"
    r"|\s*how(?: is|'s|s| are) (?:the |our |my )?(?P<other>things|everything|it all|stuff)\b",
    re.IGNORECASE,
)


def _has_health(what: str, ground: Prepared) -> bool:
    """Whether anything tells how this one is: a value that is scraped, or a health of its own."""
    index = ground.index
    healths = [m for m in index.metrics if m.is_flag or {"health", "healthy", "status"} & set(m.words)]
    told = {"service", "app", "application", "job", *(label for metric in healths for label in metric.labels)}
    if any(held.quality > 0.85 and held.label in told for held in index.find(what.replace(" ", "_"))):
        return True
    return any(
        any(held.label in told for held in index.find(word))
        or any(index.strengths(word).get(one.place, 0) >= 0.85 for one in healths)
        for word in what.split()
    )


def _soft_names(asked: Asked, ground: Prepared) -> bool:
    if any(
        held.quality > 0.96 for word in asked.words if word.low not in VAGUE for held in ground.index.find(word.low)
    ):
        return True
    return any(
        strength >= 0.9
        for word in asked.words
        if word.low in _NOUNS
        for strength in ground.index.strengths(word.low).values()
    )


_NOUNS = frozenset(
    "hits misses hit uptime age capacity pods hosts nodes instances running open machines"
    " servers services hosts instances".split()
)


def _some(ground: Prepared) -> tuple[str, ...]:
    return (
        tuple(metric.name for metric in ground.index.metrics[:3])
        or ground.index.catalog.stream_labels.get("service", ())[:3]
    )


# Metrics


def _of_metrics(asked: Asked, found: Sequence[Reading], ground: Prepared) -> Outcome:
    if things := entities.counted(asked, ground.index):
        return Planned(_plan(asked, things), 0.7, metrics=things.metrics)
    if not found:
        return _unknown(asked, ground, [word for word in asked.words if not word.soft] or list(asked.words))
    best = found[0]
    if best.loose and not says_enough(asked, best, ground.index):
        return _unknown(asked, ground, list(best.loose), best)
    if asking.TAKES.search(asked.text) and not _timed(best, ground):
        said = ", ".join(word.text for word in asked.words if word.place in best.fit.named) or asked.text.strip()
        return Clarify(
            f"I know of nothing that tells how long {said} take. Did you mean one of these?", _choices(found)
        )
    if _IS_IT_OK.match(asked.text) and best.frame in ("quantile", "rate", "mean"):
        return Clarify("What would you like to know about it? Name a metric, for instance one of these.", best.metrics)
    if missed := figure_missed(asked, best):
        return Clarify(missed, _choices(found))
    told = names_something(asked, best) or held_once(asked, best, ground) or alone_in_unit(asked, found)
    if not told:
        held = ", ".join(word.text for word in asked.words if word.place in best.fit.by_value) or asked.text.strip()
        return Clarify(
            f"What of {held} would you like to know?",
            tuple(dict.fromkeys(name for one in found[:6] for name in one.metrics))[:4],
        )
    if best.score < LEAST and not alone_in_unit(asked, found):
        return Clarify("I am not sure what is meant. Did you mean one of these?", _choices(found))
    rivals = rivals_of(asked, found)
    if rivals:
        options = tuple(dict.fromkeys(" / ".join(one.metrics) for one in (best, *rivals)))[:4]
        return Clarify(
            f"“{asked.text.strip()[:80]}” could be {saying.listed(options)}. Which one do you mean?", options
        )
    sure = min(0.99, best.score) - 0.15 * len(best.loose)
    return Planned(_plan(asked, best), round(max(0.1, sure), 2), metrics=best.metrics)


def _timed(best: Reading, ground: Prepared) -> bool:
    metrics = [ground.index.by_name[name] for name in best.metrics if name in ground.index.by_name]
    times = [
        one.is_instant or one.is_flag or (one.unit is not None and one.unit.dimension == "time") for one in metrics
    ]
    return any(times) or best.frame in ("mean", "left", "predict") or not metrics


def _choices(found: Sequence[Reading]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in found[:6] for name in one.metrics))[:4]


def _unknown(asked: Asked, ground: Prepared, loose: list[Word], best: Reading | None = None) -> Outcome:
    if not loose:
        return Clarify("What would you like to know? Name a metric or a service.", _some(ground))
    strange = [word for word in loose if not ground.index.knows(word.low)] or loose
    said = _quoted(asked, strange)
    near = ground.index.near(strange[0].text[:60])
    if strange[0] in loose and ground.index.knows(strange[0].low) and best is not None:
        there = [
            ground.index.metrics[place].name
            for place in sorted(
                ground.index.strengths(strange[0].low), key=lambda p: -ground.index.strengths(strange[0].low)[p]
            )
        ]
        options = tuple(dict.fromkeys([*there[:2], *best.metrics, *near]))[:4]
        return Clarify(f"I find nothing that goes with {said} here. Nearest: {saying.listed(options)}.", options)
    return Clarify(
        f"I know nothing called {said} here. Nearest: {saying.listed(near)}."
        if near
        else f"I know nothing called {said} here.",
        tuple(near),
    )


def _quoted(asked: Asked, strange: Sequence[Word]) -> str:
    said = dict.fromkeys(saying.phrase(asked, word)[:60] for word in strange[:3])
    return ", ".join(f"“{one}”" for one in said)


def _plan(asked: Asked, best: Reading) -> Plan:
    filters = {m.label: m.value for m in best.fit.matchers if m.op == "="}
    return Plan(
        "promql",
        best.expr,
        saying.of_metrics(asked, best),
        _span(asked) if asked.has("graph") else None,
        frame=best.frame,
        filters=filters,
    )


def _span(asked: Asked) -> Span | None:
    when = asked.when
    if when.start is not None and when.end is not None and when.calendar:
        return Span(start=when.start, end=when.end if when.ago else None)
    if when.window and when.ago:
        return Span(start=asked.now - when.ago - when.window, end=asked.now - when.ago)
    return Span(last=when.window or timedelta(hours=1))


# Logs


def _near_by_name(asked: Asked, ground: Prepared) -> list[Metric]:
    """The metrics that its words name best."""
    sums: dict[int, float] = {}
    for word in asked.words:
        for place, strength in ground.index.strengths(word.low).items():
            sums[place] = sums.get(place, 0.0) + strength
    return [ground.index.metrics[place] for place in sorted(sums, key=lambda one: (-sums[one], one))[:3]]


def _of_logs(asked: Asked, found: Sequence[Found], ground: Prepared) -> Outcome:
    services = tuple(known.service for known in ground.index.catalog.logs)
    if not found:
        return Clarify("I know of no logs here.", ())
    best = found[0]
    if not (best.named or best.stages_said or speaks_of_logs(asked)):
        return _unknown(asked, ground, [word for word in asked.words if not word.soft])
    if best.loose:
        strange = _quoted(asked, best.loose)
        return Clarify(
            f"I know nothing called {strange} in the logs. There are logs of {saying.listed(services[:6])}.",
            services[:4],
        )
    rivals = [one for one in found[1:] if not one.loose and one.rank > best.rank - 0.04]
    if rivals and not best.named and best.known.service:
        options = tuple(dict.fromkeys([best.known.service, *(one.known.service for one in rivals)]))[:4]
        return Clarify(f"Logs of which service: {saying.listed(options)}?", options)
    made = expr_of(asked, best)
    if made is None:
        return Clarify("I am not sure what is meant in these logs.", services[:4])
    expr, kind = made
    if kind == "lines" and not (best.stages_said or best.lines.stages or speaks_of_logs(asked)):
        options = (*(metric.name for metric in _near_by_name(asked, ground)), f"{best.known.service} logs")
        return Clarify(f"What of {best.known.service} would you like to know?", options)
    if kind == "lines" and asked.when.window + asked.when.ago > RAW_LOGS:
        return Refuse("Log lines can be read for up to 168 h. Choose a shorter span, or ask how many there were.")
    span = _span(asked) if (kind == "lines" and asked.when.window) or asked.has("graph") else None
    filters = {m.label: m.value for m in best.lines.stream if m.op == "="}
    limit = asked.limit if kind == "lines" else None
    plan = Plan("logql", expr, saying.of_logs(asked, best, kind), span, limit=limit, frame=kind, filters=filters)
    return Planned(plan, round(max(0.1, min(0.99, best.score)), 2), metrics=(best.known.service,))
