"""Metrics that belong together, found once per catalogue: used and limit, hits and misses, a part and its whole."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.query.words.index import Index
from bot.query.words.prepared import Prepared
from bot.query.words.tokens import parts, singular, stem

Kind = Literal[
    "wanted and there",
    "well of all",
    "used of limit",
    "free of size",
    "part of whole",
    "part and rest",
    "missed of all",
    "sum and count",
]
_LIMIT = frozenset(
    "max limit limits maximum capacity size total allocatable quota hard setpoint target nominal".split()
)
_USED = frozenset(
    "used use taken inuse usage active current allocated acquired busy connected"
    " resident committed open running requests currently".split()
)
_FREE = frozenset("free avail available remaining left idle".split())
# What came through without telling that the rest went wrong.
_THROUGH = frozenset("filled fulfilled matched served converted redeemed opened clicked stored accepted used".split())
_WON = frozenset("win wins won click clicks conversion conversions purchase purchases hit hits match matches".split())
MOST_ACROSS = 400
WHOLE = _THROUGH | frozenset(
    "sent total processed requests received attempts started requested created submitted"
    " produced published consumed handled accepted calls offered placed scheduled runs"
    " confirmed seen written loaded read queries query attempt request call offer start run fetch fetched"
    " asked made invocations invocation".split()
)
DONE = frozenset(
    "commit commits finished succeeded success successful completed complete done ok delivered"
    " hits hit approved processed accept accepts granted".split()
)
BAD = frozenset(
    "failed failures failure errors error bounced dropped rejected declined misses miss timeouts timeout expired lost"
    " exceptions refunded retries retried cancelled canceled aborted discarded throttled denied blocked duplicate"
    " duplicates corrupted late missed nack nacks bounce bounces unsubscribed reject rejects drop dropouts leaks"
    " losses loss fault faults conflict conflicts complaints returned abandoned violations skipped abandoned"
    " fraudulent refused invalid undelivered"
    " err errs fail fails ko nok bad evicted rollback rollbacks retry restarts discards drops".split()
)
NOISE = frozenset(
    "settings setting config stat stats spec second byte variable total bytes seconds"
    " count status global variables in the os cs sys with type configured".split()
)


_TAKEN = frozenset(
    "used taken reserved assigned leased booked rented running busy active allocated"
    " occupied inuse acquired utilised utilized".split()
)
_SPARE = frozenset("free open idle spare available".split())
_ALL = frozenset("stock inventory owned total all online registered size max limit capacity overall".split())
_UNWELL = frozenset("degraded unhealthy stale unavailable offline down misplaced".split())

_WELL = frozenset("healthy ready available alive online connected up reachable".split())


@dataclass(frozen=True)
class Pair:
    part: Prepared
    whole: Prepared
    kind: Kind


def mined(index: Index) -> tuple[Pair, ...]:
    found = tuple(_mined(index))
    found = (*found, *_rooms(index, frozenset(pair.whole.place for pair in found if pair.kind in _FILLED)))
    found = tuple(_nearest_kin(found))
    return (*found, *_across(index, frozenset(pair.part.place for pair in found)))


_FILLED = ("used of limit", "free of size")


def _rooms(index: Index, paired: frozenset[int]) -> Iterator[Pair]:
    """For a bound that no other rule has found a use of."""
    gauges = [m for m in index.metrics if m.type == "gauge" and not (m.is_flag or m.is_instant)]
    for whole in gauges if len(gauges) <= MOST_ACROSS else ():
        if whole.place not in paired and is_room(whole):
            yield from (Pair(part, whole, "used of limit") for part in gauges if _room_for(part, whole))


def _nearest_kin(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Of several bounds of one gauge those that are nearest to it, by labels and by name."""
    best: dict[tuple[int, Kind], int] = {}
    for pair in pairs:
        key = (pair.part.place, pair.kind)
        best[key] = max(best.get(key, 0), kinship(pair.part, pair.whole))
    for pair in pairs:
        near = kinship(pair.part, pair.whole) >= best[pair.part.place, pair.kind]
        if near or pair.kind not in (*_FILLED, "sum and count"):
            yield pair


