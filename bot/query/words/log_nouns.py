"""Nouns and verbs beside what picks the lines: what a value or a figure is of, what a service does or is called."""

import re
from functools import cached_property

from bot.query.words.log_values import LineValues
from bot.query.words.log_vocabulary import SIZES, tells_outcome
from bot.query.words.places import is_place
from bot.query.words.roles import Word
from bot.query.words.tokens import singular, stem

_KIND = r"(?:service|app|application|daemon|component|server|process|system|unit)"
_LOGS_OF = re.compile(
    rf"(?:\b(?:logs?|log lines|lines) (?:of|from|for) (?:the |our |my )?|(?=[a-z][\w-]* {_KIND}(?:'s)? logs?\b))"
    rf"(?<![\w-])(?P<name>[a-z][\w-]*)(?: {_KIND}(?:'s)?(?: logs?)?)?"
    r"(?= *(?:$|[,.;?!]|(?:in|on|at|from|since|for|over|during|last|past|the last|please|today|yesterday|this)\b))",
    re.IGNORECASE,
)


class LineNouns(LineValues):
    """The words of a question that need no field or text of their own."""

    def _is_called(self, word: Word) -> bool:
        """`logs of the shop service`: a service is named there, whatever else the word may mean."""
        return word.place in self._called

    @cached_property
    def _called(self) -> frozenset[int]:
        return frozenset(match.start("name") for match in _LOGS_OF.finditer(self.asked.text))

    def _beside(self, word: Word, following: Word | None) -> float:
        """`dropped packets`, `spam score`, `rspamd scanned`: what a value or a figure is of, what a service does."""
        if (word.role and not word.guessed) or word.quoted or not word.low.isalpha() or self._is_called(word):
            return 0.0
        number = self.asked.words.index(word)
        ahead = self.asked.words[number - 1] if number else None
        figured = self.asked.top is not None or self.asked.has("avg", "max", "min") or self.asked.quantile is not None
        many = singular(word.low) != word.low or (len(word.low) == 3 and word.low.endswith("s"))
        if ahead is not None and ahead.place == self.state.valued and (many or figured):
            return 0.5
        acts = (
            word.low.endswith("ed")
            and not tells_outcome(word.low)
            and (following is None or word.after != following.low)
        )
        if ahead is not None and acts and ahead.low == self.known.service.lower():
            return 0.5
        named = following is not None and (self._is_measured(following) or (figured and self._named_by(following.low)))
        return 0.5 if named and not is_place(word.low) else 0.0

    def _subjects(self) -> None:
        """`sessions that lasted over an hour`: what the lines are of, where all else tells which lines are meant."""
        state = self.state
        picked = state.named or state.valued >= 0 or self.asked.threshold is not None
        for word in [word for word in state.loose if picked and self._is_subject(word)]:
            state.loose.remove(word)
            state.gained += 0.35

    def _is_subject(self, word: Word) -> bool:
        first = word.guessed or self.asked.words[0] is word or word.before == self.known.service.lower()
        return first and max(self.index.strengths(word.low).values(), default=0.0) >= 0.9

    def _ranks(self, word: Word) -> bool:
        """`top 3 agents by bytes`: what they are ranked by."""
        return self.asked.top is not None and (word.low in SIZES or self._is_measured(word))


def does(service: str, low: str) -> bool:
    """`loads` of the loader, `crawled` by the crawler."""
    return service.endswith(("er", "or")) and len(service) > 5 and stem(service[:-2]) == stem(low)
