"""Figures in lines: which field holds what is measured, and which bound becomes a filter."""

import re
from typing import Literal

from bot.query.plan import FieldFilter
from bot.query.words.amounts import Threshold
from bot.query.words.asked import Asked
from bot.query.words.label_nouns import pick_label
from bot.query.words.lexicon import LATENCY_WORDS
from bot.query.words.log_fields import Field
from bot.query.words.log_texts import LineTexts
from bot.query.words.log_vocabulary import FLOWS
from bot.query.words.tokens import parts
from bot.query.words.units import factor

_OF_LOGS = re.compile(
    r"\b(?:of|in|how much) (?:raw |the )?logs?\b|\blog(?:ged|ging)? (?:volume|size|bytes|data|traffic|output)\b",
    re.IGNORECASE,
)

_DATA = re.compile(
    r"\b(?:bytes|(?:most|least|much|total|of|the) (?:\w+ )?data|traffic)\b(?! ?(?:cent|base))", re.IGNORECASE
)
_SPENT_MOST = re.compile(r"\b(?:spent|spend|spends|paid|pays?|earned|earns?) (?:the )?(?:most|least)\b", re.IGNORECASE)
_MOVED_MOST = re.compile(
    r"\b(?:pull|push|download|upload|transfer|send|sent|receiv|mov|fetch|consum|serv)\w*"
    r" (?:the )?(?:most|least)\b"
    r"(?= *(?:$|[,.;?!]|(?:data|bytes|traffic|through|via|from|to|in|out|over|on|since|today)\b))",
    re.IGNORECASE,
)


class LineAmounts(LineTexts):
    """What is measured in the lines of one service."""

    def _measure(self) -> None:
        """The field that is measured, where no word named it."""
        state, asked = self.state, self.asked
        if held := self._added_up():
            state.unwrap, state.amount = held, True
            state.direct += 0.5
            return
        most = asked.top is not None and not asked.has("avg") and not any(w in LATENCY_WORDS for w in said_words(asked))
        figured = asked.has("avg", "max", "min", "quantile") or asked.quantile is not None
        if state.unwrap is None and figured and not (most and state.groups):
            state.unwrap = self._measured()

    def _added_up(self) -> Field | None:
        """`kB of uploads`, `bytes per partner`, `who pulled the most data`: sizes in the lines, not lines."""
        text, unit = self.asked.text, self.asked.unit
        if _OF_LOGS.search(text):
            return None
        if _SPENT_MOST.search(text) and (money := next((one for one in self.fields.values() if one.is_money), None)):
            return money
        sized = (unit is not None and unit.dimension == "bytes") or _DATA.search(text) or _MOVED_MOST.search(text)
        held = [one for one in self.fields.values() if one.is_measure and one.dimension == "bytes"]
        if not sized or not held or (self.state.unwrap is not None and self.state.unwrap not in held):
            return None
        return next((one for one in held if self._flows(one)), self.state.unwrap or held[0])

    def _flows(self, held: Field) -> bool:
        """Whether the question says the way that the field is about: `sent` is tx."""
        said, names = set(said_words(self.asked)) - {"in", "out", "up", "down"}, set(parts(held.name))
        return any(said & words and names & words for words in FLOWS)

    def _bound(self) -> None:
        """`slower than 1.5s`, `size over 10kB`, `took_ms > 500`: a filter where it is the lines that are bounded."""
        threshold = self.asked.threshold
        if threshold is None or threshold.counted:
            return
        held = self._bounded(threshold)
        if held is None:
            return
        value, kind = as_written(threshold, held)
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


def said_words(asked: Asked) -> list[str]:
    return re.findall(r"\w+", asked.text.lower())


def _ranked(asked: Asked) -> Literal["time", "bytes"] | None:
    """`biggest` asks for a size, `slowest` for a time."""
    said = set(said_words(asked))
    if said & {"biggest", "largest", "heaviest", "smallest", "lightest"}:
        return "bytes"
    return "time" if said & {"slowest", "longest", "shortest", "fastest", "quickest"} else None


def as_written(threshold: Threshold, held: "Field") -> tuple[str | float | None, Literal["number", "measure"]]:
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