def kinship(part: Prepared, whole: Prepared) -> int:
    alike = next((n for n, (x, y) in enumerate(zip(part.words, whole.words, strict=False)) if x != y), 9)
    mine, theirs = set(part.labels), set(whole.labels)
    return min(alike, 3) + (2 if mine == theirs else 1 if theirs <= mine else 0)


def _mined(index: Index) -> Iterator[Pair]:
    by_root: dict[str, list[Prepared]] = {}
    for metric in index.metrics:
        if metric.words:
            by_root.setdefault(metric.words[0], []).append(metric)
    for family in by_root.values():
        if len(family) > 150:
            groups: dict[tuple[str, ...], list[Prepared]] = {}
            for metric in family:
                groups.setdefault(metric.words[:2], []).append(metric)
            families = [group for group in groups.values() if len(group) <= 150]
        else:
            families = [family]
        for group in families:
            parts = [metric for metric in group if _may_be_part(metric)]
            wholes = [metric for metric in group if _may_be_whole(metric)]
            for part in parts:
                found = [(whole, kind) for whole in wholes if part is not whole and (kind := _kind(part, whole))]
                yield from (Pair(part, whole, kind) for whole, kind in found)
                beside = any(kind == "part and rest" for _, kind in found)
                nearest = None if beside else nearest_whole(part, wholes)
                if nearest is not None and nearest not in [whole for whole, _ in found]:
                    yield Pair(part, nearest, "part of whole")


def nearest_whole(part: Prepared, wholes: Iterable[Prepared], least: float = 1.4) -> Prepared | None:
    """What a counter of something unwanted, or of what came through, is most likely counted out of."""
    if part.type != "counter" or not (is_bad(part) or set(part.words) & (DONE | _THROUGH | _WON)):
        return None
    scored = [(likeness(part, whole), -whole.place, whole) for whole in wholes if _may_hold(part, whole)]
    best = max(scored, default=None, key=lambda one: one[:2])
    return best[2] if best is not None and best[0] >= least else None


def _same_entity(part: Prepared, whole: Prepared) -> bool:
    """Replicas of a deployment and those of a set have no more than their namespace in common."""
    mine, theirs = set(part.labels), set(whole.labels)
    return mine <= theirs or theirs <= mine


def _claims(metric: Prepared) -> bool:
    """What is set aside for a thing is no use of it."""
    return {"resource", "request"} <= set(metric.words)


def is_bad(metric: Prepared) -> bool:
    """Whether it counts what went wrong."""
    return any(word in BAD or (word.startswith("mis") and len(word) > 6) for word in metric.words)


def _may_hold(part: Prepared, whole: Prepared) -> bool:
    more = set(whole.words) - set(part.words)
    return part is not whole and whole.type == "counter" and part.unit == whole.unit and not more & BAD


def likeness(part: Prepared, whole: Prepared) -> float:
    a, b = part.words, whole.words
    alike = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    stems = {stem(word) for word in a}
    more = {word for word in set(b) - NOISE if stem(word) not in stems}
    plain = 0.6 if not more else 0.5 if more & WHOLE else 0.0
    shared = len(set(part.labels) & set(whole.labels)) - 0.5 * len(set(part.labels) - set(whole.labels))
    helped = len(part.help_stems & whole.help_stems)
    return alike + plain + 0.3 * shared + min(0.6, 0.2 * helped) - 0.3 * len(more - WHOLE)


def _across(index: Index, paired: frozenset[int]) -> Iterator[Pair]:
    """Wins of one family out of the requests of another, where the labels say that they belong together."""
    counters = [metric for metric in index.metrics if metric.type == "counter"]
    if len(counters) > MOST_ACROSS:
        return
    wholes = [metric for metric in counters if set(metric.words) & WHOLE and len(metric.labels) > 1]
    for part in counters:
        if part.place not in paired and set(part.words) & _WON:
            whole = nearest_whole(part, (one for one in wholes if set(part.labels) <= set(one.labels)), least=0.7)
            if whole is not None:
                yield Pair(part, whole, "part of whole")


