"""The noun a question ranks or picks out: `top 2 decline reasons`, `slowest method`, `draining nodes`."""

import re
from collections.abc import Iterable, Mapping

from bot.query.words.asked import Asked
from bot.query.words.label_nouns import label_of
from bot.query.words.prepared import Prepared
from bot.query.words.roles import Word
from bot.query.words.tokens import parts, singular

_RANKED = re.compile(r"\b(?:top|bottom|most|least|worst|best|fewest|(?!latest|request|test|rest|oldest)\w+est)\b")

_SOME = re.compile(r"\b(?:any|some|single|one)(?: \w+)? $", re.IGNORECASE)
_ALL = re.compile(r"\b(?:are|is|were) (?:all|the|our)\b", re.IGNORECASE)


def ranked(asked: Asked, word: Word, following: Word | None, metric: Prepared) -> str:
    """The label that the word names as the thing asked about, if it does."""
    if word.role or word.quoted or word.before == "by":
        return ""
    plural = word.low.endswith("s") and singular(word.low) != word.low
    picked = metric.is_flag and plural and not asked.has("count") and not _ALL.search(asked.text)
    first = asked.top is not None and bool(_RANKED.search(asked.text.lower()))
    some = asked.threshold is not None and bool(_SOME.search(asked.text[: word.place]))
    if not (picked or first or some):
        return ""
    if not picked and any(
        one.role in ("group", "which") and not one.guessed and label_of(one.low, metric) for one in asked.words
    ):
        return ""
    label = label_of(word.low, metric)
    if not label or not (spells(word.low, label) or plural or some):
        return ""
    values = {value.lower() for value in metric.labels[label]}
    if (following is not None and following.low in values) or word.before in values:
        return ""
    return label


def spells(noun: str, label: str) -> bool:
    one = singular(noun)
    return label.lower() in (noun, one) or one in [singular(piece) for piece in parts(label)]


_SAYS: Mapping[str, frozenset[str]] = {
    "time": frozenset("time latency duration delay".split()),
    "bytes": frozenset("size data bytes space volume memory storage".split()),
    "money": frozenset("money cost costs spend spending revenue price worth turnover amount income".split()),
    "heat": frozenset("temperature temperatures temp heat degrees".split()),
    "power": frozenset("power load watts output".split()),
    "energy": frozenset("energy electricity power".split()),
    "share": frozenset("share ratio percentage level utilisation utilization usage".split()),
}
_WAITING = frozenset("queue queued waiting pending backlog".split())
_FLOWS = frozenset("traffic volume activity throughput demand load".split())


def restates(noun: str, metric: Prepared) -> bool:
    """A word that says once more what the unit or the type of a metric says."""
    counted = metric.type == "gauge" and metric.unit is None
    if counted and noun in ("length", "depth", "size") and _WAITING & set(metric.words):
        return True
    if (metric.type in ("counter", "histogram") and noun in _FLOWS) or (
        noun in ("core", "cores") and "cpu" in metric.words
    ):
        return True
    return metric.unit is not None and noun in _SAYS.get(metric.unit.dimension, ())


def two_words(word: Word, following: Word, metric: Prepared) -> str:
    """`per upstream cluster`: a label of two words."""
    return label_of_two(word.low, following.low, metric.labels)


def label_of_two(first: str, second: str, labels: Iterable[str]) -> str:
    """`upstream cluster` for upstream_cluster, `message type` for mtype."""
    one = singular(second)
    both = [f"{said}{glue}{one}" for said in (first, *_WAYS.get(first, ())) for glue in ("_", "")]
    short = {f"{first[:size]}{glue}{one}" for size in (1, 2, 3) for glue in ("", "_")} if len(one) > 3 else set()
    exact = next((label for label in labels if label.lower() in both), "")
    return exact or next((label for label in labels if label.lower() in short), "")


# Who sends and who gets, as labels shorten it.
_WAYS: Mapping[str, tuple[str, ...]] = {
    "sender": ("from", "src", "source", "sending"), "source": ("src", "from"), "origin": ("from", "src", "source"),
    "recipient": ("to", "rcpt", "dst", "dest"), "receiver": ("to", "dst"), "destination": ("dst", "dest", "to"),
    "target": ("dst", "dest", "to"),
}  # fmt: skip


def _one_of_them(word: Word, metric: Prepared) -> bool:
    """`at the northgate` where there are gates: one of them by its name, and not what they are."""
    named = word.before in ("at", "on", "of", "in", "for", "from", "the") and singular(word.low) == word.low
    label = label_of(word.low, metric) if named and word.low.isalpha() else ""
    return len(label) >= 4 and word.low != label.lower() and word.low.endswith(label.lower())


def kind(word: Word, metric: Prepared) -> float:
    """How well a noun says what kind of thing a label holds."""
    if _one_of_them(word, metric):
        return 0.0
    if (word.low in ("server", "client") and word.after.startswith("error") and metric.code_label) or label_of(
        word.low, metric
    ):
        return 0.5
    one = singular(word.low)
    return 0.45 if any(one in parts(label) for label in metric.labels) else 0.0
