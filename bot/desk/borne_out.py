"""Whether the figures of a sentence are borne out: of the thing that they are said of, going the way they went, on the
right side of a bound, or computed from others in the same sentence by a rule that it names. Pure."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.desk import told_as
from bot.desk.claims import CLOSE_ENOUGH, Figure, Kind, figures, normal
from bot.desk.told_as import NOWHERE, Place

_RISING = re.compile(
    r"\b(?:rose|risen|rises?|rising|increas\w+|grew|grow\w*|climb\w*|up|jump\w*|spik\w+|surg\w+|higher|more|above)\b",
    re.I,
)
_FALLING = re.compile(
    r"\b(?:fell|fall\w*|drop\w*|decreas\w+|declin\w+|down|shrank|shrink\w*|lower|sank|less|fewer|below)\b", re.I
)
_BOUND = re.compile(
    r"(?P<no>\b(?:not|never|no|nothing|none|nobody|at no time|nowhere|n't|without being|neither"
    r"|far from) (?:[\w-]+ ){0,4}?)?"
    r"(?:\b(?P<over>above|over|more than|greater than|higher than|beyond|at least|exceed(?:s|ed|ing)?|in excess of"
    r"|no less than|longer than|larger than|bigger than|upwards of|as high as"
    r"|g[eo]t past|went past|reach(?:es|ed)?|broke through"
    r"|pass(?:es|ed)|surpass(?:es|ed)"
    r"|top(?:s|ped)|cross(?:es|ed))"
    r"|\b(?P<under>below|under|less than|fewer than|lower than|at most|up to|no more than|short of|within|smaller than"
    r"|as low as"
    r"|shorter than))"
    r" (?:the |its |a |an )?(?:limit |target |threshold |objective )?(?:of )?$",
    re.I,
)
_BESIDE_IT = "side|related|based|driven|level|only|specific"
_FROM = re.compile(r"\bfrom \S+(?: \S+)? up to $", re.I)
_MEASURES: dict[re.Pattern[str], frozenset[Kind]] = {
    re.compile(r"\b(?:latency|response times?)\b", re.I): frozenset({"duration", "times"}),
    re.compile(r"\bmemory\b", re.I): frozenset({"size", "times"}),
    re.compile(r"\b(?:spend|cost|spent)\b", re.I): frozenset({"money", "times"}),
    re.compile(r"\b(?:error rate|availability)\b", re.I): frozenset({"share", "times"}),
    re.compile(r"\brequest rate\b", re.I): frozenset({"rate", "times"}),
}
_REACHED = re.compile(r"(?<!not )(?<!never )\breach(?:es|ed)? (?:the |its )?$", re.I)
_NEGATED = re.compile(r"(?:\b(?:not|rather than|instead of)|n't) (?:at |by |of |for |about |the |its )*$", re.I)
_MOVED = re.compile(r"\b(?:change\w*|by|than|usual\w*)\b|[+-]", re.I)
_LASTED = re.compile(r"\b(?:for|last|past|within|in|after|over|during|since|every|ago|lasted)\b", re.I)
_WINDOW = re.compile(r"\b(?:last|past|previous) (?:\S+ )?$", re.I)
_INCLUSIVE = re.compile(r"at least|at most|up to|no more than|no less than|within", re.I)
_LIMIT = re.compile(r"\b(?:limits?|targets?|thresholds?|objectives?|allowed|goals?|rule)\b", re.I)
_AFTER = re.compile(r"^[^,;]{0,24}?\b(?:for|of|in|at|by|on|from|with) (?:the )?$", re.I)
_WHOLLY = re.compile(
    r"\b(?:at any (?:time|point|moment)|at no point|not once|ever|never|always|nothing|none|nobody"
    r"|stay(?:s|ed)|kept|keeps|remain(?:s|ed)|throughout|at no time)\b",
    re.I,
)
_EXTREME = {
    "under": re.compile(r"\b(?:most|highest|maximum|max|peak|up to|at most)\b", re.I),
    "over": re.compile(r"\b(?:least|lowest|minimum|min|down to|at least)\b", re.I),
}
_BESIDE = re.compile(r",? ?(?:UTC )?(?:on |at |of )?(?:the )?", re.I)
_CLAUSE = re.compile(r"[,;:(]| while | whereas | but | and | against | compared ", re.I)
_FAR, _FAR_OF_LIMIT = 2.0, 20.0  # a bound farther from all that is known says nothing of it
_THAN = re.compile(r"^ ?(?:\w+ )?(?:more|less|fewer|longer|faster|slower|higher|lower)\b", re.I)
_RULES = {
    "sum": re.compile(r"\b(?:sum|together|in total|combined|altogether)\b", re.I),
    "difference": re.compile(r"\b(?:difference|differ|apart|gap)\b", re.I),
    "ratio": re.compile(r"\b(?:ratio|times|fold|twice|thrice|double|triple|half)\b|fold\b", re.I),
    "average": re.compile(r"\b(?:average|mean)\b", re.I),
    "share": re.compile(r"\b(?:share|percent|per cent|percentage)\b|%", re.I),
}


@dataclass(frozen=True, slots=True)
class Known:
    """One line of what is known: its figures, and of which things it speaks."""

    figures: tuple[Figure, ...]
    about: frozenset[str]
    line: str
    bounds: tuple[tuple[Figure, str], ...] = ()
    pairs: tuple[tuple[Figure, Figure], ...] = ()  # a day and a time of it
    windows: tuple[Figure, ...] = ()  # the last so many hours
    place: Place = NOWHERE
    roles: tuple[str, ...] = ()  # of each figure
    moves: tuple[tuple[Figure, Figure], ...] = ()

    def tells(self, at: int) -> bool:
        """As what it has that figure."""
        return bool(self.roles[at] or any(self.figures[at] in pair for pair in self.moves))

    @classmethod
    def of(cls, bare: str, line: str, subjects: Mapping[str, str]) -> "Known":
        found = tuple(figures(bare))
        about = frozenset(name for name, _ in _mentions(line, subjects))
        bounds = tuple((one, side) for one in found if (side := _side(bare, one)))
        windows = tuple(one for one in found if _window(bare, one))
        plain = normal(line)
        place = Place.of(plain, found[0] if found else None)
        roles, moves = told_as.roles(plain, found), told_as.moves(plain, found)
        return cls(found, about, line, bounds, tuple(_pairs(bare, found)), windows, place, roles, moves)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`bare`: without the names in it."""

    plain: str
    bare: str
    claimed: tuple[Figure, ...]
    subjects: Mapping[str, str]

    def fault(self, known: Sequence[Known]) -> str:
        held = [self._held(one, known) for one in self.claimed]
        borne = [one for one, way in zip(self.claimed, held, strict=True) if not way]
        if wrong := self._stale(known) or told_as.against_itself(self.plain, self.claimed):
            return wrong
        for figure, wrong in zip(self.claimed, held, strict=True):
            if wrong and not self._computed(figure, borne):
                return wrong
        return ""

    def _held(self, figure: Figure, known: Sequence[Known]) -> str:
        lines = self._lines(figure, known)
        if self._negated(figure):
            return self._denied(figure, lines, known)
        side = _side(self.bare, figure)
        fitting = [one for line in lines for one in line.figures if figure.fits(one)]
        if side and not (fitting and _REACHED.search(self.plain[: figure.start])):
            return "" if self._bounded(figure, side, lines) else f"{figure.written} is no bound of it"
        if not fitting:
            return f"{figure.written} is no figure of it"
        signs, near = {one.sign for one in fitting}, self._near(figure)
        if not _measures(figure, near, self.plain, [line for line in lines if figure.is_in(line.figures)]):
            return f"{figure.written} is no measure of it"
        windows = [one for line in known for one in line.windows]
        if windows and _window(self.bare, figure) and not figure.is_in(windows):
            return f"{figure.written} is not the time of it"
        if (signs == {"-"} and _RISING.search(near)) or (signs == {"+"} and _FALLING.search(near)):
            return f"{figure.written} went the other way"
        moves = [one for line in lines for one in line.moves]
        if told_as.moved_otherwise(figure, self.plain[: figure.start], near, moves):
            return f"{figure.written} went the other way"
        return "" if self._as_told(figure, lines) else f"{figure.written} was told as something else"

    def _negated(self, figure: Figure) -> bool:
        return _NEGATED.search(self.plain[: figure.start]) is not None

    def _denied(self, figure: Figure, lines: Sequence[Known], known: Sequence[Known]) -> str:
        """Not 5 but 7: that is a figure of something else, or of another column."""
        if not any(figure.is_in(line.figures) for line in known):
            return f"{figure.written} is no figure of it"
        alone = len(self.claimed) == 1
        own = any(figure.is_in(line.figures) for line in lines)
        said = told_as.said_as(self.plain) or told_as.names(self.plain, _labels(lines))
        if own and (alone or (said and self._as_told(figure, lines))):
            return f"{figure.written} is a figure of it"
        return ""

    def _as_told(self, figure: Figure, lines: Sequence[Known]) -> bool:
        """In the column and the role that it is said in, as far as others there have that one."""
        clause = self.plain if any(map(self._negated, self.claimed)) else self._near(figure)
        said = told_as.said_as(clause)
        fitting = [(line, at) for line in lines for at, one in enumerate(line.figures) if figure.fits(one)]
        if rows := told_as.names(clause, frozenset(row for line in lines for row in line.place.rows)):
            of_row = [line for line in lines if any(row in line.line.lower() for row in rows)]
            if any(one.kind == figure.kind for line in of_row for one in line.figures):
                fitting = [(line, at) for line, at in fitting if line in of_row or line.moves]
        cells = [(line, at) for line, at in fitting if line.place.label]
        rows = told_as.names(clause, frozenset(line.place.row for line, _ in cells) - self.subjects.keys())
        if not rows and any(line.roles[at] in said for line, at in fitting if not line.place.label):
            return True
        telling = cells or [(line, at) for line, at in fitting if line.tells(at)]
        named = bool(self._said_of(figure))
        return any(
            (not said or line.roles[at] in said or not _held(said, figure, lines if named else beside))
            and _placed(line.place, clause, beside)
            for line, at in telling or fitting
            if (beside := [one for one in lines if one is line or _beside(line.place, one.place)])
        )

    def _stale(self, known: Sequence[Known]) -> str:
        """A day and a time of it are known together, or the time by itself."""
        told = [pair for line in known for pair in line.pairs]
        paired = {id(clock) for _, clock in told}
        alone = [one for line in known for one in line.figures if one.kind == "clock" and id(one) not in paired]
        for day, clock in _pairs(self.bare, self.claimed):
            together = any(day.fits(one) and clock.fits(other) for one, other in told)
            if not together and not clock.is_in(alone):
                return f"{clock.written} is not of {day.written}"
        return ""

    def _near(self, figure: Figure) -> str:
        """The clause that it stands in."""
        before, after = _CLAUSE.split(self.plain[: figure.start]), _CLAUSE.split(self.plain[figure.end :], maxsplit=2)
        near = f"{before[-1]} {after[0]}"
        if near.strip(" .") or len(before) + len(after) < 3:
            return near
        return " ".join((*before[-2:], *after[:2]))  # the peak, 5 ms, was at noon

    def _lines(self, figure: Figure, known: Sequence[Known]) -> Sequence[Known]:
        """Those that speak of what it is said of; what names one thing is surer than what names several."""
        lines = known
        for kind, name in self._said_of(figure).items():
            others = {one for one, of in self.subjects.items() if of == kind}
            own = [one for one in lines if not one.about & others or name in one.about]
            alone = [one for one in own if one.about & others <= {name}]
            single = any(figure.is_in(one.figures) for one in known if len(one.about & others) == 1)
            spoken = _side(self.bare, figure) and any(
                other.kind == figure.kind for one in alone for other in one.figures
            )
            lines = alone if single or spoken else own
        return lines

    def _said_of(self, figure: Figure) -> dict[str, str]:
        """By kind of thing, which: what follows with a small word between, else the last before, else the next."""
        found: dict[str, str] = {}
        for kind in dict.fromkeys(self.subjects.values()):
            named = [(name, at) for name, at in _mentions(self.plain, self.subjects) if self.subjects[name] == kind]
            next_ones = [(name, at) for name, at in named if at >= figure.end]
            before = [name for name, at in named if at < figure.start]
            follows = next_ones and _AFTER.match(self.plain[figure.end : next_ones[0][1]])
            if follows or (next_ones and not before):
                found[kind] = next_ones[0][0]
            elif before:
                found[kind] = before[-1]
        return found

    def _bounded(self, figure: Figure, bound: str, lines: Sequence[Known]) -> bool:
        """A limit that was told may be named; that something keeps it, or does not, has to be seen from a figure."""
        side = bound.removesuffix("=")
        told = any(side == of.removesuffix("=") for line in lines for one, of in line.bounds if figure.fits(one))
        if told and (side != bound or _LIMIT.search(self._near(figure))):
            return True
        if _WHOLLY.search(self._near(figure)):
            lines = [one for one in lines if _EXTREME[side].search(one.line)]
        return any(_seen(one, figure, side, side != bound, _FAR_OF_LIMIT if told else _FAR) for one in lines)

    def _computed(self, figure: Figure, borne: Sequence[Figure]) -> bool:
        if figure.texts == ("points",):
            return any(rule == "difference" and _close(figure, worth, kind) for rule, worth, kind in _results(borne))
        named = {name for name, rule in _RULES.items() if rule.search(self.plain)}
        if _THAN.search(self.plain[figure.end :]):
            named.add("difference")
        return any(rule in named and _close(figure, worth, kind) for rule, worth, kind in _results(borne))