def _may_be_part(metric: Prepared) -> bool:
    """A look at one name spares a look at very many pairs."""
    return metric.type in ("gauge", "counter")


def _may_be_whole(metric: Prepared) -> bool:
    return metric.type in ("counter", "histogram", "gauge")


def _kind(part: Prepared, whole: Prepared) -> Kind | None:
    if (part.type == "gauge") != (whole.type == "gauge"):
        return None
    a, b = set(part.words), set(whole.words)
    more, other = a - b, b - a
    if part.type == "gauge" and whole.type == "gauge":
        if {"phase", "condition", "reason"} & set(part.labels) or _claims(part):
            return None
        if part.is_flag or whole.is_flag or part.is_instant or whole.is_instant:
            return None
        if part.labels and not set(part.labels) & set(whole.labels):
            return None
        near = len((a & b) - NOISE) > 1 or (len(part.words) <= 3 and part.words[0] == whole.words[0])
        if (
            near
            and _same_entity(part, whole)
            and {"spec", "desired", "wanted", "expected", "planned", "scheduled"} & more
            and {"available", "ready", "current", "updated", "service", "operating"} & other
            and not other & _LIMIT
        ):
            return "wanted and there"
        if (
            len(more) == 1
            and len(other) == 1
            and (
                (more & _TAKEN and other & _SPARE)
                or (more & _UNWELL | more & {"dead"} and other & _WELL | other & {"live"})
            )
        ):
            return "part and rest"
        if near and len(more) == 1 and (more & (_TAKEN | BAD | _UNWELL)) and other <= _ALL and part.unit == whole.unit:
            return "used of limit"
        if (
            near
            and _same_entity(part, whole)
            and {"healthy", "ready", "available", "alive", "online", "connected", "up", "reachable", "running"} & more
            and {"total", "desired", "spec", "installed", "registered", "configured", "expected", "known"} & other
            and part.unit is None
            and not more & {"memory", "disk"}
        ):
            return "well of all"
        if (
            near
            and _same_entity(part, whole)
            and not other - NOISE
            and more - NOISE
            and more - NOISE <= _WELL
            and part.unit is whole.unit is None
        ):
            return "well of all"
        if near and set(part.labels) == set(whole.labels) and more & BAD and not other & BAD and other - NOISE <= WHOLE:
            return "part of whole"
        if not _common(part, whole):
            return None
        if near and more & _FREE and more - NOISE <= _FREE and other - NOISE <= _ALL and part.unit == whole.unit:
            return "free of size"
        if other & _LIMIT and more & _FREE and part.unit == whole.unit:
            return "free of size"
        if other & _LIMIT and not more & _LIMIT and (more & _USED or not more - NOISE or _alike(more - NOISE, a & b)):
            return "used of limit"
        if (
            other & _LIMIT - {"total", "size"}
            and len(more - NOISE) <= 1
            and not more & _LIMIT
            and part.unit == whole.unit
            and len((a & b) - NOISE) > 1
        ):
            return "used of limit"
        return None
    if part.type != "counter" or whole.type not in ("counter", "histogram"):
        return None
    if whole.type == "counter" and part.unit != whole.unit and (part.unit or whole.unit):
        measured = part.unit is not None and part.unit.dimension in ("time", "money", "bytes") and whole.unit is None
        thing = {stem(word) for word in b - NOISE - WHOLE - DONE}
        kept = thing and thing <= {stem(word) for word in a} and len(thing) >= max(1, len(a - NOISE) - 3)
        return "sum and count" if measured and kept and set(whole.labels) & set(part.labels) else None
    if not more & BAD or other & BAD or len(other - NOISE) > 2 or len(more - NOISE) > 2:
        if _reads_through(part, whole):
            return "missed of all"
        if more & {"hit", "hits"} and other & {"miss", "misses", "read", "reads"} and len(more) == len(other):
            return "part and rest"
        if not other - NOISE and more - NOISE and len(more - NOISE) <= 2 and part.unit == whole.unit:
            return "part of whole"  # queries_zero_results of queries
        if more & DONE and other & WHOLE and not other & DONE and len(more - NOISE) <= 1 and len(other - NOISE) <= 1:
            return "part of whole"
        return None
    if whole.type == "histogram" and not {"duration", "latency", "second"} & b:
        return None
    if more & {"miss", "misses"} and other & {"hit", "hits"}:
        return "part and rest"
    if whole.type == "counter" and other - NOISE and not other & (WHOLE | DONE):
        return None
    done = {stem(word) for word in DONE - {"processed", "delivered"}}
    return "part and rest" if {stem(word) for word in other} & done else "part of whole"


