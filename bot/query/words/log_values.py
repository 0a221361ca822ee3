"""The values that fields are known to hold, in the words people have for them: one word, or several for one value."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from bot.query.plan import FieldFilter, LineFilter, Stage
from bot.query.words.lexicon import LOG_WORDS, SOFT, STOP
from bot.query.words.log_fields import Field
from bot.query.words.log_groups import LineGroups
from bot.query.words.log_vocabulary import alike, tells_outcome, told
from bot.query.words.plain_english import is_common
from bot.query.words.roles import Word
from bot.query.words.tokens import abbreviates, parts, singular, spelled, stem
from bot.query.words.value_words import VALUES

_PATHS = frozenset("path url uri route endpoint request_path request_uri target".split())
_NEAR = 4  # words that tell one value stand no further apart
_NO = ("no", "not", "non", "without")
_GAPS = re.compile("[-_ ]")
_SAID_SO = ("failed", "processed", "handled", "running", "down", "up")
_NOT_SO = re.compile(r"\b(?:not|never|no)\s+(?:(?P<verb>[a-z]+)\s+)?$", re.IGNORECASE)


class LineValues(LineGroups):
    """What the words of a question say of the values in the lines of one service."""

    def _whole(self) -> None:
        """`failed logins` for login_failed: words that together tell one value, or a text of the sample."""
        taken: set[int] = set()
        for _, stage, places in sorted(self._wholes(), key=lambda one: -one[0]):
            if not taken & places:
                taken |= places
                self._filter(stage)
                self.state.gained += len(places)
                self.state.wanted += len(places)
                self.state.direct += len(places)
                self.state.exact += isinstance(stage, FieldFilter)
        self.skip |= taken

    def _wholes(self) -> Iterator[tuple[float, Stage, set[int]]]:
        streamed = {value.lower() for values in self.index.catalog.stream_labels.values() for value in values}
        words = [
            word
            for word in self.asked.words
            if not (word.quoted or word.logs or word.role == "which" or {word.low, singular(word.low)} & streamed)
        ]
        for name, held in self.fields.items():
            for value in held.values:
                if found := self._tell(told(value), words):
                    op: Literal["=", "!="] = "!=" if found[2] else "="
                    yield found[0], FieldFilter(name, op, value), found[1]
            for said in _runs(held.example) if held.is_text else ():
                if literal := self._said_so(said):
                    yield len(literal) + 0.5, LineFilter("|=", said), literal
                found = self._tell(told(said), words, near=len(told(said)))
                if found and (said == held.example or not self._are_told(found[1])):
                    yield found[0] - 0.1, LineFilter("!=" if found[2] else "|=", said), found[1]

    def _said_so(self, text: str) -> set[int]:
        """The words that stand within a text, where the question has it as it is and leaves it not out."""
        first = self.asked.text.lower().find(text.lower())
        within = [word for word in self.asked.words if first >= 0 and first <= word.place < first + len(text)]
        plain = all(not (word.quoted or word.role) and not self._barring(word) for word in within)
        return {word.place for word in within} if plain else set()

    def _are_told(self, places: set[int]) -> bool:
        """Whether fields tell each of these words."""
        words = [word for word in self.asked.words if word.place in places]
        return all(bool(self._named_by(word.low)) or any(True for _ in self._values(word, None)) for word in words)

    def _tell(
        self, pieces: tuple[str, ...], words: list[Word], near: int = _NEAR
    ) -> tuple[float, set[int], bool] | None:
        """How well words tell all pieces, where they stand, whether they are left out; a negation tells `no`."""
        core = tuple(piece for piece in pieces if piece not in STOP)
        denied = any(piece in _NO for piece in pieces)
        if len(core) + denied < 2 or any(len(piece) < 2 for piece in core):
            return None
        found = _together(core, words, near)
        if found is None:
            return None
        barred = any(self._barring(word) or word.before == "no" for word in found[1])
        return None if denied and not barred else (found[0], {word.place for word in found[1]}, barred and not denied)

    def _barring(self, word: Word) -> bool:
        if word.role == "exclude" or word.before in ("non", "not"):
            return True
        match = _NOT_SO.search(self.asked.text[: word.place])
        if match is None:
            return False
        verb = match["verb"]
        return verb is None or (verb.lower() not in STOP and (is_common(verb.lower()) or bool(self._named_by(verb))))

    def _named_by(self, noun: str) -> str:
        """The field that a word is a part of the name of."""
        key = stem(noun.lower())
        return next((name for name in self.fields if key in {stem(piece) for piece in parts(name)}), "")

    def _filter(self, stage: Stage) -> None:
        self.state.stages.append(stage)
        self.state.part.append(stage)

    def _is_measured(self, word: Word) -> bool:
        """`delivery delay` is a delay, and no filter on what was delivered."""
        said = {word.low, singular(word.low)}
        return any(held.is_measure and said & {name.lower(), *parts(name)} for name, held in self.fields.items())

    def _joined(self, both: str) -> float:
        for name, held in self.fields.items():
            for value in held.values:
                if value.lower().replace("_", "").replace("-", "") == both:
                    self._filter(FieldFilter(name, "=", value))
                    self.state.direct += 1
                    return 1.0
        return 0.0

    def _value(self, word: Word, following: Word | None = None) -> float:
        if following is not None and (joined := self._joined(word.low + following.low)):
            self.skip.add(following.place)
            return joined
        if word.low.startswith("/") and (path := self._path_field()):
            self._filter(FieldFilter(path, "!=" if self._barring(word) else "=", word.text))
            self.state.direct += 1.0
            return 1.0
        best = max(self._values(word, following), key=lambda one: one[0], default=None)
        if best is None:
            return 0.0
        _, likeness, name, value = best
        exact = likeness == 1.0
        measured = following is not None and word.low == singular(word.low) and self._is_measured(following)
        if self._is_of_last(word, name) or (not exact and (measured or self._told_already(name, word))):
            return 0.4
        self._filter(FieldFilter(name, "!=" if self._barring(word) else "=", value))
        self.state.direct += 1.0 if exact else 0.4
        self.state.exact += exact
        if name != self.level:
            self.state.valued = word.place
        return 1.0 if exact else 0.8

    def _path_field(self) -> str:
        """The field that holds any path, where the lines list none."""
        free = (name for name, held in self.fields.items() if held.kind == "string" and not held.values)
        return next((name for name in free if name.lower() in _PATHS), "")

    def _is_of_last(self, word: Word, name: str) -> bool:
        """`denied checkouts`: no line has two values of one field, so the second says only what was denied."""
        last = self.state.stages[-1] if self.state.stages else None
        told = isinstance(last, FieldFilter) and last.field == name and self.state.valued >= 0
        between = self.asked.text[self.state.valued : word.place] if told else ""
        return bool(re.fullmatch(r"[\w-]+ +", between)) and singular(word.low) != word.low

    def _values(self, word: Word, following: Word | None) -> Iterator[tuple[float, float, str, str]]:
        """Each value that a word may tell: how well, with its neighbours; how well alone; its field; itself."""
        beside = {word.before, following.low if following is not None else ""}
        small = word.soft and word.low in SOFT and word.low not in _SAID_SO
        for number, (name, held) in enumerate(self.fields.items()):
            near = 0.15 if name.lower() in beside or beside & set(parts(name)) else 0.0
            level = 0.05 if held.is_level else 0.0  # what came of a thing tells more than how loud it is
            for value in held.values:
                bare = small and not (near and len(value) > 3 and stem(value.lower()) == stem(word.low))
                if likeness := _likeness(word.low, value, bare=bare):
                    yield likeness + near - level - number / 1000, likeness, name, value

    def _piece_of(self, word: Word) -> float:
        """`kicked` where only one value, `player_kicked`, has that in it."""
        key = stem(spelled(word.low))
        hits = [
            (name, value)
            for name, held in self.fields.items()
            for value in held.values
            if len(parts(value)) > 1 and key in {stem(piece) for piece in parts(value) if len(piece) > 3}
        ]
        if word.soft or not hits:
            return 0.0
        if len(hits) > 1 or not (word.low.endswith(("ed", "en")) or tells_outcome(word.low)):
            return 0.6 if len({name for name, _ in hits}) == 1 else 0.0  # `tickets` of expired_ticket pick no line
        self._filter(FieldFilter(hits[0][0], "!=" if self._barring(word) else "=", hits[0][1]))
        self.state.valued = word.place
        return 0.7

    def _told_already(self, name: str, word: Word) -> bool:
        """`failed deliveries` are failures; `failures and deliveries` are both."""
        told = any(isinstance(stage, FieldFilter) and stage.field == name for stage in self.state.stages)
        return told and not re.search(r"\b(?:and|or|vs|versus|plus)\b|[,/&]", self.asked.text[: word.place][-12:])

    def _from_metrics(self, word: Word) -> float:
        """`/book` is a value of a label that a field of these lines is called after."""
        for found in self.index.find(word.low):
            named: Field | None = self.fields.get(found.label)
            known = found.quality > 0.94 or found.values[0].startswith("/")
            if named and named.kind == "string" and not word.soft and known:
                self._filter(FieldFilter(found.label, "!=" if word.role == "exclude" else "=", found.values[0]))
                return 0.9
        return 0.0


@lru_cache(maxsize=65536)
def _likeness(low: str, value: str, *, bare: bool) -> float:
    """How well a word alone tells a value; `bare`: it is a small word, which must be the value itself."""
    one, other = singular(low), value.lower()
    if {other, other.strip("/"), _GAPS.sub("", other)} & {low, one, _GAPS.sub("", low)}:
        return 1.0
    if bare:
        return 0.0
    if other.startswith("/") and other.count("/") > 1 and singular(other.rsplit("/", 1)[1]) == one != "":
        return 0.85  # `searches` for /internal/search
    if (len(other) > 3 or low.startswith(other)) and stem(spelled(other)) == stem(spelled(low)):
        return 0.9
    if other in (*VALUES.get(low, ()), *VALUES.get(one, ())):
        return 0.8
    return 0.7 if alike(low, other) else 0.0


def _runs(example: str) -> list[str]:
    """The text of a sample, and what of it stands together, the longest first."""
    words = [match.span() for match in re.finditer(r"[A-Za-z][\w-]*", example)]
    return [
        example[words[first][0] : words[first + size - 1][1]]
        for size in range(min(len(words), 4), 1, -1)
        for first in range(len(words) - size + 1)
    ]


def _together(pieces: tuple[str, ...], words: list[Word], near: int) -> tuple[float, list[Word]] | None:
    """The words near each other that tell each piece of a value, and how well; nothing where a piece is untold."""
    found: list[Word] = []
    sure = 0.0
    for piece in pieces:
        likeness, best = max(
            ((_tells(piece, word), -number) for number, word in enumerate(words) if word not in found),
            default=(0.0, 0),
        )
        if likeness < 0.7:
            return None
        sure += likeness
        found.append(words[-best])
    numbers = sorted(words.index(word) for word in found)
    return (sure, found) if numbers[-1] - numbers[0] < near else None


def _tells(piece: str, word: Word) -> float:
    low = word.low
    if piece in (low, singular(low)):
        return 1.0
    if stem(spelled(low)) == stem(piece):
        return 0.95
    if low in LOG_WORDS:
        return 0.0
    if piece in (*VALUES.get(low, ()), *VALUES.get(singular(low), ())):
        return 0.85
    return 0.75 if alike(low, piece) or abbreviates(piece, singular(low)) else 0.0
