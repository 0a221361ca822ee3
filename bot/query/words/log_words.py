"""What each word of a question says about the lines of one service. Known fields come before text."""

import re

from bot.query.plan import FieldFilter, LineFilter
from bot.query.words.label_nouns import KINDS, pick_label
from bot.query.words.lexicon import ERROR_WORDS, LATENCY_WORDS, LOG_WORDS
from bot.query.words.log_fields import Field
from bot.query.words.log_nouns import LineNouns, does
from bot.query.words.log_vocabulary import ERRORS, FILLERS, FLOWS, LEVELS, SEARCHED, SIZES, SPELT
from bot.query.words.plain_english import is_common
from bot.query.words.roles import Word
from bot.query.words.synonyms import SYNONYMS
from bot.query.words.tokens import abbreviates, parts, singular, spelled, stem


class LineWords(LineNouns):
    """What each word of a question says about the lines of one service."""

    def _is_known_value(self, word: Word) -> bool:
        return self._is_known_value_text(word.text)

    def _is_known_value_text(self, text: str) -> bool:
        low = text.lower()
        return any(
            low == value.lower() for values in self.index.catalog.stream_labels.values() for value in values
        ) or any(low == value.lower() for held in self.fields.values() for value in held.values)

    def _explain(self, word: Word, following: Word | None) -> tuple[float, bool]:
        """How well a word is explained, and whether the next one is with it."""
        if (grouped := self._as_group(word, following)) is not None:
            return grouped
        if stream := self._stream_value(word, following):
            return stream
        if both := self._field_of_two(word, following):
            return both, True
        if level := self._level(word):
            return level, False
        if pair := self._pair(word, following):
            return pair, True
        return self._alone(word, following), False

    def _as_group(self, word: Word, following: Word | None) -> tuple[float, bool] | None:
        """What a word says in the place of a group; nothing where it has to be read in another way."""
        if word.role == "group" and following is not None and not following.role and self._two(word, following):
            return 0.95, True
        named = self._names_service(word)
        if named and word.role == "group" and not word.guessed and self._of_service(word, following):
            return 0.95, True
        if self._is_mere_subject(word) and not named:
            return 0.8, False
        if named and word.guessed and self.asked.threshold is not None and singular(word.low) in self.fields:
            self.state.named = self._group(word)  # `gates with more than 15 overrides`: the service, and each gate
            return 0.95, False
        placed = word.role in ("group", "which") and not named and not self._measures(word)
        if (placed or self._told_apart(word)) and self._group(word):
            kind = following is not None and not following.role and singular(following.low) in KINDS
            return 0.9, kind and not self.index.knows(following.low if following else "")
        if word.low in ("type", "kind", "sort", "category") and word.role == "group" and self._kind_of(word):
            return 0.9, False
        grouped = word.role == "group" and not (word.guessed or named or word.logs or self._measures(word))
        if not grouped or any(True for _ in self._values(word, following)):
            return None
        return (0.9 if self._ranks(word) else 0.0), False

    def _of_service(self, word: Word, following: Word | None) -> bool:
        """`per vector component`: the service, and what its lines are told apart by."""
        if following is None or following.role or not self._group(following):
            return False
        return self._stream_value(word, None) is not None

    def _field_of_two(self, word: Word, following: Word | None) -> float:
        held = self.fields.get(f"{word.low}_{singular(following.low)}") if following is not None else None
        if held is None or following is None or word.role or self._told_apart(following):
            return 0.0
        self._use(held)
        self.state.direct += 1
        return 1.0

    def _alone(self, word: Word, following: Word | None) -> float:
        if told := self._code(word) or self._value(word, following) or self._from_metrics(word):
            return told
        if word.logs:
            self.state.direct += 1
            return 1.0
        return self._field(word) or self._text(word, following) or self._piece_of(word) or self._loosely(word)

    def _loosely(self, word: Word) -> float:
        """A word that goes with lines of this service, and picks none of them."""
        if self._is_called(word):
            return 0.0
        if self._group(word, dry=True):
            return 0.5
        low = word.low
        spoken = self.state.named or self.asked.limit is not None or any(one.logs for one in self.asked.words)
        if not spoken and self.index.measures(low):
            return 0.0  # a metric is called so, and nobody spoke of lines
        about = stem(spelled(low)) in self.index.domain and not self._names_service(word)
        flows = low in SIZES or any(low in words for words in FLOWS)
        labelled = pick_label(low, self.index.catalog.stream_labels)
        return 0.35 if low in FILLERS or about or flows or labelled or does(self.known.service, low) else 0.0

    def _names_service(self, word: Word) -> bool:
        services = self.index.catalog.stream_labels.get(self.label, ())
        return any(service.lower() in (word.low, singular(word.low)) for service in services)

    def _in_texts(self, low: str) -> str:
        """The word as a text field of the sample has it."""
        said = {low, singular(low)}
        texts = (held.example for held in self.fields.values() if held.is_text)
        words = (match[0] for text in texts for match in re.finditer(r"[A-Za-z][\w-]*", text))
        return next((word for word in words if word.lower() in said), "")

    def _numbered(self, word: Word, out: str) -> float:
        """`port 7`: the one with that number, not every line with a port."""
        state, named = self.state, word.before.lower()
        state.stages = [one for one in state.stages if not (isinstance(one, LineFilter) and one.text.lower() == named)]
        self._filter(LineFilter(out, f"{word.before} {word.low}"))  # type: ignore[arg-type]
        return 0.85

    def _stream_value(self, word: Word, following: Word | None) -> tuple[float, bool] | None:
        streamed = any(
            word.low == value.lower() for values in self.index.catalog.stream_labels.values() for value in values
        )
        if not streamed and any(word.low == value.lower() for held in self.fields.values() for value in held.values):
            return None
        for text, both in (
            (f"{word.low}-{following.low}" if following else "", True),
            (f"{word.low}_{following.low}" if following else "", True),
            (word.low, False),
        ):
            if not text or (both and (word.role or word.quoted)):
                continue
            held = [
                one
                for one in self.index.find(text)
                if one.label in self.index.catalog.stream_labels and one.quality > 0.84
            ]
            held = [one for one in held if set(one.values) & set(self.index.catalog.stream_labels[one.label])]
            if not held and not both and self._means_service(word):
                self.state.stream[self.label] = [self.known.service]
                self.state.named = True
                return 0.8, False
            if not held or (word.soft and held[0].quality < 1):
                continue
            held.sort(key=lambda one: (one.label != self.label, -one.quality))
            found = held[0]
            values = [value for value in found.values if value in self.index.catalog.stream_labels[found.label]]
            if (
                found.label == self.label
                and self.known.service
                and self.known.service not in values
                and word.role != "exclude"
            ):
                continue
            if found.label == self.label and not self.known.service:
                if self.everywhere and set(values) <= set(self.everywhere[0].value.split("|")):
                    return 1.0, both
                continue
            (self.state.barred if word.role == "exclude" else self.state.stream).setdefault(found.label, []).extend(
                values
            )
            if found.label == self.label and word.role != "exclude":
                self.state.stream[found.label] = [self.known.service]
                self.state.named = True
            return (0.95 if both else found.quality), both
        return None

    def _means_service(self, word: Word) -> bool:
        """`provisioning` for the service provisioner; never where the word is a field or one of its values."""
        service, low = self.known.service.lower(), word.low
        if (
            len(low) < 6
            or word.soft
            or word.role
            or any(low in (name.lower(), *held.values) for name, held in self.fields.items())
        ):
            return False
        shared = next(
            (i for i, (a, b) in enumerate(zip(service, low, strict=False)) if a != b), min(len(service), len(low))
        )
        return shared >= 5 and max(len(service), len(low)) - shared <= 3

    def _level(self, word: Word) -> float:
        low = singular(word.low)
        wanted: tuple[str, ...] = ()
        if word.low in ERROR_WORDS and low not in ("broken",):
            wanted = ERRORS
        elif low in LEVELS:
            wanted = LEVELS[low]
        if not wanted:
            return 0.0
        out = self._barring(word)
        if self.level:
            values = self.fields[self.level].values
            for name in wanted:
                hits = [value for value in values if value.lower() == name]
                if hits:
                    if low in ("failed", "fail", "failure", "failing") and self._value(word):
                        return 0.9
                    self._filter(FieldFilter(self.level, "!=" if out else "=", hits[0]))
                    self.state.direct += 0.9
                    return 0.95 if word.low.startswith(("error", *LEVELS)) else 0.7
        code = next((name for name, held in self.fields.items() if held.is_code), "")
        if code and not self.level and wanted is ERRORS:
            self._filter(FieldFilter(code, "!~" if out else "=~", "5.."))
            return 0.7
        wanted = tuple(name for name in wanted if len(name) > 1)
        if self.known.format == "plain text" and self.known.service:
            if not re.search(r"|".join(wanted), self.known.sample, re.IGNORECASE) and word.low in ERROR_WORDS:
                text = "(?i)fail" if stem(word.low) == "fail" else "(?i)error"
                self._filter(LineFilter("|~", text))
                return 0.6
            for name in wanted:
                if match := re.search(rf"\b{name}\w*", self.known.sample, re.IGNORECASE):
                    self._filter(LineFilter("|=", match[0]))
                    return 0.8
            self._filter(LineFilter("|~", f"(?i){singular(word.low)}"))
            return 0.4
        return 0.0

    def _pair(self, word: Word, following: Word | None) -> float:
        """`customer c3`, `user_id 42`: a field and a value the catalogue need not know."""
        name = pick_label(word.low, dict.fromkeys(self.fields, ()))
        coded = any(held.is_code for held in self.fields.values())
        code = coded and following is not None and re.fullmatch(r"[1-5](?:\d\d|xx)s?", following.low)
        if not name or following is None or code or word.role in ("group", "which"):
            return 0.0
        held = self.fields[name]
        value = following.text
        if following.before != word.low and not held.is_measure:  # `clients on ap-1`
            return 0.0
        if held.is_measure and held.dimension is None and word.low == name.lower() and value.isdigit():
            self._filter(FieldFilter(name, "!=" if word.role == "exclude" else "=", value))
            return 0.95
        if (
            held.values
            or held.kind not in ("text", "string")
            or held.is_text
            or following.soft
            or self._is_known_value(following)
        ):
            return 0.0
        exact = word.low == name.lower() and not (self._means_more(following) or is_common(following.low))
        known_so = re.search(r"\d", value) or following.quoted or (exact and value.isalnum())
        if not known_so or following.logs or self.index.is_label(following.low):
            return 0.0
        self._filter(FieldFilter(name, "!=" if word.role == "exclude" else "=", value))
        return 0.9

    def _means_more(self, word: Word) -> bool:
        return bool(self.index.strengths(word.low) or self.index.find(word.low))

    def _code(self, word: Word) -> float:
        name = next((name for name, held in self.fields.items() if held.is_code), "")
        low = word.low
        if not name:
            return self._code_as_text(word)
        out = "!~" if word.role == "exclude" else "=~"
        if match := re.fullmatch(r"([1-5])(?:xx)s?", low):
            self._filter(FieldFilter(name, out, f"{match[1]}.."))
        elif match := re.fullmatch(r"non-?([1-5])(xx|\d\d)", low):
            one = match[1] + match[2]
            self._filter(FieldFilter(name, "!~", f"{match[1]}..") if "x" in one else FieldFilter(name, "!=", one))
        elif match := re.fullmatch(r"([1-5]\d\d)s?", low):
            self._filter(FieldFilter(name, "!=" if word.role == "exclude" else "=", match[1]))
        else:
            return 0.0
        self.state.direct += 0.6
        return 0.95

    def _code_as_text(self, word: Word) -> float:
        """`502s or 504s` of lines that hold such a number as plain text."""
        match = re.fullmatch(r"([1-5]\d\d)s?", word.low)
        plain = self.known.format == "plain text" and bool(re.search(r"(?<!\d)[1-5]\d\d(?!\d)", self.known.sample))
        if match is None or not plain:
            return 0.0
        before = next(
            (one for one in self.state.stages if isinstance(one, LineFilter) and _CODES.fullmatch(one.text)), None
        )
        if before is not None and word.role != "exclude":
            self.state.stages.remove(before)
            self.state.part.remove(before)
            self._filter(LineFilter("|~", f"{before.text}|{match[1]}"))
        else:
            self._filter(LineFilter("!=" if word.role == "exclude" else "|=", match[1]))
        return 0.9

    def _field(self, word: Word) -> float:
        low, one, key = word.low, singular(word.low), stem(spelled(word.low))
        for name, held in self.fields.items():
            pieces = [singular(piece) for piece in parts(name)]
            if name.lower() in (low, one):
                self._use(held)
                self.state.direct += 1
                return 1.0
            if one in pieces or key in [stem(piece) for piece in pieces]:
                self._use(held)
                return 0.85
        for held in self.fields.values():
            if held.is_measure and any(abbreviates(piece, one) for piece in parts(held.name)):  # `img` for image
                self._use(held)
                return 0.75
        meanings = SYNONYMS.get(key, {})
        for name, held in self.fields.items():
            if held.is_measure and (
                any(stem(piece) in meanings for piece in parts(name))
                or (low in LATENCY_WORDS and held.dimension == "time")
                or (low in ("expensive", "cheap", "costly") and held.is_money)
                or (low in ("size", "bytes", "large", "big") and held.dimension == "bytes")
            ):
                self._use(held)
                return 0.75
        for held in self.fields.values():
            if key in {stem(piece) for piece in parts(held.about)} and len(key) > 3 and not held.values:
                return 0.5
        return 0.0

    def _use(self, held: "Field") -> None:
        if held.is_measure and self.state.unwrap is None:
            self.state.unwrap = held

    def _text(self, word: Word, following: Word | None) -> float:
        """A word of the sample line, in its casing; for known kinds of trouble, in any casing."""
        low, key = word.low, stem(spelled(word.low))
        if word.soft and low not in ("processed", "handled"):
            return 0.0
        out: str = "!=" if word.role == "exclude" else "|="
        sample = self.known.sample
        if self.known.format == "plain text":
            for match in re.finditer(r"[A-Za-z][\w-]*", sample):
                if match[0].lower() == low or (stem(spelled(match[0].lower())) == key and low not in LOG_WORDS):
                    if singular(low) not in FILLERS or match[0].lower() == low:
                        self._filter(LineFilter(out, _shared(match[0], word.text)))  # type: ignore[arg-type]
                    return 0.85
            if low.isdigit() and re.search(rf"\b{re.escape(word.before)} \d", sample, re.IGNORECASE):
                return self._numbered(word, out)
        elif (found := self._in_texts(low)) and not self._beside(word, following):
            self._filter(LineFilter(out, found))  # type: ignore[arg-type]
            self.state.sampled += self.state.stages[-1:]
            return 0.8
        if word.role == "exclude" and self.known.service and word.text.isalpha():
            self._filter(LineFilter("!=", word.text))
            return 0.6
        for said in SPELT.get(singular(low), ()):
            if said in sample.lower():
                self._filter(LineFilter(out, said))  # type: ignore[arg-type]
                return 0.85
        if low in SEARCHED and self.known.service:
            self._filter(LineFilter("!~" if word.role == "exclude" else "|~", f"(?i){singular(low)}"))
            return 0.55
        return 0.0


_CODES = re.compile(r"[1-5]\d\d(?:\|[1-5]\d\d)*")


def _shared(sample: str, asked: str) -> str:
    """What the sample's word and the asked one have in common at the front."""
    if sample.lower() == asked.lower():
        return sample
    size = next(
        (i for i, (a, b) in enumerate(zip(sample.lower(), asked.lower(), strict=False)) if a != b),
        min(len(sample), len(asked)),
    )
    return sample[:size] if size >= 3 else sample