def _reads_through(part: Prepared, whole: Prepared) -> bool:
    """`buffer_pool_reads` are those of `buffer_pool_read_requests` that the pool did not have."""
    asked = {"request", "lookup", "access", "get"} & (set(whole.words) - set(part.words))
    rest = {word for word in whole.words if word not in asked}
    return bool(asked) and rest == set(part.words) and part.words[-1] in ("read", "write", "load", "fetch")


_HOLDS = re.compile(
    r"\bcan (?:hold|take|carry|store|be)\b|\bmay (?:hold|store|carry|have|be)\b|\bthere (?:are|can be|is)\b|\bat most\b"
    r"|^(?:number of )?[a-z]+s of (?:the|a) \w+\.?$|\bmaximum\b|\bcapacity\b|\ballow(?:s|ed)\b"
    r"|\b(?:seats|places|slots|beds|spaces|addresses) (?:of|in|for)\b",
    re.IGNORECASE,
)
_ROOM = _LIMIT | frozenset("seats seat places place slots slot beds bed spaces space berths berth".split())


def _room_for(part: Prepared, whole: Prepared) -> bool:
    """Passengers and the seats of the same train: things are counted, and how many of them there is room for."""
    akin = part.words[0] == whole.words[0] or _same_things(part, whole)
    if part.unit != whole.unit or not set(whole.labels) <= set(part.labels) or not akin:
        return False
    if (
        _claims(part)
        or is_room(part)
        or not is_room(whole)
        or set(part.words) & (_FREE | BAD | _LIMIT)
        or not amounts(part)
    ):
        return False
    more = {stem(word) for word in set(whole.words) - set(part.words) - _ROOM - NOISE}
    if _LIMIT & set(whole.words) and not more <= part.help_stems | set(part.stems):
        return False  # a most of connections bounds connections alone
    return (bool(whole.labels) or len(set(part.words) & set(whole.words)) > 1) and len(more) <= 1


def _same_things(part: Prepared, whole: Prepared) -> bool:
    """Visitors in a room, and the visitors it may hold."""
    return set(part.labels) == set(whole.labels) and bool(set(part.words) & set(whole.words) - NOISE - _ROOM)


_MEASURES = frozenset("speed velocity temperature temp pressure humidity voltage frequency level delay age".split())


def is_room(metric: Prepared) -> bool:
    words = set(metric.words)
    return not words & (_FREE | _TAKEN | _USED) and bool(words & _ROOM or _HOLDS.search(metric.known.help))


def amounts(part: Prepared) -> bool:
    """A count of things, or an amount of what is stored."""
    measured = part.unit is not None and part.unit.dimension in ("bytes", "money", "volume", "mass", "count")
    things = [word for word in parts(part.name) if word not in NOISE and not word.startswith("status")]
    counted = part.unit is None and any(word != singular(word) for word in things)
    return measured or (counted and not _MEASURES & set(part.words))


def _common(part: Prepared, whole: Prepared) -> bool:
    """What the bound is a bound of, connections for instance, must be what the other one counts."""
    mine = set(part.stems) | set(part.help_stems)
    subject = {stem(word) for word in whole.words[1:] if word not in _LIMIT | NOISE and word not in whole.labels}
    if subject:
        return subject <= mine
    return part.words[0] == whole.words[0] and len(whole.words) <= 4


def _alike(more: set[str], shared: set[str]) -> bool:
    return bool({stem(word) for word in more} & {stem(word) for word in shared})
