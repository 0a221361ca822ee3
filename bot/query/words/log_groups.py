"""Which field or label of the lines of one service a noun of the question tells them apart by."""

import re

from bot.query.catalog import KnownLogs
from bot.query.plan import Matcher
from bot.query.words.asked import Asked
from bot.query.words.index import Index
from bot.query.words.label_nouns import pick_label
from bot.query.words.log_fields import Field
from bot.query.words.log_state import Told
from bot.query.words.roles import Word
from bot.query.words.subjects import label_of_two
from bot.query.words.tokens import singular


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
        if word.role or held is None or held.is_measure or self._is_grouped():
            return False
        counted = re.search(r"\b(?:counted|breakdown|distribution|tally)\b", self.asked.text.lower())
        most = re.search(rf"\b(?!latest)\w+est (?:\w+ )?{re.escape(word.low)}\b", self.asked.text.lower())
        ranked = self.asked.top is not None and (self.asked.top.said or most) and not self.state.groups
        return bool(ranked or (counted and word.low != singular(word.low)))

    def _is_grouped(self) -> bool:
        values = {value.lower() for held in self.fields.values() for value in held.values}
        return any(word.role == "group" and word.low not in values for word in self.asked.words)

    def _two(self, word: Word, following: Word) -> bool:
        label = label_of_two(word.low, following.low, (*self.fields, *self.index.catalog.stream_labels))
        if label:
            self.state.groups.append(label)
        return bool(label)

    def _measures(self, word: Word) -> bool:
        return word.guessed and word.low in self.fields and self.fields[word.low].is_measure

    def _group(self, word: Word, *, dry: bool = False) -> bool:
        spelled = word.low if word.role == "group" and not word.guessed else ""
        fields = [name for name, held in self.fields.items() if not held.is_measure or self._numbers(held, spelled)]
        labels = {**self.index.catalog.stream_labels, **dict.fromkeys(fields, ())}
        label = pick_label(word.low, labels)
        if not label and word.low in ("level", "severity") and self.level:
            label = self.level
        if label and not dry:
            self.state.groups.append(label)
            self.state.direct += 0.5 if label in self.fields else 0.2
        return bool(label)

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
