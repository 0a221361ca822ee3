"""Texts that lines are looked through for: quoted, named after `containing`, or explained by nothing else."""

import re

from bot.query.plan import FieldFilter
from bot.query.words.asked import Asked
from bot.query.words.lexicon import ERROR_WORDS, LOG_WORDS, STOP
from bot.query.words.log_vocabulary import LEVELS
from bot.query.words.log_words import LineWords
from bot.query.words.outcomes import PREPOSITIONS
from bot.query.words.places import is_place
from bot.query.words.roles import Word
from bot.query.words.tokens import parts, singular

_CONTAINS = re.compile(
    r"\b(?:contain(?:s|ing)?|mention(?:s|ing)?|includ(?:es|ing)|matching|saying|says?|with"
    r" the (?:word|text|string|phrase)s?"
    r"|the (?:word|text|string|phrase)s?|grep(?:ping)?(?: for)?)\s+(?!the\b)(?P<text>[\w./:@-]+)",
    re.IGNORECASE,
)

_WITH = re.compile(
    r"\b(?:lines?|entries|logs?|messages?)\b(?: [\w-]+){0,2} (?<!compared )(?:with|about|around)"
    r" (?:the |a |an )?(?P<text>[A-Za-z][\w./:@-]+)",
    re.IGNORECASE,
)

_WITHOUT = re.compile(
    r"\b(?:not contain(?:ing)?|without|not mentioning|excluding|not matching|except|ignoring)\s+"
    r"(?:the (?:word|text) )?$"
)


class LineTexts(LineWords):
    """The texts that the lines of one service are looked through for."""

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


def asks_for_lines(asked: Asked) -> bool:
    return any(word.logs for word in asked.words) or asked.limit is not None


def _is_text(word: Word) -> bool:
    if word.role == "exclude":
        return word.text.isalnum()
    return not word.role and word.text.replace("-", "").replace("_", "").isalpha() and len(word.text) > 2
