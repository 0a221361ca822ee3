"""One metric made ready for reading: its name and help in words, its unit, what kind of value it has."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.query.catalog import KnownMetric, MetricType
from bot.query.words.places import places
from bot.query.words.tokens import parts, singular, stem
from bot.query.words.units import Unit, measured_in

_CODE = re.compile(r"[1-5](?:\d\d|xx|XX)")

_ONE_OF = re.compile(
    r"\b1 (?:for|if|when|where|in) (?:the|a|this|its|current)\b.*\b(?:state|status|phase|mode|condition|stage)\b", re.I
)
_COMING = frozenset("expir expiration after expire due eta until next deadline end scheduled".split())
_PAST = frozenset("last start started created seen boot success update updated finished changed modified".split())
_NUMBERED = re.compile(r"([a-z]{2,})[-_.]?\d{1,4}(?:$|[:.])")
_BEGUN = re.compile(r"[a-z]{2,}(?=[-_. ])")
_AHEAD = re.compile(
    r"expir|\bis (?:due|expected|planned|scheduled)\b|\bwill\b|\bends\b|\bnext\b|\bmust\b|\bdeadline\b", re.I
)
_STATES = frozenset("state status phase mode condition stage health position activity".split())
_OR_ZERO = re.compile(r"\bor (?:an? |in )?(\w+) \(0\)")
_ZERO_IF = re.compile(r"\b0 (?:if|when|for|=|means|is)?([^,.;]*)")
_TRUTHS = frozenset({"true", "false", "unknown"})
_COUNTED = re.compile(r"\bnumber\b|\bcount\b|\btotal\b|\bhow many\b|\bamount\b", re.I)
_MOMENTS = _PAST | frozenset("expire expiry expiration created creation modification due next end finish birth".split())
_HEADER = frozenset({"total", "seconds", "bytes", "count", "sum", "info", "bucket", "ratio", "status", "current"})

_DULL = frozenset(
    "the of a an in to and or for by with number total count per is that are was has have"
    " been as on from at it its this"
    " all any metric currently current value field since".split()
)


@dataclass(frozen=True)
class Prepared:
    """One metric with its name and help in words. `type` is guessed from the name where the source has none."""

    known: KnownMetric
    type: MetricType
    words: tuple[str, ...]  # of the name, singular
    stems: Mapping[str, float]
    help_words: frozenset[str]
    help_stems: frozenset[str]
    unit: Unit | None
    place: int

    @property
    def name(self) -> str:
        return self.known.name

    @cached_property
    def series(self) -> frozenset[str]:
        """The names of its parts, where it is a histogram."""
        ends = ("bucket", "sum", "count") if self.type in ("histogram", "summary") else ()
        return frozenset(f"{self.name.lower()}_{end}" for end in ends)

    @cached_property
    def spelled(self) -> frozenset[str]:
        """The words of its name as they stand there, plurals included."""
        return frozenset(parts(self.name))

    @cached_property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        return {label: values for label, values in self.known.labels.items() if label != "le"}

    @cached_property
    def numbered(self) -> Mapping[str, frozenset[str]]:
        """What the values of a label are called before their numbers: `nas` of nas-1."""
        found = {label: [_NUMBERED.match(value.lower()) for value in values] for label, values in self.labels.items()}
        numbered = {
            label: frozenset(match[1] for match in matches if match)
            for label, matches in found.items()
            if sum(match is not None for match in matches) > 1 and len(matches) <= 200
        }
        return {**self._begun, **numbered}

    @cached_property
    def _begun(self) -> Mapping[str, frozenset[str]]:
        """What all values of a label begin with: `dsp` of dsp-red and dsp-blue."""
        first = {
            label: {(_BEGUN.match(value.lower()) or [""])[0] for value in values}
            for label, values in self.labels.items()
            if 1 < len(values) <= 200
        }
        return {
            label: frozenset(kinds)
            for label, kinds in first.items()
            if len(kinds) == 1 and not kinds & {"", *self.words}
        }

    @cached_property
    def counts(self) -> bool:
        return self.type == "counter"

    @cached_property
    def is_flag(self) -> bool:
        """A gauge that says yes or no."""
        if self.type not in ("gauge", "unknown") or self.unit is not None:
            return False
        told = re.search(
            r"\b1 (?:if|when|while|where|for|=|means|as long|indicates)|\b1=|\bwhether\b|\b0 or 1\b|\(1\b|1 is "
            r"|0 (?:if|when|while|=|for|means)"
            r"|\bis (?:up|down|alive)\b",
            self.known.help,
            re.IGNORECASE,
        ) and not {"perc", "ratio", "percent", "pct", "usage", "utilization"}.intersection(self.words)
        named = {"up", "success", "healthy", "health", "alive", "reachable"}.intersection(self.words[-2:])
        return bool(told or self._one_hot or (named and not _COUNTED.search(self.known.help)))

    @cached_property
    def state_label(self) -> str:
        """The label that names the state, where the value is 1 for the state that holds and 0 for the others."""
        if self._one_hot:
            return self._one_hot
        if not self.is_flag or not _ONE_OF.search(self.known.help):
            return ""
        named = [label for label, values in self.labels.items() if len(values) > 1 and singular(label) in _STATES]
        told = [label for label in named if singular(label) in self.words or singular(label) in self.help_words]
        return (told or named or [""])[0]

    @cached_property
    def _one_hot(self) -> str:
        """A label the metric is called after, `pod_status_phase{phase}`: nothing is counted, one state holds."""
        if self.type not in ("gauge", "unknown") or self.unit is not None or _COUNTED.search(self.known.help):
            return ""
        last = self.words[-1:] if self.true_label == "" else ()
        return next((one for one in self.labels if one in last and singular(one) in _STATES | {"reason"}), "")

    @cached_property
    def true_label(self) -> str:
        """The label that says whether it is so, beside an `unknown` perhaps."""
        held = ((label, {value.lower() for value in self.labels.get(label, ())}) for label in ("condition", "status"))
        flag = self.type in ("gauge", "unknown") and self.unit is None
        return next((label for label, low in held if flag and {"true", "false"} <= low <= _TRUTHS), "")

    @cached_property
    def zero_stems(self) -> frozenset[str]:
        """What a flag calls its 0: `0 if the line stands`."""
        match = _OR_ZERO.search(self.known.help) or _ZERO_IF.search(self.known.help)
        return (
            frozenset(stem(word) for word in parts(match[1]) if word not in _DULL)
            if match and self.is_flag
            else frozenset()
        )

    @cached_property
    def is_instant(self) -> bool:
        """Its value is a moment in Unix time."""
        if self.type in ("counter", "histogram", "summary") or self.quantile_label:
            return False
        told = re.search(r"unix ?time|unix epoch|epoch|unix timestamp|timestamp", self.known.help, re.IGNORECASE)
        named = (
            "timestamp" in self.words
            or (self.words[-2:] == ("time", "second") and bool(_MOMENTS & set(self.words)))
            or (self.words[-1:] in (("timestamp",), ("expiry",), ("not_after",)) or self.name.endswith("_time"))
        )
        return bool(named or (told and not re.search(r"duration|lag|age in", self.known.help)))

    @cached_property
    def expires(self) -> bool:
        """It lies ahead, as a rule: an expiry, an arrival, what is due next."""
        told = bool(_COMING & {*self.stems, *self.words} or _AHEAD.search(self.known.help))
        return self.is_instant and told and not _PAST & set(self.words)

    @cached_property
    def code_label(self) -> str:
        """The label that holds status codes, if any."""
        for label, values in self.labels.items():
            if values and all(_CODE.fullmatch(value) for value in values):
                return label
        known = places("code")
        return next(
            (label for label, values in self.labels.items() if label in known and any(map(_CODE.fullmatch, values))), ""
        )

    @cached_property
    def quantile_label(self) -> str:
        return "quantile" if "quantile" in self.known.labels else ""


def families(metrics: object) -> Iterator[KnownMetric]:
    """Bucket, sum and count series given one by one stand for one family."""
    held = list(metrics)  # type: ignore[call-overload]
    names = {metric.name for metric in held}
    for metric in held:
        root = re.sub(r"_(?:bucket|sum|count)$", "", metric.name)
        if root != metric.name and f"{root}_bucket" in names:
            if metric.name.endswith("_bucket") and root not in names:
                labels = {label: values for label, values in metric.labels.items() if label != "le"}
                yield KnownMetric(root, "histogram", metric.help, metric.unit, labels)
            continue
        if metric.name.endswith("_count") and f"{root}_sum" in names and root not in names and metric.type == "counter":
            yield KnownMetric(root, "summary", metric.help, metric.unit, metric.labels)
            continue
        if metric.name.endswith("_sum") and f"{root}_count" in names and root not in names and metric.type == "counter":
            continue
        yield metric


def prepared(place: int, metric: KnownMetric) -> Prepared:
    words = tuple(singular(word) for word in parts(metric.name))
    stems: dict[str, float] = {}
    for word in words:
        stems[stem(word)] = max(stems.get(stem(word), 0), 0.7 if word + "s" in _HEADER or word in _HEADER else 1.0)
        if (bare := word.rstrip("0123456789")) != word and len(bare) > 2:
            stems.setdefault(stem(bare), 0.95)
    for left, right in itertools.pairwise(words):  # `microstops`, `hitrate`
        stems.setdefault(stem(left + right), 0.95)
    help_words = frozenset(singular(word) for word in parts(metric.help) if word not in _DULL and len(word) > 1)
    return Prepared(
        metric, _type(metric), words, stems, help_words, frozenset(stem(word) for word in help_words),
        measured_in(metric.unit, tuple(parts(metric.name)), metric.help), place,
    )  # fmt: skip


def _type(metric: KnownMetric) -> MetricType:
    if metric.type != "unknown":
        return metric.type
    if "le" in metric.labels:
        return "histogram"
    return "counter" if metric.name.endswith(("_total", "_count", "_sum")) else "gauge"
