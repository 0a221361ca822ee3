"""Questions about log lines: which service, which lines, which figure of them. Known fields before text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from bot.query.catalog import KnownLogs
from bot.query.plan import Expr, FieldFilter, LineFilter, Lines, Matcher, Parser, Stage
from bot.query.promql.build import within
from bot.query.words.amounts import Threshold
from bot.query.words.asked import Asked
from bot.query.words.index import Index
from bot.query.words.label_nouns import pick_label
from bot.query.words.lexicon import ERROR_WORDS, LATENCY_WORDS, LOG_WORDS, STOP
from bot.query.words.log_fields import Field
from bot.query.words.log_frames import Found, log_expr
from bot.query.words.log_groups import service_label
from bot.query.words.log_vocabulary import LEVELS
from bot.query.words.log_words import LineWords
from bot.query.words.outcomes import PREPOSITIONS
from bot.query.words.places import is_place
from bot.query.words.plain_english import COMMON, is_common
from bot.query.words.roles import Word
from bot.query.words.synonyms import SYNONYMS
from bot.query.words.tokens import parts, singular, stem
from bot.query.words.units import factor
from bot.query.words.value_words import VALUES

_CONTAINS = re.compile(
    r"\b(?:contain(?:s|ing)?|mention(?:s|ing)?|includ(?:es|ing)|matching|saying|says?|with"
    r" the (?:word|text|string|phrase)s?"
    r"|the (?:word|text|string|phrase)s?|grep(?:ping)?(?: for)?)\s+(?!the\b)(?P<text>[\w./:@-]+)",
    re.IGNORECASE,
)

_WITH = re.compile(
    r"\b(?:lines?|entries|logs?|messages?)\b(?: [\w-]+){0,2} (?:with|about|around)"
    r" (?:the |a |an )?(?P<text>[A-Za-z][\w./:@-]+)",
    re.IGNORECASE,
)
_OF_LOGS = re.compile(
    r"\b(?:of|in|how much) (?:raw |the )?logs?\b|\blog(?:ged|ging)? (?:volume|size|bytes|data|traffic|output)\b",
    re.IGNORECASE,
)

_BESIDE = re.compile(r"\b(?:vs\.?|versus|compared?|against|side by side)\b", re.IGNORECASE)

_WITHOUT = re.compile(
    r"\b(?:not contain(?:ing)?|without|not mentioning|excluding|not matching|except|ignoring)\s+"
    r"(?:the (?:word|text) )?$"
)


def log_readings(asked: Asked, index: Index) -> list[Found]:
    """One for every service whose lines explain the words, the best first."""
    catalog = index.catalog
    if not catalog.stream_labels and not catalog.logs:
        return []
    found = [made for known in catalog.logs if (made := _Reading(asked, index, known).made()) is not None]
    together = _everywhere(asked, index, found)
    return sorted([*found, *together], key=lambda one: -one.rank)


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


class _Reading(LineWords):
    def made(self) -> Found | None:
        asked, state = self.asked, self.state
        self._whole()
        texts = self._texts()
        words = asked.words
        skip = False
        for number, word in enumerate(words):
            if skip or word.place in self.skip:
                skip = False
                continue
            following = words[number + 1] if number + 1 < len(words) else None
            if word.quoted and not self._is_known_value(word):
                state.direct += word.low in self.known.sample.lower()
                state.gained += word.low in self.known.sample.lower()
                state.wanted += 1
                continue
            if any(word.low in text.lower().split() or word.low == text.lower() for text, _ in texts):
                continue
            strength, skip = self._explain(word, following)
            if word.soft:
                state.gained += 0.1 * strength
                state.passed += [word] if not strength and word.low in COMMON else []
                continue
            light = self._is_plain(word)
            weight = 0.6 if light else 1.0
            state.wanted += weight
            state.gained += weight * strength
            if not strength:
                (state.passed if light else state.loose).append(word)
        texts += self._searched()
        for text, barred in texts:
            state.stages.insert(0, LineFilter("!=" if barred else "|=", text))
        self._bound()
        return self._found()

    def _is_plain(self, word: Word) -> bool:
        """Common English, unless it tells what came of a thing, as `rejected` does."""
        told = stem(word.low) in SYNONYMS or word.low in VALUES
        plain = word.low in COMMON or (is_common(word.low) and not told)
        return plain and not self.index.in_logs(word.low) and not self.index.find(word.low)

    def _found(self) -> Found | None:
        state, asked = self.state, self.asked
        if state.bounded and self.known.format != "plain text":  # it says what was slow, not what the line holds
            state.stages = [
                stage for stage in state.stages if not isinstance(stage, LineFilter) or stage.text in self.asked.quotes
            ]
        if state.exact and self.known.format != "plain text":
            state.stages = [stage for stage in state.stages if stage not in state.sampled]
            state.part = [stage for stage in state.part if stage not in state.sampled]
        stream = self.everywhere or self._stream()
        if not stream:
            return None
        beside = [label for label, values in state.stream.items() if len(values) > 1]
        if _BESIDE.search(asked.text) and not asked.when.against:
            state.groups += [label for label in beside if label not in state.groups]
        stages = _merged(tuple(dict.fromkeys(state.stages)), self.known.sample)
        state.part = list(_merged(tuple(dict.fromkeys(state.part)), self.known.sample))
        score = state.gained / state.wanted if state.wanted else 0.5
        lines = Lines(stream, self._ordered(stages))
        most = asked.top is not None and not asked.has("avg") and not any(w in LATENCY_WORDS for w in _said(asked))
        if (
            state.unwrap is None
            and not (most and state.groups)
            and (asked.has("avg", "max", "min", "quantile") or asked.quantile is not None or self._sized())
        ):
            state.unwrap = self._measured()
        return Found(
            self.known,
            lines,
            score,
            tuple(state.loose),
            tuple(dict.fromkeys(state.groups)),
            state.unwrap,
            tuple(state.part),
            state.named,
            state.direct,
            self._parser(),
            state.bounded,
            state.exact,
            state.searched,
        )

    def _sized(self) -> bool:
        """`kB of uploads`: the sizes in the lines, not the size of the log."""
        unit = self.asked.unit
        return unit is not None and unit.dimension == "bytes" and not _OF_LOGS.search(self.asked.text)

    def _stream(self) -> tuple[Matcher, ...]:
        held = {**self.state.stream}
        if self.label not in held and self.label and self.known.service:
            held = {self.label: [self.known.service], **held}
        elif self.label not in held and self.label:
            wide = Matcher(self.label, "=~", ".+")
            return (wide, *(within(label, tuple(values)) for label, values in held.items()), *self._barred())
        ordered = sorted(held.items(), key=lambda pair: pair[0] != self.label)
        return (*(within(label, tuple(values)) for label, values in ordered), *self._barred())

    def _barred(self) -> tuple[Matcher, ...]:
        return tuple(within(label, tuple(values), leave_out=True) for label, values in self.state.barred.items())

    def _parser(self) -> tuple[Stage, ...]:
        return (Parser(self.known.format),) if self.known.format in ("json", "logfmt") else ()

    def _ordered(self, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        lines = tuple(stage for stage in stages if isinstance(stage, LineFilter))
        fields = tuple(stage for stage in stages if isinstance(stage, FieldFilter))
        needs = bool(fields) or any(group in self.fields for group in self.state.groups)
        return (*lines, *(self._parser() if needs else ()), *fields)

    def _texts(self) -> list[tuple[str, bool]]:
        """Quoted words, and those after `containing`: looked for as they were written."""
        found: list[tuple[str, bool]] = []
        for word in self.asked.words:
            if word.quoted and not self._is_known_value(word):
                ahead = self.asked.text[: max(0, word.place)].rstrip("\"'`“‘« ").lower()
                found.append((word.text, bool(_WITHOUT.search(ahead + " "))))
        match = _CONTAINS.search(self.asked.text)
        if match is None and asks_for_lines(self.asked):
            match = _WITH.search(self.asked.text)
        if not found and match:
            text = self._as_sampled(match)
            if (
                not self._is_known_value_text(text)
                and not self._is_known_value_text(singular(text.lower()))
                and text.lower() not in self.fields
                and not any(text.lower() in parts(name) for name in self.fields)
                and text.lower() not in LOG_WORDS | ERROR_WORDS | STOP | {*LEVELS}
            ):
                barred = bool(re.search(r"\bnot\s+$", self.asked.text[: match.start()]))
                found.append((text, barred))
        return found

    def _searched(self) -> list[tuple[str, bool]]:
        """What nothing explains is looked for in the lines of a service that was said; neighbours are one text."""
        state = self.state
        if state.exact and self.known.format != "plain text":
            state.loose = [word for word in state.loose if not self._restates(word)]
        spanned = self.known.format == "plain text" and (self.asked.when.window or self.asked.has("count"))
        if not state.named or not (asks_for_lines(self.asked) or spanned):
            return []
        picked = self.known.format != "plain text" and any(isinstance(stage, FieldFilter) for stage in state.stages)
        if picked:  # `declined payments`: what the lines are about
            state.loose = [word for word in state.loose if word.role or singular(word.low) == word.low]
        runs = [run for run in self._runs([*state.loose, *state.passed]) if set(run) & set(state.loose)]
        state.loose = [word for word in state.loose if not any(word in run for run in runs)]
        state.direct += len(runs)
        state.searched = len(runs)
        ends = [(run[0].place, run[-1].place + len(run[-1].text), run[0].role == "exclude") for run in runs]
        return [(self.asked.text[start:end], out) for start, end, out in ends]

    def _restates(self, word: Word) -> bool:
        """`dropped packets`, `verdicts other than accept`: a plural beside a value that the lines hold."""
        placed = word.before in PREPOSITIONS or is_place(word.after) or is_place(word.low)
        measured = bool(self.index.strengths(word.low)) and not self.state.named
        plural = word.low.isalpha() and singular(word.low) != word.low
        return plural and not (word.role or placed or word.quoted or measured)

    def _as_sampled(self, match: re.Match[str]) -> str:
        """The word that is looked for, with those behind it that stand so in the sample."""
        rest = re.match(r"(?: [\w-]+){1,3}", self.asked.text[match.end("text") :])
        words = rest[0].split() if rest else []
        for size in range(len(words), 0, -1):
            said = " ".join((match["text"], *words[:size]))
            if said.lower() in self.known.sample.lower():
                return said
        return match["text"]

    def _runs(self, words: list[Word]) -> list[list[Word]]:
        """Words that stand beside each other in the question."""
        runs: list[list[Word]] = []
        for word in sorted((word for word in words if _is_text(word)), key=lambda word: word.place):
            ahead = runs[-1][-1] if runs else None
            between = self.asked.text[ahead.place + len(ahead.text) : word.place] if ahead else ""
            if ahead is not None and between in (" ", "-") and word.role == "":
                runs[-1].append(word)
            else:
                runs.append([word])
        return runs

    def _bound(self) -> None:
        """`slower than 1.5s`, `size over 10kB`, `took_ms > 500`: a filter where it is the lines that are bounded."""
        threshold = self.asked.threshold
        if threshold is None or threshold.counted:
            return
        held = self._bounded(threshold)
        if held is None:
            return
        value, kind = _written(threshold, held)
        if value is None:
            return
        self._filter(FieldFilter(held.name, threshold.op, value, kind))
        self.state.gained += 0.5
        self.state.wanted += 0.5
        if self.state.unwrap is held:
            self.state.unwrap = None
        self.state.direct += 0.5
        self.state.bounded = True

    def _bounded(self, threshold: Threshold) -> "Field | None":
        if threshold.unit is not None and threshold.unit.dimension in ("time", "bytes"):
            fits = [held for held in self.fields.values() if held.dimension == threshold.unit.dimension]
            used = [held for held in fits if held is self.state.unwrap]
            return next(iter(used or fits), None)
        unwrapped = self.state.unwrap
        if unwrapped is not None and not self.asked.has("avg", "max", "min") and self.asked.quantile is None:
            return unwrapped
        near = [word for word in self.asked.words if word.place < threshold.place][-1:]
        if (
            near
            and (name := pick_label(near[0].low, dict.fromkeys(self.fields, ())))
            and self.fields[name].is_code | self.fields[name].is_measure
        ):
            return self.fields[name]
        return None

    def _measured(self) -> "Field | None":
        held = [one for one in self.fields.values() if one.is_measure]
        wanted = self.asked.unit.dimension if self.asked.unit else _ranked(self.asked)
        timed = self.asked.quantile is not None or any(word.low in LATENCY_WORDS for word in self.asked.words)
        if wanted in ("time", "bytes"):
            held = [one for one in held if one.dimension == wanted]
        elif timed:
            held = [one for one in held if one.dimension == "time"]
        elif len(held) > 1:
            return None
        return held[0] if held and (timed or wanted or len(held) == 1) else None


def asks_for_lines(asked: Asked) -> bool:
    return any(word.logs for word in asked.words) or asked.limit is not None


def _is_text(word: Word) -> bool:
    if word.role == "exclude":
        return word.text.isalnum()
    return not word.role and word.text.replace("-", "").replace("_", "").isalpha() and len(word.text) > 2


def _said(asked: Asked) -> list[str]:
    return re.findall(r"\w+", asked.text.lower())


def _ranked(asked: Asked) -> Literal["time", "bytes"] | None:
    """`biggest` asks for a size, `slowest` for a time."""
    said = set(_said(asked))
    if said & {"biggest", "largest", "heaviest", "smallest", "lightest"}:
        return "bytes"
    return "time" if said & {"slowest", "longest", "shortest", "fastest", "quickest"} else None


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


def _written(threshold: Threshold, held: "Field") -> tuple[str | float | None, Literal["number", "measure"]]:
    value, unit = threshold.value, threshold.unit
    if held.written == "duration":
        size = unit.size if unit and unit.dimension == "time" else 1
        return _duration(value * size), "measure"
    if held.written == "bytes":
        size = unit.size if unit and unit.dimension == "bytes" else 1
        return f"{round(value * size)}B", "measure"
    if unit is not None and held.unit is not None:
        times = factor(unit, held.unit)
        return (None if times is None else round(value * times, 9)), "number"
    if unit is not None and unit.dimension == "count":
        return value * unit.size, "number"
    return value, "number"


def _duration(seconds: float) -> str:
    if seconds >= 60 and seconds % 60 == 0 and seconds < 3600:
        return f"{int(seconds // 60)}m"
    return f"{seconds:g}s" if seconds >= 1 else f"{seconds * 1000:g}ms"


def expr_of(asked: Asked, found: Found) -> tuple[Expr, str] | None:
    return log_expr(asked, found)
