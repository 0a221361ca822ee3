"""Who is on duty: layers of people in turn, hand-overs at local wall time, and people who stand in. Pure.

A hand-over is a time on the wall of the rota's zone, also over daylight saving. On the day on which the clocks skip
that time it counts as if they had not been changed yet (02:30 is then 03:30); where it comes twice, the first counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import hours
from bot.model.plan import Layer, Rota
from bot.ports.incidents import Cover

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """One turn, or the piece of it that other layers and covers leave."""

    start: datetime
    end: datetime
    person: str
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class _Duty:
    """Who has it, and the turn that it comes from: two turns of one person are two shifts."""

    person: str | None
    instead_of: str = ""
    layer: int = -1
    turn: int = -1


def who(rota: Rota, covers: Sequence[Cover], at: datetime) -> str | None:
    """None: nobody; the rota has not begun, or only layers with hours of their own are left."""
    return _duty(rota, covers, at).person


def shifts(rota: Rota, covers: Sequence[Cover], start: datetime, end: datetime) -> list[Shift]:
    """In order, from `start` to `end`; where nobody is on duty there is none."""
    edges = sorted({start, *(edge for edge in _edges(rota, covers, start, end) if start < edge < end)})
    found: list[tuple[datetime, _Duty]] = []
    for edge in edges:
        duty = _duty(rota, covers, edge)
        if not found or found[-1][1] != duty:
            found.append((edge, duty))
    ends = [*(begins for begins, _ in found[1:]), end]
    return [
        Shift(begins, until, duty.person, duty.instead_of)
        for (begins, duty), until in zip(found, ends, strict=True)
        if duty.person is not None and begins < until
    ]


def next_change(rota: Rota, covers: Sequence[Cover], at: datetime, until: datetime) -> datetime:
    """When somebody else is on duty than at `at`, or nobody is any more; `until` where that is not before then."""
    person = who(rota, covers, at)
    edges = sorted(edge for edge in _edges(rota, covers, at, until) if at < edge < until)
    return next((edge for edge in edges if who(rota, covers, edge) != person), until)


def same(one: str, other: str) -> bool:
    """Addresses are written in many ways."""
    return one.casefold() == other.casefold()


def _duty(rota: Rota, covers: Sequence[Cover], at: datetime) -> _Duty:
    planned = next(_planned(rota, at), _Duty(None))
    person = _covered(planned.person, covers, at)
    if person == planned.person:
        return planned
    return _Duty(person, planned.person or "", planned.layer, planned.turn)


def _planned(rota: Rota, at: datetime) -> Iterator[_Duty]:
    """Every layer that is on duty, the one that covers the others first."""
    zone = ZoneInfo(rota.zone)
    for number, layer in reversed(list(enumerate(rota.layers))):
        turn = _turn(layer, zone, at)
        if turn >= 0 and (layer.only is None or hours.covers(layer.only, at)):
            yield _Duty(layer.people[turn % len(layer.people)], layer=number, turn=turn)


def _covered(person: str | None, covers: Sequence[Cover], at: datetime) -> str | None:
    """Each cover holds once, those that begin later over those that began before; so two make a swap or a chain."""
    left = sorted((one for one in covers if one.starts_at <= at < one.ends_at), key=lambda one: (one.starts_at, one.id))
    while fitting := next((one for one in left if not one.instead_of or same(one.instead_of, person or "")), None):
        left.remove(fitting)
        person = fitting.person
    return person


def _turn(layer: Layer, zone: ZoneInfo, at: datetime) -> int:
    """How many hand-overs after its first one; negative before that."""
    near = (at.astimezone(zone).date() - layer.since).days // _days(layer)
    return next(turn for turn in (near + 1, near, near - 1) if _handover(layer, zone, turn) <= at)


def _handover(layer: Layer, zone: ZoneInfo, turn: int) -> datetime:
    return hours.instant(layer.since + turn * _days(layer) * _DAY, layer.handover, zone)


def _days(layer: Layer) -> int:
    return layer.turns * (7 if layer.every == "week" else 1)


def _edges(rota: Rota, covers: Sequence[Cover], start: datetime, end: datetime) -> Iterator[datetime]:
    """Every instant at which somebody else could come on duty, and some at which nobody does."""
    zone = ZoneInfo(rota.zone)
    for layer in rota.layers:
        for turn in range(max(0, _turn(layer, zone, start)), _turn(layer, zone, end) + 1):
            yield _handover(layer, zone, turn)
        if layer.only is not None:
            own = ZoneInfo(layer.only.zone)
            for ahead in range(-2, (end - start).days + 4):
                day = start.astimezone(own).date() + ahead * _DAY
                yield hours.instant(day, layer.only.start, own)
                yield hours.instant(day, layer.only.end, own)
    for cover in covers:
        yield cover.starts_at
        yield cover.ends_at
