"""What a model wrote, held against what is known: a sentence passes whole, or it is left out. Pure.

It may choose words. It may not write a figure that no query returned, name what nobody knows, change how bad it is,
say that it is over, lead anywhere, or repeat at length what strangers wrote.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bot.desk.borne_out import Known, Sentence
from bot.desk.claims import ISO, MULTIPLES, Figure, figures, normal
from bot.desk.moments import A_MONTH, moments, unfounded, without
from bot.desk.number_words import FOLD, RUN
from bot.desk.spoken import COMPOUND, SPOKEN
from bot.query.words.plain_english import is_common

LONGEST_ECHO = 7  # words in a row that others wrote
LONGEST = 2000
_SENTENCE = re.compile(rf"(?:(?<=[.!?])(?<!\b\d\.)(?<!\b\d\d\.)|(?<=\d\.)(?!\s+{A_MONTH}))\s+(?=[^\s])|\n+")
_MARKUP = re.compile(r"[<>`*_~|\[\]{}\\#@\"“”„«»=^]|\$(?! ?\d)|://|\bwww\.|&\w+;|!")
_DOMAIN = re.compile(
    r"\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|dev|ai|co|ru|cn|info|biz|app|xyz|sh|me|example|test)\b", re.I
)
_NAME = re.compile(r"[^\W\d_]\w*(?:[-./:']\w+)*|\d+[a-z]\w*(?:[-./:]\w+)*", re.I)
_OBEYING = re.compile(
    r"\b(?:ignor\w+|disregard\w*|forget|previous instructions?|system prompt|as an ai|language model|assistant|prompt"
    r"|passwords?|credentials?|secrets?|api keys?|tokens?|click\w*|visit\w*|download\w*|curl|wget|sudo|rm|eval|exec"
    r"|transfer|pay|wire|reply to|e-?mail (?:to|me|us)|call (?:us|me|now)|disabl\w+|delet\w+|drop table|grant\w*"
    r"|refund\w*|compensat\w*|guarant\w+|promis\w+|breach\w*|leak(?:ed|s)? data|data loss|lost data|hack\w*"
    r"|attack\w*)\b",
    re.I,
)
_SOOTHING = re.compile(
    r"\b(?:resolved|recovered|over now|is over|all clear|false (?:alarm|positive)|healthy|harmless|safe to"
    r"|already fixed|has been fixed|no (?:action|impact|problem|issue|risk)|nothing (?:to do|is wrong|happened)"
    r"|can be (?:ignored|closed)"
    r"|not (?:a|an) (?:problem|issue|incident|concern)|back to normal|works? (?:again|as usual|normally)"
    r"|is fine|are fine)\b",
    re.I,
)
# What is said of no issue unless the facts say it in the same word: harm, guilt, and all or nothing of it.
_SWEEPING = re.compile(
    r"\b(?:lost|loss|losses|stolen|theft|corrupt\w*|expos\w+|compromis\w+|intru\w+|malicious|malware|ransom\w*|security"
    r"|privacy|fraud\w*|destroy\w*|wiped|erased|everyone|everybody|everything|nobody|unaffected|negligen\w*|blam\w+|guilty"
    r"|mistakes?|carelessly?|lawsuits?|police|always|never|forever|permanent\w*|irrecoverabl\w*|all (?:data|customers"
    r"|users|services|systems|regions)|(?:no|every) (?:data|customers?|users?|services?|systems?|regions?))\b",
    re.IGNORECASE,
)
_BOUNDED = re.compile(  # said of a figure, which is looked at by itself
    r"\b(?:never|always) (?=(?:\w+ ){0,2}(?:below|above|under|over|beyond|more|less|fewer|exceed\w*"
    r"|reach\w*|pass\w*|cross\w*"
    r"|g[eo]t past|went past|at (?:least|most)) )",
    re.I,
)
_SEVERITY = re.compile(
    r"\b(?:(critical|high|medium|low|minor|major|severe)[ -](?:severity|priority|incident|issue|alert|outage|problem)"
    r"|(?:severity|priority)(?: is| of|:)? (critical|high|medium|low|minor|major|severe)|((?:sev|p)[ -]?[0-5])\b)",
    re.I,
)


@dataclass(frozen=True)
class Facts:
    """`told`: lines of ours, with figures that were measured. `theirs`: what alerts and people wrote, which may name
    things. `lines`: what anybody can have written into a log, which may not."""

    told: tuple[str, ...]
    theirs: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    elsewhere: frozenset[str] = field(default_factory=frozenset)  # names of ours that have no part in this
    severity: str = ""
    open: bool = True
    subjects: Mapping[str, str] = field(default_factory=dict)  # what figures can be of, and which kind of thing it is
    today: date | None = None

    @cached_property
    def known(self) -> tuple[Known, ...]:
        return tuple(Known.of(_without_names(line), line, self.subjects) for line in self.told)

    @cached_property
    def days(self) -> frozenset[str]:
        return frozenset(text for one in self.known for day in one.figures if day.kind == "day" for text in day.texts)

    @cached_property
    def words(self) -> str:
        return normal(" ".join(self.told)).lower()

    @cached_property
    def counted(self) -> frozenset[str]:
        """Tokens and prompts are spoken of where they are counted."""
        return frozenset({"token", "tokens", "prompt", "prompts"} & set(_words(self.words)))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(one for line in (*self.told, *self.theirs) for one in _names(line))

    @cached_property
    def multiples(self) -> frozenset[str]:
        return frozenset(one.lower() for line in self.told for one in MULTIPLES.findall(normal(line)))

    @cached_property
    def sweeping(self) -> frozenset[str]:
        return frozenset(one.lower() for line in self.told for one in _SWEEPING.findall(normal(line)))

    @cached_property
    def echoes(self) -> frozenset[tuple[str, ...]]:
        return frozenset(run for line in (*self.theirs, *self.lines) for run in _runs(line))


@dataclass(frozen=True, slots=True)
class Grounded:
    text: str
    dropped: tuple[tuple[str, str], ...] = ()  # sentence and reason

    @property
    def whole(self) -> bool:
        return bool(self.text) and not self.dropped


def ground(text: str, facts: Facts) -> Grounded:
    """The sentences that may be said, in their order."""
    kept: list[str] = []
    dropped: list[tuple[str, str]] = []
    for sentence in filter(None, (one.strip() for one in _SENTENCE.split(text[:LONGEST]))):
        if reason := fault(sentence, facts):
            dropped.append((sentence, reason))
        else:
            kept.append(" ".join(sentence.split()))
    return Grounded(" ".join(kept), tuple(dropped))


def fault(sentence: str, facts: Facts) -> str:
    """Why it may not be said, in a word or two; empty where it may."""
    plain = normal(sentence)
    bare = _without_names(plain)
    claimed = figures(bare)
    checks = (
        _look(sentence, plain),
        _tone(plain, facts),
        _numbers(plain, bare, claimed, facts),
        _strangers(_blanked(plain, claimed), facts),
    )
    return next(filter(None, checks), "")


def _look(sentence: str, plain: str) -> str:
    if any(unicodedata.category(one) in ("Cc", "Cf", "Co", "Cs", "So") for one in sentence.replace("\n", " ")):
        return "unseen signs"
    if _MARKUP.search(plain) or _DOMAIN.search(plain):
        return "markup or a link"
    if any(one.isalpha() and not unicodedata.name(one, "").startswith(("LATIN", "MICRO")) for one in plain):
        return "another script"
    return ""


def _tone(plain: str, facts: Facts) -> str:
    if any(one.lower() not in facts.counted for one in _OBEYING.findall(plain)):
        return "an instruction"
    if facts.open and _SOOTHING.search(plain):
        return "it is not over"
    unbounded = _BOUNDED.sub(" ", plain)
    if any(one.lower() not in facts.sweeping for one in _SWEEPING.findall(unbounded)):
        return "more than is known"
    said = {one.lower() for groups in _SEVERITY.findall(plain) for one in groups if one}
    if said - {facts.severity.lower()}:
        return "another severity"
    words = tuple(_words(plain))
    return "an echo" if facts.echoes & set(_runs_of(words)) else ""


def _strangers(plain: str, facts: Facts) -> str:
    """A word that is neither plain English nor in what is known is a name that nobody knows."""
    for name in _names(plain):
        if name in facts.elsewhere and name not in facts.names:
            return f"{name} has no part in it"
        if not (name in facts.names or _plain(name) or _beside(name) in facts.names):
            return f"{name} is not known"
    return ""


def _numbers(plain: str, bare: str, claimed: list[Figure], facts: Facts) -> str:
    for one in MULTIPLES.findall(plain):
        if one.lower() not in facts.multiples:
            return f"{one} is no figure of it"
    if word := unfounded(plain, facts.words, facts.days, facts.today):
        return f"{word} is not the time of it"
    if re.search(r"\d", _blanked(bare, claimed)):
        return "a figure that cannot be read"
    return Sentence(plain, bare, tuple(claimed), facts.subjects).fault(facts.known)


def _blanked(text: str, claimed: list[Figure]) -> str:
    for one in claimed:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _beside(name: str) -> str:
    """Of what is payments-side or checkout-related."""
    head, _, tail = name.rpartition("-")
    return head if tail in COMPOUND else name


def _plain(name: str) -> bool:
    parts = name.replace("'", "-").split("-")
    if len(parts) > 1:
        return all(_word(one) for one in parts if one != "s") and ("'" in name or any(one in COMPOUND for one in parts))
    return _word(name)


def _word(low: str) -> bool:
    if not low.isalpha():
        return low in SPOKEN
    return low in SPOKEN or is_common(low) or (low.endswith("s") and (low[:-1] in SPOKEN or is_common(low[:-1])))


def _names(text: str) -> list[str]:
    """Every word, lower; what is joined by signs is one. Days and times are none."""
    plain = without(normal(text))
    return [one.rstrip(".:/-'").removesuffix("'s").lower() for one in _NAME.findall(plain) if not _unit(one)]


def _unit(word: str) -> bool:
    return bool(
        re.fullmatch(
            r"(?:[a-z]+/)?(?:[µum]?s|secs?|mins?|hrs?|h|d|[kmgt]i?b|x|k|m|b|usd|eur|Z|\d+(?:[µum]?s|min|h|d|[kmgt]i?b|x|k|m))",
            word,
            re.I,
        )
        or ISO.fullmatch(word)
    )


def _without_names(text: str) -> str:
    """Figures inside of names are none: p95, v2.14, eu-west-1. What remains stands where it stood."""
    plain = normal(text)
    kept = {at for one in moments(plain) for at in range(one.start, one.end)}

    def blank(found: re.Match[str]) -> str:
        spared = _unit(found[0]) or found[0].isalpha() or found.start() in kept or _worded(found[0])
        return found[0] if spared else " " * len(found[0])

    return _NAME.sub(blank, plain)


def _worded(word: str) -> bool:
    return re.fullmatch(rf"{RUN}(?:-fold)?", word, re.I) is not None or FOLD.fullmatch(word) is not None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _runs(line: str) -> list[tuple[str, ...]]:
    return _runs_of(tuple(_words(normal(line))))


def _runs_of(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [words[at : at + LONGEST_ECHO] for at in range(len(words) - LONGEST_ECHO + 1)]
