"""A question in a channel that is about one application: its services are meant where no other is named. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.model.profile import Profile, spelt
from bot.query import translate
from bot.query.catalog import Catalog, KnownMetric
from bot.query.plan import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Lines,
    LogRange,
    Matcher,
    Number,
    Selector,
    Subquery,
)
from bot.query.promql.build import within
from bot.query.words.choosing import Prepared
from bot.query.words.outcome import Outcome, Planned

NAMING = ("service", "app", "application", "app_kubernetes_io_name", "service_name", "job", "container", "component")
ENVIRONMENT = ("env", "environment")
_ANY = frozenset({".+", ".*"})
_EVERYTHING = re.compile(
    r"\b(?:all|every|each|any|other|across(?: all)?|whole|entire)\s+(?:the\s+)?"
    r"(?:services?|apps?|applications?|system)\b"
    r"|\beverything\b|\beverywhere\b|\boverall\b",
    re.IGNORECASE,
)
LESS_SURE = 0.1  # by so much the reading of the application's own part may be less sure than that of the whole


@dataclass(frozen=True)
class About:
    """An application, and the part of the sources that is its own, made ready."""

    profile: Profile
    ground: Prepared
    usual: Prepared | None = None  # of its default metrics alone, for questions that more than one metric would answer


def usual(catalog: Catalog, profile: Profile) -> Catalog | None:
    """Of its part, the metrics that it names as its own defaults; None where it names none that are there."""
    metrics = tuple(one for one in catalog.metrics if one.name in profile.default_metrics)
    return replace(catalog, metrics=metrics, stream_labels={}, logs=()) if metrics else None


def part(catalog: Catalog, profile: Profile) -> Catalog:
    """What the catalogue holds of this application."""
    metrics = tuple(one for one in (_own(metric, profile) for metric in catalog.metrics) if one is not None)
    streams = {label: its(profile, label, there) or there for label, there in catalog.stream_labels.items()}
    services = {value for label in _labels(profile) for value in its(profile, label, streams.get(label, ()))}
    return replace(
        catalog, metrics=metrics, stream_labels=streams, logs=[one for one in catalog.logs if one.service in services]
    )


def environment(profile: Profile | None) -> str:
    """Where its questions are about, unless they say so themselves; empty where the profile names none."""
    named = [profile.architecture.get(name) for name in ("environment", "env")] if profile else []
    return next((one for one in named if isinstance(one, str)), "")


def its(profile: Profile, label: str, there: Sequence[str]) -> tuple[str, ...]:
    """Which of these values of a label mean the application."""
    mapped = _mapped(profile).get(label, frozenset())
    named = profile.services if label in NAMING else ()
    names = profile.names if label in NAMING else frozenset()
    return tuple(value for value in there if value in mapped or value in named or spelt(value) in names)


def translated(
    question: translate.Question, ground: Prepared, about: About, model: translate.Seat | None = None
) -> tuple[Outcome, Outcome]:
    """What the question comes to here, and what it comes to where nothing is said by the channel."""
    whole = translate.translate(question, ground, model=model)
    asked = " ".join((*question.previous, question.text))
    if everything(asked) or (isinstance(whole, Planned) and _names_another(whole, about.profile, asked)):
        return whole, whole
    limited = None
    if isinstance(whole, Planned) and whole.plan.language == "promql":
        limited = _limited(whole, ground.index.catalog, about.profile)
    if limited is None:
        limited = _of_its_own(question, about, whole)
    return limited or whole, whole


def unnamed(text: str, app: str) -> str:
    """Without “for the abc app”: what is left is asked of its own part of the sources."""
    if not app:
        return text
    name = rf"(?:\b(?:for|of|in|on)\s+)?(?:\bthe\s+)?(?<![\w-]){re.escape(app)}(?![\w-])"
    return re.sub(rf"{name}(?:\s+(?:app|application|service)\b)?", " ", text, flags=re.IGNORECASE).strip()


def everything(text: str) -> bool:
    """Whether it says itself that no single application is meant."""
    return bool(_EVERYTHING.search(text))


def _of_its_own(question: translate.Question, about: About, whole: Outcome) -> Planned | None:
    """The question as the application's own part of the sources would understand it."""
    own = translate.translate(question, about.ground)
    if not isinstance(own, Planned) and about.usual:
        own = translate.translate(question, about.usual)
    if not isinstance(own, Planned) or (isinstance(whole, Planned) and _much_surer(whole, own)):
        return None
    return _limited(own, about.ground.index.catalog, about.profile)


