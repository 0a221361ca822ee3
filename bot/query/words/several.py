"""A word of which metrics and logs both tell: which of the two is meant is asked, and never guessed."""

import re
from collections.abc import Sequence

from bot.query.words import saying
from bot.query.words.asked import Asked
from bot.query.words.choosing import Prepared
from bot.query.words.index import Index
from bot.query.words.languages import speaks_of_logs
from bot.query.words.lexicon import DOWN_WORDS, ERROR_WORDS, UP_WORDS
from bot.query.words.log_frames import Found
from bot.query.words.outcome import Clarify
from bot.query.words.pairs import is_bad
from bot.query.words.reading import Reading

_FIGURES = frozenset("count rate ratio avg max min sum graph delta used free age success down up".split())


def several_things(asked: Asked, metrics: Sequence[Reading], logs: Sequence[Found], ground: Prepared) -> Clarify | None:
    if speaks_of_logs(asked) or asked.threshold or asked.top or asked.per or asked.unit or asked.quantile:
        return None
    if two := _two_figures(asked, metrics, ground):
        return two
    return _errors(asked, metrics, logs) or _errors_on(asked, metrics, logs, ground.index) or _service(asked, ground)


_TWO = re.compile(
    r"\b(?P<a>latency|traffic|errors?|cpu|memory|requests?|throughput|disk)(?: usage)? (?:and|&|\+) "
    r"(?P<b>latency|traffic|errors?|cpu|memory|requests?|throughput|disk)(?: usage)?\b"
    r"(?! (?:ratio|rate|share|requests|limits?|pressure))",
    re.IGNORECASE,
)


def _two_figures(asked: Asked, metrics: Sequence[Reading], ground: Prepared) -> Clarify | None:
    """`latency and errors`: one query tells one of them."""
    match = _TWO.search(asked.text)
    if match is None or match["a"].lower() == match["b"].lower() or any(not one.loose for one in metrics[:1]):
        return None
    said = [word for word in asked.words if match.start() <= word.place < match.end()]
    best = [max(held.items(), key=lambda one: one[1])[0] for w in said if (held := ground.index.strengths(w.low))]
    options = tuple(dict.fromkeys(ground.index.metrics[place].name for place in best))
    return Clarify(f"One at a time, please: {saying.listed((match['a'], match['b']))}?", options)


def _errors(asked: Asked, metrics: Sequence[Reading], logs: Sequence[Found]) -> Clarify | None:
    """`errors in the last hour`, and nothing says of what."""
    said = [word.low for word in asked.words if not word.soft]
    bare = bool(said) and all(low in ERROR_WORDS and low.startswith("err") for low in said)
    if not bare or asked.has("ratio", "by"):
        return None
    counted = dict.fromkeys(name for one in metrics[:4] if not one.loose for name in one.metrics)
    levelled = [one.known.service for one in logs if one.lines.stages and one.known.service and not one.loose]
    options = (*tuple(counted)[:2], *(f"{name} logs" for name in levelled))[:4]
    return Clarify(f"Errors of what: {saying.listed(options)}?", options) if len(options) > 1 else None


def _errors_on(asked: Asked, metrics: Sequence[Reading], logs: Sequence[Found], index: Index) -> Clarify | None:
    """`errors on sports-1`: no metric is called so, several count what goes wrong there, and a log tells too."""
    said = [word for word in asked.words if not word.soft]
    things = [word for word in said if word.low not in ERROR_WORDS]
    services = {known.service.lower() for known in index.catalog.logs}
    placed = len(things) == 1 < len(said) and things[0].low not in services and index.is_value(things[0].low)
    if not placed or not logs or logs[0].named or logs[0].loose or any(not one.loose for one in metrics[:1]):
        return None
    bad = [index.metrics[place] for place in index.holding(things[0].low) if is_bad(index.metrics[place])]
    options = (*(one.name for one in bad[:3]), f"{logs[0].known.service} logs")
    return Clarify(f"Which errors of {things[0].text}: {saying.listed(options)}?", options) if bad else None


def _service(asked: Asked, ground: Prepared) -> Clarify | None:
    """`order-service`: it has logs, and is measured too."""
    said = [word for word in asked.words if not word.soft]
    services = {known.service.lower() for known in ground.index.catalog.logs}
    if any(word.low in UP_WORDS | DOWN_WORDS for word in asked.words):
        return None
    if len(said) != 1 or said[0].low not in services or asked.when.asked or asked.flags & _FIGURES:
        return None
    measured = [ground.index.metrics[place].name for place in ground.index.holding(said[0].low)][:3]
    options = (*measured, f"{said[0].text} logs")
    return (
        Clarify(f"What of {said[0].text} would you like to know: {saying.listed(options)}?", options)
        if measured
        else None
    )
