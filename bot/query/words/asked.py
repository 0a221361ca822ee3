"""What a question asks for, read before anything is looked up: its time, its figures, its functions, its words left."""

import itertools
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from bot.query.words import amounts, roles, times
from bot.query.words.amounts import Threshold, Top
from bot.query.words.flags import flags as looked_at
from bot.query.words.lexicon import LOG_WORDS
from bot.query.words.masked import Masked
from bot.query.words.phrases import PHRASES
from bot.query.words.places import is_place, places
from bot.query.words.rephrasing import rephrased
from bot.query.words.roles import Known, Word
from bot.query.words.synonyms import SYNONYMS
from bot.query.words.times import When
from bot.query.words.tokens import Token, singular, spelled, stem, tokens
from bot.query.words.units import Unit
from bot.query.words.zones import zoned


@dataclass(frozen=True)
class Asked:
    text: str
    now: datetime
    words: tuple[Word, ...] = ()
    when: When = field(default_factory=When)
    flags: frozenset[str] = frozenset()
    quantile: float | None = None
    threshold: Threshold | None = None
    top: Top | None = None
    per: int | None = None  # seconds: per second, per minute
    each: float = 1.0  # per 1000 requests
    unit: Unit | None = None
    limit: int | None = None
    quotes: tuple[str, ...] = ()

    def has(self, *flags: str) -> bool:
        return any(flag in self.flags for flag in flags)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(spelled(word.low)) for word in self.words)

    @cached_property
    def meant_stems(self) -> frozenset[str]:
        """What was said, and what that may stand for: `failures` asks for errors too."""
        return self.stems | {meaning for key in self.stems for meaning in SYNONYMS.get(key, ())}

    @property
    def content(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if not word.soft)


def read(text: str, now: datetime, zone: str, known: Known) -> Asked:
    text, zone = zoned(text, zone)
    text = _plain(text, known)
    cut = tokens(text)
    masked = Masked(text)
    kept = [token for token in cut if token.quoted or _is_name(token.low, known.values)]
    for token in kept:
        masked.blank(token.start, token.end)
    quantile = amounts.quantile(masked)
    limit = amounts.limit(masked)
    per = amounts.per(masked)
    each = amounts.each(masked)
    threshold = amounts.threshold(masked, figured=quantile is not None)
    numbered = (low for low in known.lows if 1 < len(low) < 4 and not low.isalpha())
    unit = amounts.unit(masked, frozenset({*known.shouted, *known.labels, *numbered}))
    when = times.read(masked, now, zone)
    threshold = threshold or amounts.late_threshold(masked)
    masked.take(amounts.SORTED)
    top = amounts.top(masked)
    flags = looked_at(_without(masked, cut, known.services))
    masked.take(r"over time")
    flags = _settled(flags, text, when, unit)
    kept += [token for token in tokens(masked.text) if not any(_same_place(token, one) for one in kept)]
    kept = sorted(
        (replace(token, text=text[token.start : token.end]) if not token.quoted else token for token in kept),
        key=lambda one: one.start,
    )
    words = roles.words(kept, known, bounded=threshold is not None)
    if threshold and not threshold.unit and (unit is not None and unit.dimension != "count"):
        threshold = replace(threshold, unit=unit)
    return Asked(
        text, now, words, when, flags, quantile, threshold, top, per, each, unit, limit,
        tuple(token.text for token in kept if token.quoted),
    )  # fmt: skip


def _plain(text: str, known: Known) -> str:
    """One thing said in one way; what is quoted stays as it was written."""
    if "/" in known.lows:
        text = _ROOT_NAMED.sub(lambda m: f'{m["x"]} "/"' if m["x"].lower() in known.labels else m[0], text)
        text = _ROOT_SAID.sub(r'\g<x> "/"', _ROOT.sub(r'\g<x> "/"', text))
    if "get" in known.lows:
        text = _VERB_SAID.sub(lambda match: match[0].upper(), text)
    text, quotes = _set_aside(_PAIR.sub(lambda pair: _plainly(pair, known.labels), text))
    text = _divided(_by_initials(_glossed(text, known.values), known.services), known.named)
    text = _compounds(_glued(_joined(_apart(text, known.lows), known.spaced), known), known.named)
    text = _phrases(_one_each(_of_a_kind(rephrased(text), known.labels), known.labels), known)
    return _put_back(text, quotes)


def _settled(flags: frozenset[str], text: str, when: When, unit: Unit | None) -> frozenset[str]:
    """What the time and the unit say of how to look at it."""
    if when.ahead:
        flags -= {"graph"}
    if unit is not None and unit.dimension == "share":
        flags |= {"ratio"}
    if TAKES.search(text):
        return flags - {"age"}
    timed = unit is not None and unit.dimension == "time" and not when.asked
    return flags | {"age"} if timed and re.search(r"\bsince\b", text, re.IGNORECASE) else flags


TAKES = re.compile(
    r"\bhow (?:long|much time) (?:did|does|do|was|were|is)\b.*\b(?:take|took|taken|last|run)\b", re.IGNORECASE
)


