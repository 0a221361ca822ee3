"""Which values of its labels the words of a question pick out of one metric."""

import re

from bot.query.plan import Matcher
from bot.query.promql.build import within
from bot.query.words.asked import Asked
from bot.query.words.fits import SCOPE_LABELS
from bot.query.words.index import EXACT, STEM, Index
from bot.query.words.label_nouns import label_of
from bot.query.words.lexicon import ERROR_WORDS, LATENCY_WORDS, SUCCESS_WORDS
from bot.query.words.outcomes import (
    CLASS,
    ERROR_VALUES,
    HTTP_NAMES,
    NEGATED,
    OK_VALUES,
    ONE_CODE,
    PREPOSITIONS,
    STATES,
    outcome_of,
    wants_state,
)
from bot.query.words.places import places
from bot.query.words.prepared import Prepared
from bot.query.words.roles import Word
from bot.query.words.tokens import parts, singular, stem
from bot.query.words.values import Held, first_label


class LinkedValues:
    """What the words have told so far, and the values among them."""

    def __init__(self, asked: Asked, metric: Prepared, index: Index) -> None:
        self.asked, self.metric, self.index = asked, metric, index
        self.held: dict[tuple[str, bool], list[str]] = {}
        self.raw: list[Matcher] = []
        self.part: set[str] = set()
        self.groups: list[str] = []
        self.which: list[str] = []
        self.loose: list[Word] = []
        self.named: set[int] = set()
        self.told: set[int] = set()
        self.by_value: set[int] = set()
        self.grouped: set[int] = set()
        self.skip: set[int] = set()
        self.none = False
        self.gained = self.wanted = self.bonus = 0.0

    def _matchers(self) -> tuple[Matcher, ...]:
        made = [within(label, tuple(values), leave_out=out) for (label, out), values in self.held.items()]
        exact = {label for label, out in self.held if not out}
        raw = [m for m in _either(self.raw) if m.label not in exact]  # a code that was said is narrower than its class
        return tuple(dict.fromkeys([*made, *raw, *_true(exact, self.metric)]))

    def _name_strength(self, word: Word) -> float:
        if word.low == self.metric.name.lower() or word.low in self.metric.series:
            return 3.0
        strength = self.index.strengths(word.low).get(self.metric.place, 0.0)
        pieces = parts(word.text) if not strength else ()
        if len(pieces) > 1 and not any(letter.isdigit() for letter in word.text):  # `PartiallyFailed` of the logs
            strength = min(self.index.strengths(piece).get(self.metric.place, 0.0) for piece in pieces)
        if strength and word.text in self.index.cased and not self._holds(word.text):
            strength *= 0.4  # `Charging` in capitals is the state, and not the name of another metric
        named = {*self.metric.words, *self.metric.help_words}
        if word.low in ("cpu", "cpus", "processor") and "core" in named and "cores" not in self.metric.spelled:
            strength = strength if named & {"cpu", "processor"} else 0.0  # the core of a server is no processor
        flows = word.low in ("traffic", "throughput", "bandwidth")
        if flows and self.metric.type == "gauge" and strength < EXACT and "second" not in self.metric.words:
            return 0.0
        # "seconds" in the name of a counter is what it counts, not how long something takes.
        if word.low in LATENCY_WORDS and self.metric.type == "counter" and strength < 0.85:
            return 0.0
        return strength

    def _holds(self, value: str) -> bool:
        return any(value in values for values in self.metric.labels.values())

    def _joined(self, word: Word, following: Word | None) -> float:
        """Two words that are one value: `us east`, `player api`."""
        if following is None or word.quoted or word.role in ("group", "which"):
            return 0.0
        for glue in ("-", "_", "", " "):
            for held in self.index.find(f"{word.low}{glue}{following.low}"):
                if held.label in self.metric.labels and held.quality > 0.9 and self._has(held):
                    self._keep(held, out=word.role == "exclude")
                    self.told |= {word.place, following.place}
                    self.by_value |= {word.place, following.place}
                    return 0.9
        initials = f"{word.low[0]}{following.low[0]}"
        if initials in self.metric.labels and not (word.soft or following.soft or self.index.knows(following.low)):
            self.told |= {word.place, following.place}  # `domain controllers` for dc
            return 0.5
        return 0.0

    def _has(self, held: Held) -> bool:
        return not set(held.values).isdisjoint(self.metric.labels[held.label])

    def _of_its_kind(self, word: Word, following: Word | None) -> float:
        """`by server reason`, `public room`, `business class`: a value before the noun for what it is."""
        if following is None or following.role or following.quoted or word.role == "exclude" or word.guessed:
            return 0.0
        label = label_of(following.low, self.metric)
        if not label:
            label = next((held.label for held in self._candidates(word)), "") if following.low in _KINDS else ""
        if not label or (word.role in ("group", "which") and label_of(word.low, self.metric)):
            return 0.0
        value = next((value for value in self.metric.labels[label] if value.lower() == word.low), None)
        if value is None or following.place - word.place - len(word.text) != 1:
            return 0.0
        self._keep(Held(label, (value,), 1.0))
        self.told |= {word.place, following.place}
        self.by_value.add(word.place)
        if self._name_strength(following) >= STEM:
            self.named.add(following.place)
        return 0.95

    def _labelled(self, word: Word, following: Word | None) -> float:
        """`partition 3`, `gpu 0`, `region eu`: a label's name and one of its values."""
        if following is None:
            return 0.0
        label = word.low if word.low in self.metric.labels else ""
        if not label and following.low.isdigit():
            label = label_of(word.low, self.metric)
        if not label:
            return 0.0
        value = next((value for value in self.metric.labels[label] if value.lower() == following.low), None)
        if value is None:
            return 0.0
        self._keep(Held(label, (value,), 1.0), out=word.role == "exclude")
        self.told |= {word.place, following.place}
        self.by_value.add(following.place)
        if self._name_strength(word) >= STEM:
            self.named.add(word.place)
        return 0.95

    def _code(self, word: Word) -> float:
        low = word.low
        if match := NEGATED.fullmatch(low):
            return self._put_code(f"{match[1]}.." if match[2] == "xx" else match[1] + match[2], out=True)
        if match := CLASS.fullmatch(low):
            if low in self.metric.words:
                return 0.0
            return self._put_code(f"{match[1]}..")
        if (match := ONE_CODE.fullmatch(low)) and self.metric.code_label:
            values = self.metric.labels[self.metric.code_label]
            if match[1] in values:
                self._keep(Held(self.metric.code_label, (match[1],), 1.0))
                self.part.add(self.metric.code_label)
                self.told.add(word.place)
                return 0.95
            if match[1].endswith("00") and low.endswith("s") and any(value[0] == low[0] for value in values):
                return self._put_code(f"{match[1][0]}..")
        return 0.0

    def _put_code(self, pattern: str, *, out: bool = False) -> float:
        label = self.metric.code_label
        if not label:
            return 0.0
        classes = tuple(value for value in self.metric.labels[label] if value.lower() == f"{pattern[0]}xx")
        if classes:
            self.raw.append(within(label, classes, leave_out=out))
        else:
            self.raw.append(Matcher(label, "!~" if out else "=~", pattern))
        self.part.add(label)
        return 0.9

    def _candidates(self, word: Word) -> list[Held]:
        found = [held for held in self.index.find(word.low) if held.label in self.metric.labels]
        kept = []
        for held in found:
            values = tuple(value for value in held.values if value in self.metric.labels[held.label])
            if values:
                kept.append(Held(held.label, values, held.quality))
        if len(kept) > 1:
            best = max(held.quality for held in kept)
            kept = [held for held in kept if held.quality >= best - 0.001]
            near = [held for held in kept if held.label in places(word.before) or held.label in places(word.after)]
            first = first_label([held.label for held in near or kept])
            kept.sort(key=lambda held: held.label != first)
        return kept

    def _value(self, word: Word, name: float) -> float:
        low = word.low
        found = self._candidates(word) or (self._partly(word) if not name else [])
        if not found or (low.isdigit() and len(low) < 3) or (low == "full" and _HOW_FULL.search(self.asked.text)):
            return 0.0
        held = found[0]
        if held.quality < 0.9 and held.label in self._grouped():
            return 0.0  # `web traffic per site` is none of one site
        if held.quality < 0.9 and self.metric.type == "gauge" and low.startswith(("error", "exception")):
            return 0.0
        sized = held.label == "size"
        if held.quality < 0.9 and (name >= 0.6 or (word.soft and not sized and not wants_state(word.low))):
            return 0.0
        scoped = word.before in PREPOSITIONS or word.after in (
            "service",
            "app",
            "cluster",
            "region",
            "host",
            "job",
            "pod",
        )
        # A word of the name is the name, unless it stands where places are named, or a share of it is asked for.
        shared = self.asked.has("ratio") and held.label in STATES and held.quality == 1.0
        state = word.before in ("not", "non") and held.quality == 1.0 and held.label == self.metric.state_label
        if name >= 0.85 and not (scoped and held.label in SCOPE_LABELS) and not (shared or state):
            return 0.0
        if len(low) < 3 and word.soft:
            return 0.0
        if word.soft and held.quality < 0.97 and not sized and not wants_state(word.low):
            return 0.0
        if low.startswith(("/",)) is False and held.quality == 0.93 and held.values[0].startswith("/") and name >= 0.4:
            return 0.0
        barred = word.before in ("not", "non") and held.quality > 0.9
        self.none = self.none or (barred and held.label == "condition")
        self._keep(held, out=barred and held.label != "condition")
        if word.after == "only" or word.before == "only":  # it narrows the whole
            self.part.discard(held.label)
        self.told.add(word.place)
        self.by_value.add(word.place)
        pieces = parts(held.values[0]) if len(held.values) == 1 and held.quality > 0.9 else ()
        if len(pieces) > 1 and any(self.index.strengths(one).get(self.metric.place, 0.0) > 0.6 for one in pieces):
            self.named.add(word.place)  # `Inlet Temp` says what is measured
        return 0.55 + 0.4 * held.quality

    def _grouped(self) -> set[str]:
        said = (other for other in self.asked.words if other.role == "group" and not other.guessed)
        return {label_of(other.low, self.metric) for other in said}

    def _partly(self, word: Word) -> list[Held]:
        """`admin` for admin-tls, `home` for not_home: a word of one value, and of no other."""
        short = 2 if word.text.isupper() or not self.index.strengths(word.low) else 3
        told = word.low.isalnum() and not word.low.isdigit() and word.low not in ERROR_WORDS | SUCCESS_WORDS
        if word.soft or len(word.low) <= short or not told:
            return []
        one = singular(word.low)
        grouped = self._grouped()
        for label, values in self.metric.labels.items():
            if label in grouped:
                continue
            hits = (
                [value for value in values if one in map(singular, parts(value)) and value.lower() != one]
                if len(values) <= 40
                else []
            )
            if len(hits) == 1:
                return [Held(label, (hits[0],), 0.8)]
        return []

    def _keep(self, held: Held, *, out: bool = False) -> None:
        if not out and len(held.values) > 2 and set(held.values) >= set(self.metric.labels.get(held.label, "?")):
            return  # what all of them are called narrows nothing
        kept = self.held.setdefault((held.label, out), [])
        kept.extend(value for value in held.values if value not in kept)
        if held.label in STATES or parts(held.label)[-1:] in (
            ("reason",),
            ("result",),
            ("outcome",),
            ("status",),
            ("cause",),
        ):
            self.part.add(held.label)

    def _state(self, word: Word, *, dry: bool = False) -> float:
        """Words for success and failure, by the values of an outcome or by status codes."""
        low = word.low
        stemmed = self.index.stemmed(low, self.metric)
        if stemmed and not word.soft:
            if not dry:
                self._keep(stemmed)
                self.told.add(word.place)
                self.by_value.add(word.place)
            return 0.8 if stemmed.quality < 0.9 else 0.93
        if self.metric.type == "gauge" and low.startswith(("error", "exception")):
            return 0.0
        if low in ERROR_WORDS or (low in ("server",) and word.after.startswith("error")):
            wanted, code, out = ERROR_VALUES, "5..", False
        elif low in SUCCESS_WORDS:
            wanted, code, out = OK_VALUES, "5..", True
        else:
            return 0.0 if dry else self._http_name(word)
        client = any(one.low == "client" and one.after.startswith("error") for one in self.asked.words)
        made = outcome_of(self.metric, wanted, "4.." if client else code, out=out)
        if made and not dry:
            self.raw.append(made)
            self.part.add(made.label)
            self.told.add(word.place)
            self.by_value.add(word.place)
        return 0.7 if made else 0.0

    def _http_name(self, word: Word) -> float:
        """`conflicts`, `throttled`: what a status code is called, with the code or without."""
        code = HTTP_NAMES.get(singular(word.low), "")
        if not code or not self.metric.code_label or code not in self.metric.labels[self.metric.code_label]:
            return 0.0
        self._keep(Held(self.metric.code_label, (code,), 0.8))
        self.told.add(word.place)
        return 0.7

    def _boolean(self, word: Word) -> float:
        """`late submissions` where late is yes or no."""
        key = stem(word.low)
        named = (
            label
            for label in self.metric.labels
            if len(label) > 3 and (word.low.startswith(label.lower()) or stem(label.lower()) == key)
        )
        label = next(named, "") if not word.role else ""
        denied = _DENIED.fullmatch(word.low) if not label and not word.role else None
        if denied is not None:  # `unintentionally` for intentional="false"
            label = next((one for one in self.metric.labels if stem(one.lower()) == stem(denied[1])), "")
        values = self.metric.labels.get(label, ())
        wanted = _NO if denied or word.before in ("not", "non") else _YES
        hit = next((value for value in values if value.lower() in wanted), None)
        if hit is None or not {value.lower() for value in values} <= _YES | _NO:
            return 0.0
        self._keep(Held(label, (hit,), 1.0))
        self.part.add(label)
        self.told.add(word.place)
        self.by_value.add(word.place)
        return 0.9

    def _exclude(self, word: Word) -> float:
        for held in self._candidates(word):
            self._keep(held, out=True)
            self.told.add(word.place)
            return 0.8
        if match := CLASS.fullmatch(word.low):
            return self._put_code(f"{match[1]}..", out=True)
        if strength := self._name_strength(word):  # "queues without consumers"
            self.none = word.before in ("without", "no", "w/o", "any")
            self.named.add(word.place)
            self.told.add(word.place)
            return strength
        return 0.0


