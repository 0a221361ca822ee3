"""How many of a thing there are: the thing is a label, not a metric."""

from bot.query.plan import Aggregate, Expr, Selector
from bot.query.words.asked import Asked
from bot.query.words.index import Index
from bot.query.words.label_nouns import label_of
from bot.query.words.lexicon import DOWN_WORDS, UP_WORDS
from bot.query.words.linking import link
from bot.query.words.prepared import Prepared
from bot.query.words.reading import Reading


def counted(asked: Asked, index: Index) -> Reading | None:
    """`how many sites are there`, `number of devices per site`."""
    if not asked.has("count") or not asked.words or asked.when.asked or asked.threshold:
        return None
    if asked.has("up", "down") or any(word.low in UP_WORDS | DOWN_WORDS for word in asked.words):
        return None  # `how many servers are up` is told by what says so
    said = (word for word in asked.words if word.before in ("many", "of") and (word.guessed or not word.role))
    thing = next(said, None)
    if thing is None or any(strength >= 0.9 for strength in index.strengths(thing.low).values()):
        return None
    holders = [metric for metric in index.metrics if label_of(thing.low, metric)]
    for metric in sorted(holders, key=_plainness)[:12]:
        fit = link(asked, metric, index)
        if fit.loose or fit.named - {thing.place}:
            continue
        label = label_of(thing.low, metric)
        by = tuple(group for group in fit.by if group != label)
        inner: Expr = Aggregate("count", Selector(metric.name, fit.matchers), (*by, label))
        says = f"number of {label} in"
        return Reading(Aggregate("count", inner, by or None), 0.8, says, "count", (metric.name,), fit)
    return None


def _plainness(metric: Prepared) -> tuple[bool, int, int]:
    return (metric.type != "gauge", len(metric.labels), metric.place)