def _much_surer(whole: Planned, own: Planned) -> bool:
    return whole.plan.language != own.plan.language or whole.confidence - LESS_SURE > own.confidence


def _limited(planned: Planned, catalog: Catalog, profile: Profile) -> Planned | None:
    """With the application in every part; None where one of them cannot be told from that of others."""
    told: list[bool] = []

    def series(one: Selector) -> Selector:
        metric = catalog.family(one.metric)
        labels = metric.labels if metric else {}
        own = any(one.metric.startswith(begin) for begin in _prefixes(profile))
        matchers = _with(one.matchers, labels, profile)
        told.append(own or matchers is not None)
        return replace(one, matchers=matchers or one.matchers)

    def lines(one: Lines) -> Lines:
        matchers = _with(one.stream, catalog.stream_labels, profile)
        told.append(matchers is not None)
        return replace(one, stream=matchers or one.stream)

    expr = _each(planned.plan.expr, series, lines)
    return replace(planned, plan=replace(planned.plan, expr=expr)) if told and all(told) else None


def _with(
    matchers: tuple[Matcher, ...], labels: Mapping[str, Sequence[str]], profile: Profile
) -> tuple[Matcher, ...] | None:
    found = next(
        ((label, own) for label in _labels(profile) if (own := its(profile, label, labels.get(label, ())))), None
    )
    if found is None:
        return None
    label, own = found
    kept = tuple(one for one in matchers if one.label != label or one.value not in _ANY)
    if all(one.label != label for one in kept):
        kept = (within(label, own), *kept)
    usual = environment(profile)
    where = next((name for name in ENVIRONMENT if usual in labels.get(name, ())), "") if usual else ""
    named = any(one.label in ENVIRONMENT for one in kept)
    return (*kept, Matcher(where, "=", usual)) if where and not named else kept


def _names_another(planned: Planned, profile: Profile, asked: str) -> bool:
    """Whether the question itself says whose figures are meant; the lines of one service may be a guess."""
    found: list[Matcher] = []

    def series(one: Selector) -> Selector:
        found.extend(one.matchers)
        return one

    def lines(one: Lines) -> Lines:
        said = asked.lower()
        found.extend(matcher for matcher in one.stream if matcher.value.lower() in said)
        return one

    _each(planned.plan.expr, series, lines)
    naming = _labels(profile)
    return any(one.label in naming and one.value not in _ANY for one in found)


def _each(expr: Expr, series: Callable[[Selector], Selector], lines: Callable[[Lines], Lines]) -> Expr:
    match expr:
        case Number():
            return expr
        case Selector():
            return series(expr)
        case Lines():
            return lines(expr)
        case LogRange():
            return replace(expr, lines=lines(expr.lines))
        case Subquery() | Aggregate():
            return replace(expr, inner=_each(expr.inner, series, lines))
        case Call():
            return replace(expr, inputs=tuple(_each(one, series, lines) for one in expr.inputs))
        case Binary():
            return replace(expr, left=_each(expr.left, series, lines), right=_each(expr.right, series, lines))


def _own(metric: KnownMetric, profile: Profile) -> KnownMetric | None:
    """The metric with the application's values alone; None where it is not among its own."""
    for label in _labels(profile):
        if own := its(profile, label, metric.labels.get(label, ())):
            return replace(metric, labels={**metric.labels, label: own})
    named = metric.name in profile.default_metrics or any(metric.name.startswith(one) for one in _prefixes(profile))
    return metric if named else None


def _prefixes(profile: Profile) -> tuple[str, ...]:
    return tuple(one.metrics_prefix for one in profile.services.values() if one.metrics_prefix)


def _labels(profile: Profile) -> tuple[str, ...]:
    """Those it is mapped to before those that usually name one."""
    return tuple(dict.fromkeys((*_mapped(profile), *NAMING)))


def _mapped(profile: Profile) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for service in profile.services.values():
        label, sign, value = service.log_label.partition("=")
        if sign:
            found[label] = found.get(label, frozenset()) | {value.strip('"')}
    return found