_PAIR = re.compile(r"(?<![\w.\"'`{,&?])(?P<key>[A-Za-z_][\w.]*)=(?P<value>[\w./:@-]*\w)(?![\w\"'`(])")


def _plainly(pair: re.Match[str], labels: Collection[str]) -> str:
    """`sev=error` is a field and its value; `err=49` of no known field is a text of the lines."""
    if pair["key"].lower() not in labels:
        return f'"{pair[0]}"'
    return pair[0] if pair["value"][0].isdigit() and not pair["value"].isdigit() else f"{pair['key']} {pair['value']}"


def _set_aside(text: str) -> tuple[str, tuple[str, ...]]:
    """Quoted words are taken as they were written: no phrase is looked for in them."""
    held = [token for token in tokens(text) if token.quoted]
    for token in reversed(held):
        inner = text.find(token.text, token.start)
        text = f"{text[:inner]}{_ASIDE}{text[inner + len(token.text) :]}"
    return text, tuple(token.text for token in held)


def _put_back(text: str, quotes: tuple[str, ...]) -> str:
    for quote in quotes:
        text = text.replace(_ASIDE, quote, 1)
    return text


_ASIDE = "\N{OBJECT REPLACEMENT CHARACTER}"


def _joined(text: str, spaced: Mapping[str, str]) -> str:
    """`idle in transaction` and `us east 1` are one value each, written with its own marks."""
    if not spaced:
        return text
    words = list(re.finditer(r"[\w.]+", text))
    for size in (5, 4, 3, 2):
        for first in range(len(words) - size + 1):
            run = words[first : first + size]
            between = [text[a.end() : b.start()] for a, b in itertools.pairwise(run)]
            value = spaced.get(" ".join(word[0].lower() for word in run))
            if value and " " in between and all(gap in (" ", "-") for gap in between):
                return _joined(f"{text[: run[0].start()]}{value}{text[run[-1].end() :]}", spaced)
    return text


def _apart(text: str, lows: Collection[str]) -> str:
    """`bookings.seat`: a table of a database, where both are values and the whole is none."""

    def cut(match: re.Match[str]) -> str:
        both = match[1].lower() in lows and match[2].lower() in lows
        return f"{match[1]} {match[2]}" if both and match[0].lower() not in lows else match[0]

    return _DOTTED.sub(cut, text)


# The root of a file system is a place like any other, and no division.
_ROOT = re.compile(
    r"\b(?P<x>on|of|at|in|for|mount|mountpoint|filesystem|fs|partition) /(?=$|[\s,.;?!)])", re.IGNORECASE
)


_VERB_SAID = re.compile(r"\b(?:get|post|put|head|delete|patch)(?= (?:requests?|reqs?|calls?|hits)\b)", re.IGNORECASE)
_ROOT_NAMED = re.compile(r"\b(?P<x>[A-Za-z_]+) /(?=$|[\s,.;?!)])")
_ROOT_SAID = re.compile(
    r"\broot (?P<x>disk|partition|filesystem|file system|fs|volume|mount)\b(?! (?:inode|cause))", re.IGNORECASE
)


def _by_initials(text: str, services: Collection[str]) -> str:
    """`validator client logs`, where the logs are those of vc."""

    def short(match: re.Match[str]) -> str:
        words = match["words"].lower().split()
        for size in range(len(words), 1, -1):
            if (initials := "".join(word[0] for word in words[-size:])) in services:
                return " ".join([*match["words"].split()[:-size], initials, match["logs"]])
        return match[0]

    return _LOGS_OF.sub(short, text)


_LOGS_OF = re.compile(r"\b(?P<words>[a-z]+(?: [a-z]+){1,3}) (?P<logs>logs?)\b", re.IGNORECASE)


def _glossed(text: str, values: Collection[str]) -> str:
    """`write conflicts (kv:9007)`: the value in brackets is what the words in front of it stand for."""
    return _GLOSS.sub(lambda match: match["value"] if match["value"].lower() in values else match[0], text)


_GLOSS = re.compile(r"\b[a-z]+(?: [a-z]+)? \((?P<value>[\w.:/-]*\d[\w.:/-]*)\)", re.IGNORECASE)


def _divided(text: str, named: Collection[str]) -> str:
    """`ac/dc`, where both are words of names."""
    return _OVER.sub(lambda m: f"{m[1]} / {m[2]}" if m[1].lower() in named and m[2].lower() in named else m[0], text)


_OVER = re.compile(r"(?<![\w./-])([A-Za-z]{2,})/([A-Za-z]{2,})(?![\w./-])")


_DOTTED = re.compile(r"(?<![\w./-])([A-Za-z_][\w-]*)\.([A-Za-z_][\w-]*)(?![\w./-])")


