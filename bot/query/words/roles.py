"""The words that are left, and what the words around make of each: a group, a thing asked about, an exception."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bot.query.words.lexicon import LOG_WORDS, SOFT, STOP
from bot.query.words.plain_english import is_common
from bot.query.words.tokens import Token, singular

Role = Literal["", "group", "which", "exclude"]


@dataclass(frozen=True)
class Known:
    """What the reader of a question must know of the catalogue: which words no rule may take apart or pass over."""

    values: Collection[str] = ()  # with a mark or digit in them
    spaced: Mapping[str, str] = field(default_factory=dict)  # values of several words, as one says them
    shouted: Collection[str] = ()  # values that are common words too
    labels: Collection[str] = ()
    services: Collection[str] = ()  # whose logs there are
    beside: Collection[str] = ()  # two words that stand beside each other in a name
    named: Collection[str] = ()  # words of names
    pairs: Collection[str] = ()  # two words of a name that a label begins like
    lows: Collection[str] = ()  # all values and their shorter names, small


@dataclass(frozen=True)
class Word:
    text: str
    place: int
    soft: bool = False
    quoted: bool = False
    role: Role = ""
    guessed: bool = False  # the role is read from its place alone
    before: str = ""  # the word in front, stop words included
    after: str = ""
    logs: bool = False  # it says that lines of logs are meant
    light: bool = False  # common English: it may name something, and stands in nobody's way

    @cached_property
    def low(self) -> str:
        return self.text.lower()


_HOLDING = frozenset("on drive volume disk partition zone line rack gate node".split())
_SMALL = frozenset("in on to at by of is or as if an it we us".split())
_BE = frozenset("is are was were be being turned switched".split())
_ENDS = frozenset("now please then there here ok today".split())
# Plain words that are part of many names.
_NOUNS = frozenset(
    "level levels state info information data value values series time run runs amount amounts"
    " bot info current real actual single other others both"
    " returns reports views prints draws questions answers displays panels lists".split()
)
_ALL_OF = re.compile(r"\ball (?:the |our |\d+ |two |three |four |five |six )?[a-z]{3,}s$")
_CODE = re.compile(r"[1-5](?:xx|\d\d)s?")
_GROUP = {"by", "per", "each", "every"}  # and `x`, as in `errors x region`

_EXCLUDE = {"without", "excluding", "except", "exclude", "excl", "ignoring", "minus-the", "omitting", "w/o", "skipping"}

_WHOSE = {"w", "w/", "that", "with", "having", "above", "over", "whose", "below", "under", "are", "were",
"which", "where", "who",
          "exceeding", "is", "by", "in", "not", "more", "less", "without", "restarted", "using",
          "reporting"}  # fmt: skip


def words(kept: list[Token], known: Known, *, bounded: bool) -> tuple[Word, ...]:
    """Stop words fall away here, after they told what the word behind them is for."""
    found: list[Word] = []
    role: Role = ""
    guessed: bool = False  # the role is read from its place alone
    listed = False
    for index, token in enumerate(kept):
        low = token.low
        before = kept[index - 1].low if index else ""
        after = kept[index + 1].low if index + 1 < len(kept) else ""
        if not token.quoted:
            if low == "by" and (_CODE.fullmatch(after) or after in ("errors", "failures", "exceptions")):
                continue  # ranked by them
            if low == "by" and (_is_agent(kept, index) or _is_ranking(kept, index)):
                continue
            if low in _GROUP or (low in ("x", "×") and found and after):
                role, listed = "group", False
                continue
            if low in _EXCLUDE or (low in ("not", "than") and before in ("but", "other", "and")):
                role = "exclude"
                continue
            if low == "not" and after in ("in", "on", "at", "from", "any", "of"):
                role = "exclude"
                continue
            if role == "exclude" and low in ("in", "on", "at", "from", "any", "all", "those"):
                continue
            if low in ("which", "what"):
                role = "which"
                continue
            named = before in ("in", "from", "for", "of", "and", "or", "vs", "versus", "only") or after in (
                "region",
                "cluster",
                "zone",
                "market",
                "only",
                "dc",
            )
            shouted = low in known.shouted and (
                (token.text.isupper() and (len(low) > 1 or before in _HOLDING))
                or ((named or after == "region") and low != "the")
            )
            meant = (role in ("group", "which") and low in known.labels) or (
                before in known.labels and low in known.shouted and len(low) < 3 and low not in _SMALL
            )
            meant = meant or (
                low in known.shouted
                and (before == "not" or ((before in ("only", "just") or not after) and low not in _ENDS))
            )
            meant = meant or (
                role == "exclude" and low in known.shouted and low not in _SMALL | {"the", "a", "any", "all"}
            )
            meant = (
                meant
                or f"{low} {singular(after)}" in known.beside
                or (
                    low in _NOUNS
                    and not (after == "of" and low in ("amount", "amounts", "data", "time", "values", "value"))
                    and (
                        singular(low) in known.named
                        or singular(low) in known.labels
                        or low in known.shouted
                        or singular(low) in known.shouted
                    )
                )
            )
            if role == "group" and f"{low} {singular(after)}" in known.pairs:
                role = ""  # `errors per page load`: one thing measured per another
            meant = meant or (
                not after and not bounded and low in known.named and low in ("on", "off", "up", "in", "out")
            )
            meant = meant or (low in ("on", "off") and low in known.shouted and before in _BE)
            meant = meant or (after in known.labels and low in known.shouted and low in ("up", "down", "off", "on"))
            if (low in STOP and not shouted and not meant) or not any(
                letter.isalnum() or (letter == "/" and "/" in known.values) for letter in low
            ):
                if low in ("and", "or", "&") and listed:
                    role = found[-1].role if found else ""
                elif low not in ("the", "a", "an", "is", "different", "individual", "single", "of", "for", "our"):
                    role = "" if low not in ("all",) else role
                if low == "," and listed and found and found[-1].role == "exclude":
                    role = found[-1].role
                continue
        many = bounded and before == "many" and not role and low.endswith("s")
        best = (before.endswith("est") and before not in ("latest", "test", "request")) or before in ("top", "worst")
        guessed = (
            many
            or (best and not role)
            or (
                not role
                and not found
                and re.fullmatch(
                    r"(?!compared|combined|summed|averaged|grouped|used|during)\w{4,}(?:ing|ed)", after or ""
                )
                and low.endswith("s")
                and not token.quoted
            )
            or (not role and not found and after in _WHOSE and low.endswith("s") and not token.quoted)
        )
        coloured = low in ("green", "red") and after in known.labels  # a line, not a state
        soft = (low in SOFT or low in _NOUNS) and not token.quoted and not coloured
        all_of = bool(_ALL_OF.search(f"{kept[index - 2].low if index > 1 else ''} {before} {low}"))
        soft = soft or (all_of and after in _TOGETHER and low not in known.lows)  # `all houses together`
        light = (is_common(low) or all_of) and not soft and not token.quoted and low not in known.labels
        role = "which" if guessed else role
        logs = not token.quoted and _speaks_of_logs(low, before, after, known)
        word = Word(token.text, token.start, soft, token.quoted, role, guessed, before, after, logs, light)
        found.append(word)
        listed = role in ("group", "exclude")
        role = ""
    return tuple(found)


def _is_agent(kept: list[Token], index: int) -> bool:
    """`burnt by the gpus` says who did it."""
    done = kept[index - 1].low if index else ""
    the = index + 1 < len(kept) and kept[index + 1].low == "the"
    return the and done.endswith(("ed", "nt", "en", "wn", "ght")) and not re.match(_GROUPING, done)


def _is_ranking(kept: list[Token], index: int) -> bool:
    """`noisiest hosts by dropped packets`: what they are ranked by."""
    rest = [token.low for token in kept[index + 1 : index + 3]]
    return len(rest) == 2 and rest[0].endswith("ed") and rest[1].endswith("s") and bool(re.search("est$", kept[0].low))


_TOGETHER = frozenset("together combined summed added total".split())
_GROUPING = (
    r"split|group|broken|sort|order|separat|slic|bucket|cut|divid|rank|list|count|filter|aggregat|segment|percent|cent"
)
_TELLING = frozenset("with containing mentioning saying matching about where".split())


def _speaks_of_logs(low: str, before: str, after: str, known: Known) -> bool:
    """A line is one of a log, unless the catalogue measures lines of its own."""
    if low not in LOG_WORDS:
        return False
    own = low in ("line", "lines", "entry", "entries") and (
        singular(low) in known.labels or singular(low) in known.named
    )
    return not own or before in known.services or before in LOG_WORDS or after in _TELLING