def _held(said: frozenset[str], figure: Figure, beside: Sequence[Known]) -> bool:
    """Whether another there has that role."""
    return any(
        role in said and one.kind == figure.kind
        for line in beside
        for one, role in zip(line.figures, line.roles, strict=True)
    )


def _labels(lines: Sequence[Known]) -> frozenset[str]:
    return frozenset(line.place.label for line in lines if line.place.label)


def _beside(one: Place, other: Place) -> bool:
    return bool(one.label and other.label) and (one.head == other.head or one.label == other.label)


def _placed(place: Place, clause: str, beside: Sequence[Known]) -> bool:
    """Whether its own row and column are named, wherever another of that row or column is."""
    if not place.label:
        return True
    columns = frozenset(one.place.label for one in beside if one.place.head == place.head)
    rows = frozenset(one.place.head for one in beside if one.place.label == place.label and one.place.head)
    for own, others in ((place.label, columns), (place.head, rows)):
        named = told_as.names(clause, others)
        if named and own not in named:
            return False
    return True


def _measures(figure: Figure, near: str, whole: str, bearing: Sequence[Known]) -> bool:
    """A latency is no share, and memory no time; what it moved by may be one, and what we told as such is."""
    if any(word.search(whole) and word.search(one.line) for word in _MEASURES for one in bearing):
        return True
    named = [kinds for word, kinds in _MEASURES.items() if word.search(near)]
    named = named or [kinds for word, kinds in _MEASURES.items() if word.search(whole)][:1]
    if not named or figure.kind in ("clock", "day", "count") or any(figure.kind in kinds for kinds in named):
        return True
    if figure.kind == "share":
        return bool(figure.sign or _RISING.search(near) or _FALLING.search(near) or _MOVED.search(near))
    return figure.kind == "duration" and _LASTED.search(near) is not None