def _glued(text: str, known: Known) -> str:
    """`access exclusive locks` where a value is written without gaps."""
    words = list(re.finditer(r"[A-Za-z]+", text))
    for size in (4, 3):
        for first in range(len(words) - size + 1):
            run = words[first : first + size]
            plain = all(text[a.end() : b.start()] in (" ", "-") for a, b in itertools.pairwise(run))
            whole = singular("".join(word[0] for word in run).lower())
            named = all(singular(word[0].lower()) in known.named for word in run)
            if plain and len(whole) > 9 and whole in known.lows and not named:
                return f"{text[: run[0].start()]}{whole} {run[-1][0]}{text[run[-1].end() :]}"
    return text


def _compounds(text: str, named: Collection[str]) -> str:
    """`api server` where the names have `apiserver`, `offline partitions` for offlinepartitionscount."""
    words = list(re.finditer(r"[A-Za-z]{3,}", text))
    for size in (3, 2):
        for first in range(len(words) - size + 1):
            run = words[first : first + size]
            if any(text[a.end() : b.start()] not in (" ", "-") for a, b in itertools.pairwise(run)):
                continue
            both = "".join(word[0].lower() for word in run)
            logs = run[-1][0].lower() in LOG_WORDS
            spelled_so = (both,) if logs else (both, singular(both), f"{both}count")
            apart = all(word[0].lower() in named for word in run)
            whole = "" if apart else next((one for one in spelled_so if one in named), "")
            if whole:
                return _compounds(f"{text[: run[0].start()]}{whole}{text[run[-1].end() :]}", named)
    return text


def _without(masked: Masked, cut: list[Token], services: Collection[str]) -> Masked:
    """A service that is called `history` asks for no graph."""
    rest = Masked(masked.text)
    for token in cut:
        if token.low in services:
            rest.blank(token.start, token.end)
    return rest


def _same_place(left: Token, right: Token) -> bool:
    return left.start < right.end and right.start < left.end


def _is_name(low: str, values: Collection[str]) -> bool:
    return low in values or low.rstrip("s") in values


# `busy/online` is one over the other; `requests/s` and `read/write` paths are not taken apart.
_SLASH = re.compile(r"(?<=[a-z]{3})/(?=(?!sec|min|hour|day|hr)[a-z]{3})", re.IGNORECASE)

# `traffic in` is a direction, `traffic in eu` is not.
_NO_PLACE = r"(?=\s*(?:$|[,.;?!)/]|(?:on|at|for|per|by|from|of|over|during|last|since|to|vs|now|today)\b))"


def _of_a_kind(text: str, labels: Collection[str]) -> str:
    """`per kind of visit` is per visit, unless the kind is a label; `by component (c)` is by c."""
    text = _SPELT_OUT.sub(lambda match: f"{match[1]} {match[2]}" if match[2].lower() in labels else match[0], text)
    return _KIND_OF.sub(lambda match: match[0] if match["kind"].lower() in labels else f"{match['by']} ", text)


_SPELT_OUT = re.compile(r"\b((?:by|per|each|every)) [\w-]+ \((\w+)\)", re.IGNORECASE)
_KIND_OF = re.compile(r"\b(?P<by>per|by|each|every) (?P<kind>kind|type|sort) of (?=[a-z])", re.IGNORECASE)


def _one_each(text: str, labels: Collection[str]) -> str:
    """`supplier success %, each`: by the first thing that labels tell apart."""
    match = _EACH.search(text)
    if match is None or not _SHARED.search(text):
        return text
    nouns = re.findall(r"[a-z_]{3,}", text[: match.start()].lower())
    thing = next((noun for noun in nouns if noun in labels or singular(noun) in labels), "")
    thing = thing or next((noun for noun in nouns if places(noun) & set(labels) and is_place(noun)), "")
    return f"{text[: match.start()]} by {thing}" if thing else text


_SHARED = re.compile(r"%|\b(?:percent\w*|pct|share|ratio|rate|fraction|proportion|part)\b", re.IGNORECASE)
_EACH = re.compile(
    r",? (?:(?:worst|best|highest|lowest|largest|biggest|most|slowest) first"
    r"|(?:for |to )?(?:each(?: one| of them)?|apiece|individually|every one of them))(?=\s*[?.!]*$)",
    re.IGNORECASE,
)


def _phrases(text: str, known: Known) -> str:
    if re.search(r"ratio|utili|efficien|\(", text, re.IGNORECASE):
        text = _SLASH.sub(" / ", text)
    text = re.sub(r"[$€](?=\s|$)", "dollars", text)
    for phrase, word in PHRASES.items():
        if _glued_anew(phrase, word, known):
            continue
        if phrase in text.lower() and phrase not in known.named and not (phrase == "not ok" and "ok" in known.shouted):
            ends = _NO_PLACE if phrase.endswith(" in") else ""
            text = re.sub(rf"(?<![\w-]){re.escape(phrase)}(?![\w-]){ends}", word, text, flags=re.IGNORECASE)
    return text


def _glued_anew(phrase: str, word: str, known: Known) -> bool:
    """`thread pool` stays two words where a name has the one of them and none has `threadpool`."""
    halves = re.split("[ -]", phrase)
    whole = re.sub("[ -]", "", phrase)
    return (
        whole == word
        and word not in known.named
        and not {word, singular(word)} & set(known.lows)
        and any(singular(half) in known.named for half in halves)
    )
