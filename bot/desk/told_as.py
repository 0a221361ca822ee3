"""As what a figure was told: in which row and column, as the least or the most or the usual, and which way it moved. A
figure that is known may still be said as something that it is not. Pure."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.desk.claims import Figure

_ROLES = {
    "now": re.compile(r"\b(?:now|currently|at the moment|at present|latest|as of now)\b(?! and then)", re.I),
    "least": re.compile(r"(?<!at )\bleast\b|\b(?:lowest|minimum|min|minima|trough|floor|bottom\w*|down to)\b", re.I),
    "most": re.compile(
        r"(?<!at )(?<!the )\bmost\b(?! (?:recent|often|likely|probabl\w*|of|days|weeks|hours|nights|mornings|times)\b)"
        r"|\bthe most\b(?= (?:listed|seen|shown|read|measured|recorded|reached|of|is|was|for)\b)"
        r"|\b(?:highest|maximum|max|maxima|peak\w*|ceiling|up to)\b",
        re.I,
    ),
    "usual": re.compile(r"\b(?:usual|usually|normal|normally|typical|typically|baseline|ordinarily)\b", re.I),
    "mean": re.compile(r"\b(?:mean|average|averages|averaged|averaging)\b(?! (?:that|to)\b)", re.I),
}
_WORST = re.compile(r"\bworst\b", re.I)
_GOOD_IF_HIGH = re.compile(r"\b(?:availability|uptime|success)\b", re.I)
# Held against something, it is not said to be that.
_COMPARED = re.compile(
    r"\b(?:than|(?:as|so) \w+ as|above|below|over|from|against|like|beyond|near|to|with|versus|vs)"
    r" (?:is |was |the |its |their |a |what is |most )*"
    r"(?:usual|normal|typical|average|mean|before|now|peak)\w*\b(?! of\b)",
    re.I,
)
_BOUNDS = re.compile(r"\b(?:up|down) to\b", re.I)
_UNSAID = frozenset(
    "for when who at value change state times all result what since type kind name id time of in level share"
    " most least mean now usual".split()
)
_GOES_ON = re.compile(r"[a-z]{3,}\W+[a-z]{3,}\W+[a-z]{3,}", re.I)  # a sentence, and no cell
_UNIT = re.compile(r" (?:%|ms|s|min|h|req/s|gib|mib|usd|\(utc\))$")
_SPLIT = re.compile(r"[,:] ")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line of what is known has its figure: `head` is its row, `label` its column."""

    head: str = ""
    label: str = ""

    @property
    def rows(self) -> tuple[str, ...]:
        """What it is a value of: its row, or itself in a list of facts."""
        return tuple(filter(None, (self.row or self.label,)))

    @property
    def row(self) -> str:
        return self.head.rpartition(", ")[2]

    @classmethod
    def of(cls, line: str, first: Figure | None) -> "Place":
        before, after = (line[: first.start], line[first.end :]) if first else ("", "")
        if not before.endswith(": ") or "\N{RIGHTWARDS ARROW}" in line or ": " in after or _GOES_ON.search(after):
            return cls()
        *head, label = _SPLIT.split(before.removesuffix(": ").lower())
        return cls(", ".join(head), _UNIT.sub("", label.strip()))


NOWHERE = Place()


def roles(line: str, found: Sequence[Figure]) -> tuple[str, ...]:
    """Of each figure: that of the word right before it, else of its column."""
    last = {id(one[1]) for one in moves(line, found)}
    return tuple("now" if id(one) in last else _role(line, one) for one in found)


def _role(line: str, figure: Figure) -> str:
    before = line[max(0, figure.start - 40) : figure.start]
    near = re.split(r"[(,;\N{RIGHTWARDS ARROW}]", before)[-1]
    named = [name for name, word in _ROLES.items() if word.search(near)]
    return named[0] if len(named) == 1 else ""