def _window(text: str, figure: Figure) -> bool:
    if figure.kind != "duration":
        return False
    return figure.written.lower().startswith(("last", "past")) or _WINDOW.search(text[: figure.start]) is not None


def _pairs(text: str, found: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    for one, other in itertools.pairwise(found):
        beside = _BESIDE.fullmatch(text[one.end : other.start])
        if beside and {one.kind, other.kind} == {"day", "clock"}:
            yield (one, other) if one.kind == "day" else (other, one)


def _results(borne: Sequence[Figure]) -> Iterator[tuple[str, float, str]]:
    """What the named rules make of figures that hold, and what kind of figure that is."""
    for kind in dict.fromkeys(one.kind for one in borne if one.kind not in ("clock", "day")):
        worths = [one.worth for one in borne if one.kind == kind]
        if len(worths) < 2:
            continue
        yield "sum", sum(worths), kind
        yield "average", sum(worths) / len(worths), kind
        for one, other in itertools.permutations(worths, 2):
            if one >= other:
                yield "difference", one - other, "share" if kind == "share" else kind
            if other:
                yield "ratio", one / other, "times"
                yield "share", 100 * one / other, "share"
                yield "share", 100 * abs(one - other) / abs(other), "share"


def _close(figure: Figure, worth: float, kind: str) -> bool:
    room = min(max(figure.half, 0.005 * abs(worth)), CLOSE_ENOUGH * abs(worth)) + 1e-9 * max(1.0, abs(worth))
    return figure.kind == kind and abs(figure.worth - worth) <= room


def _seen(line: Known, figure: Figure, side: str, same: bool, far: float) -> bool:
    """That this line bears the bound out, and nothing in it speaks against one from above."""
    limits = {id(limit) for limit, _ in line.bounds if limit.fits(figure)} if not same else set()
    seen = [one for one in line.figures if id(one) not in limits and _comparable(one, figure)]
    if not any(_beyond(one, figure, side, far) or (same and figure.fits(one)) for one in seen):
        return False
    held = [figure.fits(one) or _beyond(one, figure, side, math.inf) for one in seen]
    return all(held) or (side == "over" and not same)


def _comparable(one: Figure, figure: Figure) -> bool:
    alike = (
        one.kind == figure.kind
        and one.texts == figure.texts
        and not (one.noun and figure.noun and one.noun != figure.noun)
    )
    return alike and bool(one.sign) == bool(figure.sign)


def _beyond(fact: Figure, bound: Figure, side: str, far: float) -> bool:
    if not bound.worth or not fact.worth:
        return False
    share = fact.worth / bound.worth
    return 1 < share <= far if side == "over" else 1 / far <= share < 1


def _side(text: str, figure: Figure) -> str:
    """`over`, `under`, or nothing; with `=` where the bound itself belongs to it."""
    before = re.sub(r" +", " ", text[max(0, figure.start - 80) : figure.start])
    found = _BOUND.search(before)
    spoken_of_time = figure.kind in ("clock", "day") or figure.written.lower().startswith(("last", "past"))
    if not found or spoken_of_time or _FROM.search(before):
        return ""
    side, same = "over" if found["over"] else "under", _INCLUSIVE.search(found[0]) is not None
    if found["no"]:
        side, same = {"over": "under", "under": "over"}[side], not same
    return f"{side}=" if same else side


def _mentions(text: str, subjects: Mapping[str, str]) -> list[tuple[str, int]]:
    if not subjects:
        return []
    return [(one[0].lower(), one.start()) for one in _any_of(tuple(subjects)).finditer(normal(text))]


@lru_cache(maxsize=64)
def _any_of(subjects: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(one) for one in subjects), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{names})(?!\w|-(?!(?:{_BESIDE_IT})\b)\w)", re.I)


def mentioned(text: str, subjects: Mapping[str, str]) -> frozenset[str]:
    """Which of these things it names."""
    return frozenset(name for name, _ in _mentions(text, subjects))
