"""A catalogue made ready for reading: which metrics a word may name, which labels hold a value."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache, partial

from bot.query.catalog import Catalog
from bot.query.words.known import known_of, listed_in
from bot.query.words.label_nouns import label_of
from bot.query.words.lexicon import SOFT, STOP
from bot.query.words.log_fields import log_terms
from bot.query.words.look_alikes import LookAlikes
from bot.query.words.misspelt import Vocabulary
from bot.query.words.places import places
from bot.query.words.plain_english import COMMON
from bot.query.words.prepared import Prepared, families, prepared
from bot.query.words.roles import Known
from bot.query.words.synonyms import SYNONYMS
from bot.query.words.tokens import abbreviates, begins, coded, parts, singular, spelled, stem
from bot.query.words.value_words import VALUES
from bot.query.words.values import POD, Held, aliases, explained_in, pieces
from bot.query.words.vocabulary import terms_of

EXACT, STEM, HELP, HELP_STEM, HELP_SYNONYM, NEAR = 1.0, 0.9, 0.62, 0.55, 0.42, 0.8


class Index:
    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.metrics = [prepared(place, metric) for place, metric in enumerate(families(catalog.metrics))]
        self.by_name = {metric.name: metric for metric in self.metrics}
        self._names: dict[str, list[tuple[int, float]]] = {}
        self._helps: dict[str, list[int]] = {}
        self._values: dict[str, set[tuple[str, str]]] = {}
        self._words: dict[str, dict[int, float]] = {}
        self._aliases: dict[str, set[tuple[str, str]]] = {}
        self._found: dict[str, tuple[Held, ...]] = {}
        self._holding: dict[str, tuple[int, ...]] = {}
        self._apart: dict[str, tuple[int, ...]] = {}
        self._pods: dict[str, set[tuple[str, str]]] = {}
        self.labels: dict[str, set[str]] = {}
        for metric in self.metrics:
            for key, strength in metric.stems.items():
                self._names.setdefault(key, []).append((metric.place, strength))
            for key in metric.help_stems:
                self._helps.setdefault(key, []).append(metric.place)
            for label, values in metric.labels.items():
                self.labels.setdefault(label, set()).update(values)
                for value, noun in explained_in(metric.known.help, values):
                    self._aliases.setdefault(noun, set()).add((label, value))
        for label, values in catalog.stream_labels.items():
            self.labels.setdefault(label, set()).update(values)
        for label, known in self.labels.items():
            for value in known:
                self._keep(label, value)
        self.log_terms = frozenset(log_terms(catalog.logs))
        self.roots = frozenset(metric.words[0] for metric in self.metrics if metric.words)
        self.domain = frozenset(stem(word) for word in parts(catalog.about))

    def ready(self) -> None:
        """Does now what the first question would wait for."""
        _ = (self.known, self.coded, self.histograms, self._label_names, self._stem_values, self._look_alikes)
        _ = (self._pieces, self.vocabulary)

    def _keep(self, label: str, value: str) -> None:
        low = value.lower()
        self._values.setdefault(low, set()).add((label, value))
        if label in ("pod", "pod_name", "instance", "container_name", "task"):
            base = POD.sub("", low)
            if base != low and len(base) > 2:
                self._pods.setdefault(base, set()).add((label, value))
        if value.isdigit() and label in ("version", "ver", "release", "revision"):
            self._aliases.setdefault(f"v{value}", set()).add((label, value))
        for alias in aliases(low):
            self._aliases.setdefault(alias, set()).add((label, value))

    @cached_property
    def values(self) -> frozenset[str]:
        """Values with a mark or digit in them, which no rule may take apart."""
        return (
            frozenset(
                value
                for value in (*self._values, *self._aliases)
                if len(value) > 2 and not value.isalpha() and not value.isdigit()
            )
            | frozenset(name.lower() for name in self.by_name)
            | frozenset(field.lower() for logs in self.catalog.logs for field in logs.fields if not field.isalpha())
        )

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """Values that the descriptions of log fields list."""
        return tuple(listed_in(self.catalog.logs))

    @cached_property
    def _by_label(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for metric in self.metrics:
            for label in metric.labels:
                found.setdefault(label, []).append(metric.place)
        return found

    def holding(self, low: str) -> tuple[int, ...]:
        """The metrics that have this word as a value."""
        if low not in self._holding:
            if len(self._holding) > 20_000:
                self._holding.clear()
            stemmed = [Held(label, (value,), 0.8) for label, value in self._stem_values.get(stem(spelled(low)), ())]
            self._holding[low] = tuple(
                place
                for held in (*self.find(low), *stemmed)
                for place in self._by_label.get(held.label, ())
                if not set(held.values).isdisjoint(self.metrics[place].labels[held.label])
            )
        return self._holding[low]

    def told_apart_by(self, noun: str) -> tuple[int, ...]:
        """The metrics with a label for such things."""
        if noun not in self._apart:
            if len(self._apart) > 20_000:
                self._apart.clear()
            self._apart[noun] = tuple(metric.place for metric in self.metrics if label_of(noun, metric))
        return self._apart[noun]

    @cached_property
    def _stem_values(self) -> Mapping[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for label, values in self.labels.items():
            if len(values) <= 40:
                for value in values:
                    if len(value) > 2 and value[0].isalpha():
                        found.setdefault(stem(value.lower()), []).append((label, value))
                        if not value.islower() and len(value) > 6:  # CrashLoopBackOff
                            for size in (2, 3):
                                found.setdefault(stem("".join(parts(value)[:size])), []).append((label, value))
        return found

    @cached_property
    def coded(self) -> tuple[int, ...]:
        """Those that tell success from failure by a label."""
        told = frozenset("success failure failed error errors ok".split())
        return tuple(
            metric.place
            for metric in self.metrics
            if metric.code_label
            or any(value.lower() in told for values in metric.labels.values() for value in values[:20])
        )

    @cached_property
    def histograms(self) -> tuple[int, ...]:
        return tuple(metric.place for metric in self.metrics if metric.type in ("histogram", "summary"))

    @cached_property
    def known(self) -> Known:
        return known_of(self.catalog, self.metrics, self.labels, self.values, (*self._values, *self._aliases))

    def is_value(self, low: str) -> bool:
        return low in self._values or low in self._aliases

    @cached_property
    def cased(self) -> frozenset[str]:
        """Values with capitals, as they are written."""
        return frozenset(
            value for known in self.labels.values() for value in known if not value.islower() and value[4:]
        )

    def strengths(self, word: str) -> Mapping[int, float]:
        """How well a word names each metric that it names at all."""
        if word not in self._words:
            if len(self._words) > 20_000:
                self._words.clear()
            self._words[word] = self._strengths(word)
        return self._words[word]

    def _strengths(self, word: str) -> dict[int, float]:
        low = spelled(word)
        found = self._said(low)
        if not found or (len(low) >= 3 and max(found.values()) < HELP):
            begun = (
                (place, 0.7 * held) for name in self._names if _begins(name, low) for place, held in self._names[name]
            )
            _most(found, begun)
        return found

    def _said(self, low: str) -> dict[int, float]:
        """By the word itself, by another word for it, or by a short way to write it; not by how it begins."""
        one, key = singular(low), stem(low)
        if (
            len(low) == 3
            and low.endswith("s")
            and not {key, low} & {*self._names, *SYNONYMS}
            and low[:-1] in self._names
        ):
            one = key = low[:-1]  # pgs, vms
        found: dict[int, float] = {}
        _most(found, self._by_words(one, key))
        brief = not found or max(found.values()) < STEM * 0.7 or len(low) > 5
        for name in self._brief if brief else ():
            if abbreviates(name, low):
                _most(found, ((place, 0.75 * strength) for place, strength in self._names[stem(name)]))
        if not found:
            _most(found, ((place, 0.85) for place in self._initials.get(low, ())))
        return found

    def _by_words(self, one: str, key: str) -> Iterator[tuple[int, float]]:
        for place, strength in self._names.get(key, ()):
            yield place, (EXACT if one in self.metrics[place].words else STEM) * strength
        for place in self._helps.get(key, ()):
            yield place, HELP if one in self.metrics[place].help_words else HELP_STEM
        for meaning, weight in SYNONYMS.get(key, {}).items():
            yield from ((place, weight * strength) for place, strength in self._names.get(meaning, ()))
            yield from ((place, HELP_SYNONYM * weight) for place in self._helps.get(meaning, ()))

    @cached_property
    def _brief(self) -> tuple[str, ...]:
        """Words of names that are short enough to be written so for a longer one."""
        return tuple(
            {word for metric in self.metrics for word in metric.words if 3 <= len(word) <= 5 and word.isalpha()}
        )

    @cached_property
    def _initials(self) -> Mapping[str, list[int]]:
        """`ttft` is said for time_to_first_token."""
        found: dict[str, list[int]] = {}
        for metric in self.metrics:
            letters = "".join(word[0] for word in metric.words)
            for size in (3, 4, 5):
                for first in range(len(letters) - size + 1):
                    found.setdefault(letters[first : first + size], []).append(metric.place)
            for run in _CAPITALS.findall(metric.known.help):  # "API Priority and Fairness"
                found.setdefault("".join(re.findall(r"\b[A-Z]", run)).lower(), []).append(metric.place)
        return found

    def find(self, low: str) -> tuple[Held, ...]:
        if low not in self._found:
            if len(self._found) > 20_000:
                self._found.clear()
            self._found[low] = self._find(low)
        return self._found[low]

    def _find(self, low: str) -> tuple[Held, ...]:
        """Every label a word is a value of: written out, known by a shorter name, or by another word for it."""
        found: dict[str, Held] = {}

        def put(pairs: set[tuple[str, str]], quality: float) -> None:
            by_label: dict[str, list[str]] = {}
            for label, value in pairs:
                by_label.setdefault(label, []).append(value)
            for label, values in by_label.items():
                if label not in found:
                    found[label] = Held(label, tuple(sorted(values)), quality)

        put(self._values.get(low, set()), 1.0)
        if (one := singular(low)) != low:
            put(self._values.get(one, set()), 0.97)
        for joined in {
            low.replace("-", "_"),
            low.replace("_", "-"),
            low.replace("-", ""),
            low.replace("_", " "),
            _MEASURED.sub(r"\1", low),
            low.replace(" ", "-"),
            low.replace(" ", "_"),
        } - {low}:
            put(self._values.get(joined, set()), 0.95)
        put(self._aliases.get(low, set()) or self._aliases.get(one, set()), 0.93)
        put(self._pods.get(low, set()), 0.88)
        for meant in (*VALUES.get(low, ()), *VALUES.get(one, ())):
            put(self._values.get(meant, set()), 0.85)
        if not found and len(low) >= 5 and low.isalpha() and not self.strengths(low):
            put(self._shortened(low), 0.86)
        if not found and (any(map(str.isdigit, low)) or not self.strengths(low)):
            put(self._pieces.get(low, set()), 0.86)
        return tuple(found.values())

    @cached_property
    def _pieces(self) -> Mapping[str, set[tuple[str, str]]]:
        """What one value alone has in it, and no name; of several, what they end with."""
        found: dict[str, set[tuple[str, str]]] = {}
        for label, values in self.labels.items():
            for value in values if len(values) <= 200 else ():
                for piece in pieces(value):
                    found.setdefault(piece, set()).add((label, value))
        return {piece: held for piece, held in found.items() if self._tells(piece, held)}

    def _tells(self, piece: str, held: set[tuple[str, str]]) -> bool:
        values = {value for _, value in held}
        ends = all(value.lower().endswith(piece) for value in values)
        plain = piece in COMMON or piece in SOFT or piece in STOP or piece in self.labels
        return not plain and (len(values) == 1 or (ends and len(values) <= 3))

    def _shortened(self, low: str) -> set[tuple[str, str]]:
        """The one short value a word may be written out from: `mad` for madrid, `tmo` for timeouts."""
        for fits in (begins, partial(abbreviates, dropped="aeiu"), coded):
            hits = [value for value in self._short if fits(value, low)]
            if len(hits) == 1:
                return self._values[hits[0]]
        return set()

    @cached_property
    def _short(self) -> tuple[str, ...]:
        return tuple(value for value in self._values if 3 <= len(value) <= 4 and value.isalpha())

    def measures(self, low: str) -> bool:
        """Whether a metric is called by this word."""
        return any(strength >= EXACT for strength in self.strengths(low).values())

    def counts_many(self, one: str) -> bool:
        """Whether a name has several of them: `companies_active` for a company."""
        return one in self._many

    @cached_property
    def _many(self) -> frozenset[str]:
        return frozenset(singular(word) for metric in self.metrics for word in metric.spelled if singular(word) != word)

    def stemmed(self, low: str, metric: Prepared) -> Held | None:
        """A value of this metric that shares its stem with the word: `failed` for failure, `crashloop` …"""
        key = stem(spelled(low))
        for label, values in metric.labels.items():
            if hits := _stemmed(key, values) if len(values) <= 40 else ():
                return Held(label, hits, 0.85 if hits[0].islower() else 0.95)
        return None

    def knows(self, low: str) -> bool:
        return bool(
            self.is_value(low) or self.strengths(low) or self.find(low) or self.is_label(low) or self.in_logs(low)
        )

    def spells(self, low: str) -> bool:
        """Whether a word is written as it should be: known, and not only by how it begins."""
        return bool(
            self.is_value(low) or self._said(spelled(low)) or self.find(low) or self.is_label(low) or self.in_logs(low)
        )

    def is_label(self, low: str) -> bool:
        return any(label in self._label_names for label in places(low))

    @cached_property
    def _label_names(self) -> frozenset[str]:
        found: set[str] = set()
        for label in self.labels:
            found.add(label)
            found.update(parts(label))
        return frozenset(found)

    def in_logs(self, low: str) -> bool:
        return stem(spelled(low)) in self.log_terms

    @cached_property
    def vocabulary(self) -> Vocabulary:
        values = (*self._values, *self._aliases)
        return Vocabulary(self.spells, terms_of(self.catalog, self.metrics, values), tuple(self._values))

    def near(self, word: str, count: int = 3) -> list[str]:
        """The known names that look or sound most like a word: for asking back."""
        return self._look_alikes.near(word, count)

    @cached_property
    def _look_alikes(self) -> LookAlikes:
        names = {metric.name for metric in self.metrics} | set(self.catalog.stream_labels.get("service", ()))
        for values in self.labels.values():
            names |= {value for value in values if len(values) <= 200 and len(value) > 2 and not value.isdigit()}
        return LookAlikes(tuple(names)[:8000], frozenset(self.by_name))


_MEASURED = re.compile(r"^(\d+)(?:cm|mm|m|km|kg|l|v|w|a|hz|k|g|c)$")  # `30cm` for 30
_CAPITALS = re.compile(r"\b[A-Z]\w+(?: (?:and |of |the |for )?[A-Z]\w+){1,4}")


def _most(found: dict[int, float], told: Iterable[tuple[int, float]]) -> None:
    for place, strength in told:
        found[place] = max(strength, found.get(place, 0.0))


def _begins(name: str, low: str) -> bool:
    """`repl` for replication and the other way round, `loss` for packetloss."""
    key = stem(low)
    if len(name) < 3 or len(low) < 3 or name == key:
        return False
    longer = len(name) >= 4 and key.startswith(name) and len(key) - len(name) <= 3 and key.isalpha()
    ends = len(low) >= 4 and low not in COMMON and name.endswith(low) and len(name) - len(low) <= 4
    return name.startswith(key) or longer or ends


@lru_cache(maxsize=65536)
def _stemmed(key: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        value
        for value in values
        if (len(value) > 2 and stem(value.lower().strip("/")) == key)
        or (len(key) >= 5 and not value.islower() and re.sub("[-_]", "", value.lower()).startswith(key))
    )
