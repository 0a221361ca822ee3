"""Questions about log lines: which service, which lines, which figure of them. Known fields before text."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.query.catalog import KnownLogs
from bot.query.plan import Expr, FieldFilter, LineFilter, Lines, Matcher, Parser, Stage
from bot.query.promql.build import within
from bot.query.words.asked import Asked
from bot.query.words.index import Index
from bot.query.words.log_amounts import LineAmounts
from bot.query.words.log_frames import Found, log_expr
from bot.query.words.log_groups import service_label
from bot.query.words.log_texts import asks_for_lines
from bot.query.words.plain_english import COMMON, is_common
from bot.query.words.roles import Word
from bot.query.words.synonyms import SYNONYMS
from bot.query.words.tokens import stem
from bot.query.words.value_words import VALUES

_BESIDE = re.compile(r"\b(?:vs\.?|versus|compared?|against|side by side)\b", re.IGNORECASE)


def log_readings(asked: Asked, index: Index) -> list[Found]:
    """One for every service whose lines explain the words, the best first."""
    catalog = index.catalog
    if not catalog.stream_labels and not catalog.logs:
        return []
    found = [made for known in catalog.logs if (made := _Reading(asked, index, known).made()) is not None]
    together = [*_several(asked, index), *_everywhere(asked, index, found)]
    return sorted([*found, *together], key=lambda one: -one.rank)


def _several(asked: Asked, index: Index) -> Iterator[Found]:
    """`lines per second of lobby and matchmaker`: those services together, and told apart where lines are counted."""
    label = service_label(index)
    named = {known.service.lower(): known for known in index.catalog.logs}
    words = [word for word in asked.words if word.low in named and word.role != "exclude" and not word.quoted]
    ends = [(word.place, word.place + len(word.text)) for word in words]
    beside = all(_AND.fullmatch(asked.text[a[1] : b[0]]) for a, b in itertools.pairwise(ends))
    services = tuple(dict.fromkeys(named[word.low].service for word in words))
    if not label or len(services) < 2 or not beside:
        return
    stream = within(label, services)
    made = _Reading(asked, index, KnownLogs(""), everywhere=(stream,)).made()
    if made is not None and not made.loose:
        groups = tuple(dict.fromkeys((label, *made.groups)))
        yield replace(made, groups=groups, score=made.score + 0.5, named=True)


_FLOWS = frozenset("traffic throughput bandwidth latency".split())
_AND = re.compile(r" *(?:and|or|vs\.?|versus|,|/|&|\+|, and) *(?:the )?")


def _everywhere(asked: Asked, index: Index, found: list[Found]) -> Iterator[Found]:
    """All services at once, where the lines of all are read in the same way."""
    label = service_label(index)
    if not label or any(one.named for one in found):
        return
    made = _Reading(asked, index, KnownLogs("")).made()
    if made is not None and not made.loose:
        yield replace(made, score=made.score + (0.5 if label in made.groups else 0.02))
        return
    full = [one for one in found if not one.loose]
    stages = {one.lines.stages for one in full}
    if len(full) == len(index.catalog.logs) > 1 and len(stages) == 1:
        stream = tuple(Matcher(label, "=~", ".+") if m.label == label else m for m in full[0].lines.stream)
        again = _Reading(asked, index, index.catalog.logs[0], everywhere=stream).made()
        if again is not None:
            yield replace(again, score=again.score + 0.05)


def _is_within(word: Word, texts: list[tuple[str, bool]]) -> bool:
    return any(word.low in text.lower().split() or word.low == text.lower() for text, _ in texts)


class _Reading(LineAmounts):
    """What the whole question asks of the lines of one service."""

    def made(self) -> Found | None:
        self._whole()
        texts = self._texts()
        for word, following in itertools.zip_longest(self.asked.words, self.asked.words[1:]):
            if word.place in self.skip:
                continue
            if word.quoted and not self._is_known_value(word):
                self._quoted(word)
                continue
            if _is_within(word, texts):
                continue
            strength, both = self._explain(word, following)
            if both and following is not None:
                self.skip.add(following.place)
            self._weigh(word, strength or self._beside(word, following))
        self._subjects()
        texts += self._searched()
        for text, barred in texts:
            self.state.stages.insert(0, LineFilter("!=" if barred else "|=", text))
        self._bound()
        return self._found()

    def _quoted(self, word: Word) -> None:
        sampled = word.low in self.known.sample.lower()
        self.state.direct += sampled
        self.state.gained += sampled
        self.state.wanted += 1

    def _weigh(self, word: Word, strength: float) -> None:
        state = self.state
        called = not strength and self._is_called(word)
        if word.soft and not called:
            state.gained += 0.1 * strength
            state.passed += [word] if not strength and word.low in COMMON else []
            return
        light = self._is_plain(word) and not called
        weight = 0.6 if light else 1.0
        state.wanted += weight
        state.gained += weight * strength
        if not strength:
            (state.passed if light else state.loose).append(word)

    def _is_plain(self, word: Word) -> bool:
        """Common English, unless it tells what came of a thing, as `rejected` does."""
        told = stem(word.low) in SYNONYMS or word.low in VALUES
        plain = word.low in COMMON or (is_common(word.low) and not told)
        if not asks_for_lines(self.asked) and (self.index.measures(word.low) or word.low in _FLOWS):
            return False  # a metric tells it, and no line
        return plain and not self.index.in_logs(word.low) and not self.index.find(word.low)

    def _found(self) -> Found | None:
        state = self.state
        stream = self._stream()
        if not stream:
            return None
        self._settle()
        stages = _merged(tuple(dict.fromkeys(state.stages)), self.known.sample)
        return Found(
            self.known,
            Lines(stream, self._ordered(stages)),
            state.gained / state.wanted if state.wanted else 0.5,
            tuple(state.loose),
            tuple(dict.fromkeys(state.groups)),
            state.unwrap,
            _merged(tuple(dict.fromkeys(state.part)), self.known.sample),
            state.named,
            state.direct,
            self._parser(),
            state.bounded,
            state.exact,
            state.searched,
            state.amount,
            state.distinct,
        )

    def _settle(self) -> None:
        """What only all words together tell: which filters stay, what is grouped by, what is measured."""
        state, asked = self.state, self.asked
        if self.known.format != "plain text":
            kept = [stage for stage in state.stages if not self._is_beside_the_point(stage)]
            state.stages, state.part = kept, [stage for stage in state.part if stage in kept]
        if _BESIDE.search(asked.text) and not asked.when.against:
            state.groups += [label for label, values in state.stream.items() if len(values) > 1]
            state.groups += [] if asked.has("ratio") else self._set_beside()
        self._measure()
        self._rank()

    def _set_beside(self) -> list[str]:
        """The field of which two values are compared."""
        held = [one.field for one in self.state.stages if isinstance(one, FieldFilter) and one.op == "="]
        return [field for field in dict.fromkeys(held) if held.count(field) == 2 and field not in self.state.groups]

    def _is_beside_the_point(self, stage: Stage) -> bool:
        """A word of the sample, where a bound or a value says more of which lines are meant."""
        if self.state.bounded and isinstance(stage, LineFilter) and stage.text not in self.asked.quotes:
            return True
        return bool(self.state.exact) and stage in self.state.sampled

    def _stream(self) -> tuple[Matcher, ...]:
        held = {**self.state.stream}
        if self.everywhere:
            return (*self.everywhere, *_within({k: v for k, v in held.items() if k != self.label}), *self._barred())
        if self.label not in held and self.label and self.known.service:
            held = {self.label: [self.known.service], **held}
        elif self.label not in held and self.label:
            wide = Matcher(self.label, "=~", ".+")
            return (wide, *_within(held), *self._barred())
        return (*_within(dict(sorted(held.items(), key=lambda pair: pair[0] != self.label))), *self._barred())

    def _barred(self) -> tuple[Matcher, ...]:
        return tuple(within(label, tuple(values), leave_out=True) for label, values in self.state.barred.items())

    def _parser(self) -> tuple[Stage, ...]:
        return (Parser(self.known.format),) if self.known.format in ("json", "logfmt") else ()

    def _ordered(self, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        lines = tuple(stage for stage in stages if isinstance(stage, LineFilter))
        fields = tuple(stage for stage in stages if isinstance(stage, FieldFilter))
        needs = bool(fields) or any(group in self.fields for group in self.state.groups)
        return (*lines, *(self._parser() if needs else ()), *fields)


def _within(held: Mapping[str, list[str]]) -> tuple[Matcher, ...]:
    return tuple(within(label, tuple(values)) for label, values in held.items())


def _merged(stages: tuple[Stage, ...], sample: str) -> tuple[Stage, ...]:
    """Two values of one field are alternatives; two words that stand together in the sample are one text."""
    kept: list[Stage] = []
    for stage in stages:
        before = kept[-1] if kept else None
        if isinstance(stage, FieldFilter) and stage.op == "=" and isinstance(stage.value, str):
            same = next(
                (
                    one
                    for one in kept
                    if isinstance(one, FieldFilter)
                    and one.field == stage.field
                    and one.op in ("=", "=~")
                    and one.kind == "text"
                ),
                None,
            )
            if same is not None:
                kept[kept.index(same)] = FieldFilter(stage.field, "=~", f"{same.value}|{stage.value}")
                continue
        if isinstance(stage, LineFilter) and isinstance(before, LineFilter) and before.op == stage.op == "|=":
            both = f"{before.text} {stage.text}"
            if both.lower() in sample.lower():
                kept[-1] = LineFilter("|=", both)
                continue
        kept.append(stage)
    return tuple(kept)


def expr_of(asked: Asked, found: Found) -> tuple[Expr, str] | None:
    return log_expr(asked, found)