def said_as(clause: str) -> frozenset[str]:
    """The roles that a clause gives its figures."""
    bare = _BOUNDS.sub(" ", _COMPARED.sub(" ", clause))
    found = {name for name, word in _ROLES.items() if word.search(bare)}
    if _WORST.search(bare):
        found.add("least" if _GOOD_IF_HIGH.search(bare) else "most")
    return frozenset(found)


def names(clause: str, known: frozenset[str]) -> frozenset[str]:
    """Which of these rows or columns it names; the longer name is meant where one holds the other."""
    listed = known - _UNSAID
    if not listed:
        return frozenset()
    return frozenset(one[0].lower() for one in _any_of(tuple(sorted(listed))).finditer(_COMPARED.sub(" ", clause)))


@lru_cache(maxsize=256)
def _any_of(listed: tuple[str, ...]) -> re.Pattern[str]:
    each = "|".join(re.escape(one) for one in sorted(listed, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{each})(?![\w-])", re.I)


# Directions.

_UP = re.compile(
    r"\b(?:rose|risen|rises|rising|rise|climb\w*|increas\w+|grew|grown|grow\w*|jump\w*|spik\w+|surg\w+"
    r"|(?:went|gone|goes|came|come|moved|crept|up) up|up from)\b",
    re.I,
)
_DOWN = re.compile(
    r"\b(?:fell|fallen|falls|falling|drop\w*|declin\w+|decreas\w+|shrank|shrunk|shrink\w*|sank|sunk|sink\w*|slid"
    r"|(?:went|gone|goes|came|come|moved|crept) down|down (?:to|from))\b",
    re.I,
)
_BEGINS = re.compile(
    r"\b(?:from|start(?:ing|ed)? (?:out )?(?:at|with|from)|beg[aiu]n(?:ning)? (?:at|with|from)) $", re.I
)
_ENDS = re.compile(r"\b(?:to|until|till|at|reach(?:ed|es|ing)|by) $", re.I)
_TIMES_OF = re.compile(r" ?(?:as \w+ as |more than |that of |the |what |of )*", re.I)


def direction(text: str) -> str:
    up, down = _UP.search(text), _DOWN.search(text)
    return "" if bool(up) == bool(down) else "+" if up else "-"


def moves(line: str, found: Sequence[Figure]) -> tuple[tuple[Figure, Figure], ...]:
    """From the first value to the last."""
    return tuple(
        (one, other)
        for one, other in itertools.pairwise(found)
        if line[one.end : other.start].strip() == "\N{RIGHTWARDS ARROW}"
    )


def against_itself(text: str, claimed: Sequence[Figure]) -> str:
    """What falls from 2 to 3, or is twice what it is thrice of."""
    way = direction(text)
    for one, other in itertools.pairwise(claimed):
        along = one.kind == other.kind and _BEGINS.search(text[: one.start]) and _ENDS.search(text[: other.start])
        if way and along and one.worth != other.worth and (other.worth > one.worth) != (way == "+"):
            return f"{other.written} went the other way"
    return next(_wrong_ratios(text, claimed), "")


def _wrong_ratios(text: str, claimed: Sequence[Figure]) -> Iterator[str]:
    for at, one in enumerate(claimed[1:-1], 1):
        before, after = claimed[at - 1], claimed[at + 1]
        of_it = one.kind in ("times", "share") and _TIMES_OF.fullmatch(text[one.end : after.start])
        if of_it and before.kind == after.kind != one.kind and after.worth:
            ratio = before.worth / after.worth * (100 if one.kind == "share" else 1)
            if abs(ratio - one.worth) > max(one.half, 0.05 * ratio):
                yield f"{one.written} is no figure of it"


def moved_otherwise(figure: Figure, before: str, clause: str, known: Sequence[tuple[Figure, Figure]]) -> bool:
    """It is said to have ended there, or begun, by going up; and it went down."""
    way = direction(clause)
    if not way:
        return False
    side = 1 if _ENDS.search(before) else 0 if _BEGINS.search(before) else -1
    ways = {
        "+" if last.worth > first.worth else "-"
        for first, last in known
        if side >= 0 and figure.fits((first, last)[side])
    }
    return bool(ways) and way not in ways