def _either(raw: list[Matcher]) -> list[Matcher]:
    """`4xx and 5xx`: one class or the other, for no series has both."""
    found: dict[tuple[str, bool], list[str]] = {}
    for matcher in dict.fromkeys(raw):
        found.setdefault((matcher.label, matcher.op.startswith("!")), []).append(matcher.value)
    once = {key for key, values in found.items() if len(values) == 1}
    kept = [m for m in dict.fromkeys(raw) if (m.label, m.op.startswith("!")) in once]
    joined = [
        Matcher(label, "!~" if out else "=~", "|".join(values))
        for (label, out), values in found.items()
        if len(values) > 1
    ]
    return [*kept, *joined]


def _true(held: set[str], metric: Prepared) -> list[Matcher]:
    """A condition is told three times over; the one that is true is meant."""
    label = metric.true_label
    true = next((value for value in metric.labels.get(label, ()) if value.lower() == "true"), "true")
    return [Matcher(label, "=", true)] if label and label not in held else []


_HOW_FULL = re.compile(r"\bhow full\b|(?:%|\bpercent|\bpct) full\b", re.IGNORECASE)
_DENIED = re.compile(r"(?:un|non-?|in)([a-z]{4,})")
_YES, _NO = frozenset({"yes", "true"}), frozenset({"no", "false"})
_KINDS = frozenset("class type kind category tier grade one ones edition variant flavour".split())
