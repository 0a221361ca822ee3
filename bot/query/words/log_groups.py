"""Which field or label of the lines of one service a noun of the question tells them apart by."""

import re
from functools import cached_property

from bot.query.catalog import KnownLogs
from bot.query.plan import Matcher
from bot.query.words.asked import Asked
from bot.query.words.index import Index
from bot.query.words.label_nouns import pick_label
from bot.query.words.log_fields import Field
from bot.query.words.log_state import Told
from bot.query.words.log_vocabulary import LEVELS, alike
from bot.query.words.roles import Word
from bot.query.words.subjects import label_of_two
from bot.query.words.tokens import singular

_TEXTS = ("message", "msg", "text", "line", "reason")


def service_label(index: Index) -> str:
    services = {known.service for known in index.catalog.logs}
    for label, values in index.catalog.stream_labels.items():
        if services & set(values):
            return label
    return next(iter(index.catalog.stream_labels), "")


class LineGroups:
    """What has been told of the lines of one service, and the fields that tell them apart."""

    def __init__(self, asked: Asked, index: Index, known: KnownLogs, everywhere: tuple[Matcher, ...] = ()) -> None:
        self.asked, self.index, self.known, self.state = asked, index, known, Told()
        self.everywhere = everywhere
        self.skip: set[int] = set()
        self.label = service_label(index)
        self.fields = {name: Field.read(name, about, known.sample) for name, about in known.fields.items()}
        self.level = next((name for name, held in self.fields.items() if held.is_level), "")

    def _told_apart(self, word: Word) -> bool:
        """`distinct users`, `codes counted`, `top 7 uid`: the field that tells the lines apart."""
        if word.before in ("distinct", "different", "unique"):
            return True
        held = self.fields.get(singular(word.low)) or self.fields.get(f"{word.before}_{singular(word.low)}")
        if word.role or held is None or held.is_measure or self._grouped_by:
            return False
        counted = re.search(r"\b(?:counted|breakdown|distribution|tally)\b", self.asked.text.lower())
        most = re.search(rf"\b(?!latest)\w+est (?:\w+ )?{re.escape(word.low)}\b", self.asked.text.lower())
        ranked = self.asked.top is not None and (self.asked.top.said or most) and not self.state.groups
        return bool(ranked or (counted and word.low != singular(word.low)))

    @cached_property
    def _grouped_by(self) -> bool:
        """Whether a word that stands behind `by` or `per` is a label or field."""
        listed = (*(held.values for held in self.fields.values()), *self.index.catalog.stream_labels.values())
        values = {value.lower() for held in listed for value in held}
        return any(
            word.role == "group" and not word.guessed and word.low not in values and bool(self._label_of(word))
            for word in self.asked.words
        )

    def _is_mere_subject(self, word: Word) -> bool:
        """`how many players were kicked`, `readers turned away by plan`: what the lines are of, not how."""
        if not word.guessed or self.asked.threshold is not None:
            return False
        counted = self.asked.has("count") and self.asked.top is None and not self.asked.has("distinct")
        return bool(self._label_of(word)) and (counted or self._grouped_by)

    def _rank(self) -> None:
        """`5 most frequent errors`: where nothing else is ranked, it is what the lines say."""
        state, top = self.state, self.asked.top
        if top is None or not top.said or state.groups or state.unwrap is not None:
            return
        texts = [name for name, held in self.fields.items() if held.is_text]
        said = {word.low for word in self.asked.words}
        told = any(alike(word, "error") or singular(word) in _TEXTS or word in LEVELS for word in said)
        if texts and told:
            state.groups.append(next((name for name in texts if name.lower() in said), texts[0]))
            state.direct += 0.5

    def _two(self, word: Word, following: Word) -> bool:
        label = label_of_two(word.low, following.low, (*self.fields, *self.index.catalog.stream_labels))
        if label:
            self.state.groups.append(label)
        return bool(label)

    def _measures(self, word: Word) -> bool:
        return word.guessed and word.low in self.fields and self.fields[word.low].is_measure

    def _group(self, word: Word, *, dry: bool = False) -> bool:
        label = self._label_of(word)
        if label and not dry:
            self.state.groups.append(label)
            self.state.direct += 0.5 if label in self.fields else 0.2
            if word.before in ("distinct", "different", "unique"):
                self.state.distinct = label
        return bool(label)

    def _label_of(self, word: Word) -> str:
        spelled = word.low if word.role == "group" and not word.guessed else ""
        fields = [name for name, held in self.fields.items() if not held.is_measure or self._numbers(held, spelled)]
        label = pick_label(word.low, {**self.index.catalog.stream_labels, **dict.fromkeys(fields, ())})
        return label or (self.level if word.low in ("level", "severity") else "")

    def _numbers(self, held: Field, spelled: str) -> bool:
        """A number that names something, such as a port."""
        return held.dimension is None and held.name.lower() == spelled

    def _kind_of(self, word: Word) -> bool:
        """`actions by type`: by the field that holds the actions."""
        before = [one for one in self.asked.words if one.place < word.place][-1:]
        label = pick_label(before[0].low, dict.fromkeys(self.fields, ())) if before else ""
        if label and not self.fields[label].is_measure:
            self.state.groups.append(label)
            return True
        return False
