"""Which words of a question one metric explains: by its name, its help, its labels and their values."""

import re
from math import log

from bot.query.words import subjects
from bot.query.words.asked import Asked
from bot.query.words.fits import HOLDERS, Fit
from bot.query.words.index import EXACT, HELP, STEM, Index
from bot.query.words.label_nouns import KINDS, NAMELESS, label_of, worked_by
from bot.query.words.lexicon import DOWN_WORDS, UP_WORDS
from bot.query.words.linked_values import LinkedValues
from bot.query.words.places import is_place, places
from bot.query.words.plain_english import is_common
from bot.query.words.prepared import Prepared
from bot.query.words.roles import Word
from bot.query.words.tokens import parts, singular, spelled, stem
from bot.query.words.values import Held


def link(asked: Asked, metric: Prepared, index: Index) -> Fit:
    return _Linking(asked, metric, index).fit()


class _Linking(LinkedValues):
    def fit(self) -> Fit:
        words = self.asked.words
        skip = False
        for number, word in enumerate(words):
            if skip or word.place in self.skip:
                skip = False
                continue
            following = words[number + 1] if number + 1 < len(words) else None
            strength, skip = self._explain(word, following)
            if word.soft:
                exact = strength >= EXACT and word.low not in _COMMON and word.place in self.named
                self.bonus += 0.15 if word.place in self.by_value or exact else 0.06 * strength
                continue
            weight = self._weight(word) * (0.6 if word.light and not strength else 1)
            self.wanted += weight
            self.gained += weight * strength
            if not strength and word.light:
                self.bonus -= 0.2 if not is_common(word.low) and self.index.knows(word.low) else 0.0
            elif not strength:
                self.loose.append(word)
        if _BESIDE.search(self.asked.text) and not (self.asked.has("ratio") and not _SET_APART.search(self.asked.text)):
            self.groups += [
                label
                for (label, out), values in self.held.items()
                if len(values) > 1 and not out and label not in self.groups
            ]
        score = self.gained / self.wanted if self.wanted else 0.5
        spare = sum(1 for one in set(self.metric.words) if one not in _COMMON and stem(one) not in self.asked.stems)
        return Fit(
            self.metric, score + self.bonus - 0.02 * min(spare, 5), self._matchers(), tuple(self.groups),
            tuple(self.which), tuple(m for m in self._matchers() if m.label in self.part), tuple(self.loose),
            frozenset(self.named), frozenset(self.told), frozenset(self.by_value), frozenset(self.grouped), self.none,
        )  # fmt: skip

    def _weight(self, word: Word) -> float:
        known = len(self.index.strengths(word.low))
        return 1.0 + 1.5 / (1 + log(1 + known))

    def _explain(self, word: Word, following: Word | None) -> tuple[float, bool]:
        """How well this word is explained, and whether the next one went with it."""
        joined = self._joined(word, following) or self._of_its_kind(word, following)
        if joined:
            return joined, True
        if self._names_a_kind(word, following):
            return 0.4, False
        if self._ranks_by(word, following):
            return self._name_strength(word), False
        if word.role in ("group", "which"):
            if found := self._group(word, following):
                return found, self._says_its_kind(word, following)
            described = not word.guessed and following is not None and not following.role
            kind = word.low in ("kind", "type", "sort")
            domain = stem(word.low) in self.index.domain
            about = described and (self._name_strength(word) or word.light or domain or kind)
            if about and following and (self._group(following, None) or self._told_by_name(following, None)):
                if word.role == "which":
                    self.which.append(self.groups.pop())
                self.grouped.add(word.place)
                self.told.add(word.place)
                return max(0.3, self._name_strength(word)), True
            if self._told_by_name(word, following):
                return 0.6, False
            if word.role == "group" and not word.guessed and (label := self._thing_left(word)):
                self.groups.append(label)
                self.grouped.add(word.place)
                self.told.add(word.place)
                return 0.8, False
            if (
                word.role == "group"
                and not word.guessed
                and self.index.is_label(word.low)
                and word.low not in self.metric.words
            ):
                self.bonus -= 0.25
                return 0.25 * self._name_strength(word), False
        if word.role == "exclude":
            return self._exclude(word), False
        if explicit := self._labelled(word, following):
            return explicit, True
        if code := self._code(word):
            return code, False
        if subject := self._subject(word, following):
            return subject, False
        if boolean := self._boolean(word):
            return boolean, False
        if self._heads(word, following):
            return 0.8, False
        name = self._name_strength(word)
        value = self._value(word, name)
        if value:
            return value, False
        if 0 < name < 0.85 and not word.soft and self.index.stemmed(word.low, self.metric):
            self.named.add(word.place)
            return max(name, self._state(word)), False
        if name >= 0.5 or (name and not self._state(word, dry=True)):
            (self.named if name > HELP or name >= 0.5 else self.told).add(word.place)
            untrue = word.before in ("not", "non", "isnt") and bool(self.metric.true_label)
            self.none = self.none or untrue or (word.before == "no" and self.metric.type == "gauge")
            self.told.add(word.place)
            return name, False
        if state := self._state(word):
            return state, False
        if name:
            self.told.add(word.place)
            return name, False
        if word.low == "empty" and self.metric.type == "gauge" and self.metric.unit is None and not self.metric.is_flag:
            self.none = True
            return 0.6, False
        if self.metric.expires and stem(word.low) in _COMING:
            self.told.add(word.place)
            return 0.6, False
        coloured = word.low in ("green", "red") and following is not None and label_of(following.low, self.metric)
        if self.metric.is_flag and word.low in _HEALTH and not coloured:  # `the green line` is a line
            self.told.add(word.place)
            elsewhere = any(held.quality > 0.96 for held in self.index.find(word.low))
            self.bonus -= 0.3 if elsewhere else 0.0
            return (0.3 if elsewhere else 0.7), False
        if noun := self._kind(word) or self._beside_its_value(word, following):
            return noun, False
        if subjects.restates(word.low, self.metric):
            self.told.add(word.place)
            return 0.4, False
        return self._domain(word), False

    def _says_its_kind(self, word: Word, following: Word | None) -> bool:
        """`by payment method`, where the label is called payment."""
        if following is None or following.role or word.guessed:
            return False
        begun = any(word.low in kinds for kinds in self.metric.numbered.values())  # `es node` for es-1 and es-2
        if singular(following.low) not in KINDS and not (begun and is_place(following.low)):
            return False
        return not self._name_strength(following) and not label_of(following.low, self.metric)

    def _names_a_kind(self, word: Word, following: Word | None) -> bool:
        """`by record type`: the word in front says of what the type is."""
        grouped = word.role == "group" and not word.guessed and following is not None and not following.role
        if not grouped or following is None or following.low not in _KIND_NOUNS or self.index.knows(word.low):
            return False
        label = label_of(following.low, self.metric)
        if label:
            self.groups.append(label)
            self.grouped.add(word.place)
            self.told |= {word.place, following.place}
            self.skip.add(following.place)
        return bool(label)

    def _domain(self, word: Word) -> float:
        """What the whole catalogue is about names nothing in it, unless names begin with it or labels are called so."""
        placed = word.before in self.index.labels  # `of the realm suppliers`
        if placed or stem(spelled(word.low)) not in self.index.domain or self.index.is_label(word.low):
            return 0.0
        return 0.0 if singular(word.low) in self.index.roots else 0.3

    def _subject(self, word: Word, following: Word | None) -> float:
        """`slowest rpc method`, `draining nodes`: the thing that is ranked or picked out is a label."""
        label = subjects.ranked(self.asked, word, following, self.metric)
        if not label or any(label == held for held, _ in self.held) or label in (*self.groups, *self.which):
            return 0.0
        self.which.append(label)
        self.grouped.add(word.place)
        self.told.add(word.place)
        if self._name_strength(word) >= EXACT * 0.9:
            self.named.add(word.place)
        return 0.9

    def _heads(self, word: Word, following: Word | None) -> bool:
        """`topic sizes`: the size of every topic."""
        if word.low not in self.metric.labels or following is None or following.soft or self.asked.has("count"):
            return False
        plural = following.low.endswith("s") and singular(following.low) != following.low
        themselves = {word.low, singular(following.low)} <= set(self.metric.words)
        themselves = themselves or (self.metric.counts and word.low in self.metric.words)  # `supplier calls`
        if themselves or word.low in {value.lower() for value in self.metric.labels[word.low]}:
            return False
        if not plural or following.role or self.index.strengths(following.low).get(self.metric.place, 0) < 0.5:
            return False
        (self.which if self.metric.is_flag else self.groups).append(word.low)
        self.told.add(word.place)
        return True

    def _group(self, word: Word, following: Word | None) -> float:
        two = subjects.two_words(word, following, self.metric) if following is not None and not following.role else ""
        if two and following is not None:
            self.told.add(following.place)
            self.skip.add(following.place)
        label = two or label_of(word.low, self.metric) or self._worked_by(word) or self._only_label(word)
        bound = self.asked.threshold
        shared = bound is not None and (self.asked.has("ratio") or (bound.unit is not None and bound.unit.size == 0.01))
        picked = (shared and label in places(word.low)) or self._ranks(word)
        if not label or (
            not two and word.guessed and label != singular(word.low) and self._name_strength(word) > HELP and not picked
        ):
            return 0.0
        if word.guessed and label == "job" and self._name_strength(word) > HELP:
            return 0.0
        if word.role == "which":
            self.which.append(label)
        else:
            self.groups.append(label)
        self.grouped.add(word.place)
        self.told.add(word.place)
        if word.role == "which" and self._name_strength(word) > HELP:
            self.named.add(word.place)
        if following is not None and following.low in _SAYS_KIND and not following.role:
            self.told.add(following.place)  # `payment method`, where the label is `payment`
            self.skip.add(following.place)
        spelled_so = singular(word.low) in [singular(piece) for piece in parts(label)] or label == word.low
        if not spelled_so and singular(word.low) in self.index.labels and word.low not in _HOSTS:
            return 0.55  # `processes` where another metric has a label of that name
        return (
            0.97
            if spelled_so or (word.place not in self.skip and following is not None and following.place in self.skip)
            else 0.78
        )

    def _ranks_by(self, word: Word, following: Word | None) -> bool:
        """`top 3 drones by motor faults`: motor faults are what the drones are ranked by."""
        told = self.asked.top is not None and self.asked.top.said and bool(self.which) and word.role == "group"
        if not told or following is None or following.role or self._name_strength(word) < EXACT:
            return False
        if self.index.strengths(following.low).get(self.metric.place, 0.0) < STEM or label_of(
            following.low, self.metric
        ):
            return False
        self.named.add(word.place)
        self.told.add(word.place)
        return True

    def _ranks(self, word: Word) -> bool:
        """`top 5 tasks by retries` where retries are counted: the tasks are told apart, or there is nothing to rank."""
        if not (word.guessed and self.metric.counts and self.asked.top is not None and self.asked.top.said):
            return False
        others = (one for one in self.asked.words if one.role == "group" and not one.guessed)
        return not any(label_of(one.low, self.metric) for one in others)

    def _only_label(self, word: Word) -> str:
        """`per etcd`, `each member`: what there are several of, where one label alone can tell them apart."""
        if (
            word.role != "group"
            or word.guessed
            or self.asked.top
            or self.asked.each != 1
            or len(self.metric.labels) != 1
            or any(
                one is not word and one.role == "group" and label_of(one.low, self.metric) for one in self.asked.words
            )
        ):
            return ""
        if is_place(word.low) and "name" in self.metric.labels:
            return "name"
        counted = word.low != singular(word.low) or f"{word.low}s" in self.metric.spelled or word.low.endswith("y")
        own = singular(word.low) in self.metric.words and not (counted and self.metric.unit is None)
        return next(iter(self.metric.labels)) if own or singular(word.low) in _MEMBERS else ""

    def _thing_left(self, word: Word) -> str:
        """`recycles per pool`, where pools are called apps: the one label that tells apart what is counted here."""
        one = singular(word.low)
        if one not in self.metric.words or self.index.counts_many(one):
            return ""
        fixed = {label for label, _ in self.held}
        left = [label for label, held in self.metric.labels.items() if len(held) > 1 and label not in fixed | HOLDERS]
        return left[0] if len(left) == 1 else ""

    def _told_by_name(self, word: Word, following: Word | None) -> bool:
        """`per access point`, `each job`: a label that is called no more than `name` holds them."""
        if word.guessed and singular(word.low) == word.low:
            return False
        said = {
            held.label
            for one in self.asked.words
            for held in self.index.find(one.low)
            if held.quality > 0.9 and len(held.values) < max(2, len(self.metric.labels.get(held.label, ())))
        }
        several = [label for label, held in self.metric.labels.items() if len(held) > 1 and label not in said]
        label = next((one for one in several if one in NAMELESS), "")
        known = self.index.knows(word.low) or len(several) > 1
        if not label or (known and not is_place(word.low)) or self._name_strength(word) >= STEM:
            return False
        (self.which if word.role == "which" else self.groups).append(label)
        self.grouped.add(word.place)
        self.told.add(word.place)
        if following is not None and not following.role and not self.index.strengths(following.low):
            self.told.add(following.place)
            self.skip.add(following.place)
        return True

    def _worked_by(self, word: Word) -> str:
        several = word.role == "group" or singular(word.low) != word.low
        if word.before in self.index.labels:  # `of the realm suppliers`: in the place of a name
            return ""
        return worked_by(word.low, self.metric) if several and not self.index.knows(word.low) else ""

    def _beside_its_value(self, word: Word, following: Word | None) -> float:
        """`vm qemu/117`: a noun for a place, right before one that is known by name."""
        if (
            following is None
            or word.role
            or not is_place(word.low)
            or following.place - word.place > len(word.text) + 1
        ):
            return 0.0
        known = any(held.quality > 0.96 and self._has_label(held) for held in self.index.find(following.low))
        return 0.4 if known else 0.0

    def _has_label(self, held: Held) -> bool:
        return held.label in self.metric.labels and self._has(held)

    def _kind(self, word: Word) -> float:
        """A noun that says what kind of thing a label holds."""
        strength = subjects.kind(word, self.metric)
        if strength == 0.5:
            self.told.add(word.place)
        return strength or (0.45 if self._worked_by(word) else 0.0)


_BESIDE = re.compile(
    r"\b(?:vs\.?|versus|compared?|against|side by side|next to each other|separately|or|both|than)\b", re.IGNORECASE
)

_SET_APART = re.compile(_BESIDE.pattern.replace("|or|", "|"), re.IGNORECASE)  # a share of one or the other is one share

_SAYS_KIND = frozenset("method type kind class category name".split())
_KIND_NOUNS = frozenset("type kind class category status state code reason".split())
_MEMBERS = frozenset("member one item object thing unit box peer replica node host server machine instance".split())

_HOSTS = frozenset(
    "host hosts node nodes machine machines server servers instance instances pod pods service services".split()
)
_COMING = frozenset(stem(word) for word in "due overdue arrive arrives expected expired expiring ends ending".split())
_HEALTH = (
    DOWN_WORDS
    | UP_WORDS
    | {
        "disabled",
        "enabled",
        "inactive",
        "active",
        "on",
        "off",
        "silent",
        "missing",
        "absent",
        "quiet",
        "uptime",
        "availability",
        "fail",
        "fails",
        "failed",
    }
)

_COMMON = frozenset({"total", "second", "byte", "count", "sum", "bucket", "ratio", "node", "status", "kube", "global"})
