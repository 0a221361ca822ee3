"""What of a catalogue a question may be about: its best metrics and log streams, in a line each. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from heapq import nsmallest

from bot.query.catalog import Catalog, KnownLogs
from bot.query.words import asked as asking
from bot.query.words.choosing import Prepared, fitted
from bot.query.words.index import Index
from bot.query.words.prepared import Prepared as Metric
from bot.query.words.tokens import parts

MOST = 40
MOST_LOGS = 10  # of them, where there are more metrics than fit
MOST_LABELS, MOST_VALUES, MOST_FIELDS = 8, 6, 12
LONGEST_HELP, LONGEST_VALUE = 90, 40
LOOKED_ALIKE = 8  # chosen by their letters alone, for words that no rule knows
LEAST_ALIKE = 0.3
FIRST, PARTNERS = 10, 8  # of the best, those that shares are made with: sent with failed, used with size


@dataclass(frozen=True)
class Candidates:
    metrics: Sequence[Metric]
    logs: Sequence[KnownLogs]
    streams: Mapping[str, Sequence[str]]
    said: frozenset[str]  # the words of the question, by which values are shown first

    def metric_lines(self) -> Iterator[str]:
        """`jobs_waiting | gauge | queue: mail, video | Jobs waiting per queue.`"""
        for metric in self.metrics:
            kind = f"{metric.type} of {metric.unit.name}" if metric.unit else metric.type
            labels = list(metric.labels.items())[:MOST_LABELS]
            held = "; ".join(f"{label}: {self._some(values)}" for label, values in labels)
            yield " | ".join(filter(None, (metric.name, kind, held, metric.known.help[:LONGEST_HELP])))

    def log_lines(self) -> Iterator[str]:
        for known in self.logs:
            fields = "; ".join(f"{name}: {about[:60]}" for name, about in list(known.fields.items())[:MOST_FIELDS])
            yield " | ".join(filter(None, (known.service, known.format, fields)))

    def stream_lines(self) -> Iterator[str]:
        for label, values in list(self.streams.items())[:MOST_LABELS]:
            yield f"{label}: {self._some(values, 2 * MOST_VALUES)}"

    def _some(self, values: Sequence[str], most: int = MOST_VALUES) -> str:
        """Those that the question may name come first; how many are not shown is said."""
        ranked = sorted(values, key=lambda value: -len(self.said & {value.lower(), *parts(value)}))
        shown = [value[:LONGEST_VALUE] for value in ranked[:most]]
        return ", ".join(shown) + (f" and {len(values) - most} more" if len(values) > most else "")


def candidates(text: str, now: datetime, zone: str, ground: Prepared, earlier: Iterable[str] = ()) -> Candidates:
    """`earlier`: questions of the thread, which it may build on."""
    index = ground.index
    whole = " ".join((*earlier, text))
    said = frozenset(re.findall(r"[^\W_]+", whole.lower())) | frozenset(whole.lower().split())
    catalog = index.catalog
    logs = _logs(catalog, said, MOST if len(index.metrics) + len(catalog.logs) <= MOST else MOST_LOGS)
    metrics = _metrics(whole, now, zone, ground, MOST - len(logs))
    return Candidates(metrics, logs, catalog.stream_labels, said)


def _metrics(text: str, now: datetime, zone: str, ground: Prepared, most: int) -> Sequence[Metric]:
    """The rules' own best first, then what looks like the words, then what is left as long as there is room."""
    index = ground.index
    if len(index.metrics) <= most:
        return index.metrics
    by_rules = [fit.metric.place for fit in fitted(asking.read(text, now, zone, index.known), index)]
    alike = _alike(text, index)
    partners = _partners(by_rules[:FIRST], ground)[:PARTNERS]
    surely = (*by_rules[: most - LOOKED_ALIKE - PARTNERS], *partners, *alike[:LOOKED_ALIKE])
    chosen = dict.fromkeys((*surely, *by_rules, *alike))
    chosen.update(dict.fromkeys(range(len(index.metrics))))
    return [index.metrics[place] for place in list(chosen)[:most]]


def _partners(best: Sequence[int], ground: Prepared) -> list[int]:
    found: dict[int, int] = {}
    for pair in ground.pairs:
        for one, other in ((pair.part.place, pair.whole.place), (pair.whole.place, pair.part.place)):
            if one in best and other not in best:
                found[other] = min(best.index(one), found.get(other, len(best)))
    return sorted(found, key=lambda place: found[place])


def _alike(text: str, index: Index) -> list[int]:
    """By letters in a row that words share with names and descriptions, rare ones above all."""
    wanted = [_threes(word) for word in re.findall(r"[a-z0-9]{3,}", text.lower())]
    scores = {}
    for metric in index.metrics:
        held = [_threes(word) for word in (*metric.words, *metric.help_words)]
        scores[metric.place] = sum(max((_likeness(one, other) for other in held), default=0.0) for one in wanted)
    return nsmallest(MOST, (place for place, score in scores.items() if score), key=lambda place: -scores[place])


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other) / max(1, min(len(one), len(other)))
    return shared if shared >= LEAST_ALIKE else 0.0


@lru_cache(maxsize=65536)
def _threes(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _logs(catalog: Catalog, said: frozenset[str], most: int) -> Sequence[KnownLogs]:
    def strange(known: KnownLogs) -> int:
        words = {known.service.lower(), *parts(known.service), *map(str.lower, known.fields)}
        return -len(said & words)

    return sorted(catalog.logs, key=strange)[:most]
