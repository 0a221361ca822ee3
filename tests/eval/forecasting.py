"""How well a month's total is foreseen, beside the average so far and the last week again; and whether ranges hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean

from bot.analysis.spend import forecast
from bot.forecast_door import read
from tests.eval.spending import KINDS, series

DAY = timedelta(days=1)
ON, BEFORE = (5, 10, 15, 20, 25), 84  # days of the month on which it is asked, and days that are known
TUNED, JUDGING, SMALL = range(28), range(7300, 7330), range(8000, 8003)
EVERY = 3  # of the moments of a series, one is asked


@dataclass(frozen=True)
class Moment:
    known: dict[date, float]
    total: float  # that came
    ahead: int

    @property
    def on(self) -> int:
        return max(self.known).day

    @property
    def spent(self) -> float:
        return sum(cost for day, cost in self.known.items() if day >= max(self.known).replace(day=1))

    @property
    def run_rate(self) -> float:
        return self.spent * (self.on + self.ahead) / self.on

    @property
    def last_week(self) -> float:
        week = list(self.known.values())[-7:]
        return self.spent + sum(week[place % 7] for place in range(self.ahead))


@dataclass
class Foresight:
    wrong: list[tuple[float, float, float]] = field(default_factory=list)  # ours, run-rate, last week: sMAPE
    held: list[tuple[bool, bool]] = field(default_factory=list)
    by_day: dict[int, list[tuple[bool, bool]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, other: "Foresight") -> None:
        self.wrong += other.wrong
        self.held += other.held
        for day, held in other.by_day.items():
            self.by_day[day] += held

    @property
    def errors(self) -> tuple[float, float, float]:
        ours, run_rate, last_week = (fmean(one) for one in zip(*self.wrong, strict=True))
        return ours, run_rate, last_week

    @property
    def better(self) -> tuple[float, float]:
        ours, run_rate, last_week = self.errors
        return 1 - ours / run_rate, 1 - ours / last_week


def moments(first: date, costs: list[float], every: int = 1, offset: int = 0) -> Iterator[Moment]:
    days = [first + place * DAY for place in range(len(costs))]
    asked = [place for place, day in enumerate(days) if day.day in ON and place + 1 >= BEFORE]
    for place in asked[offset % every :: every]:
        start, ahead = place + 1 - days[place].day, _left(days[place])
        if place + ahead < len(costs):
            known = dict(zip(days[place + 1 - BEFORE : place + 1], costs[place + 1 - BEFORE : place + 1], strict=True))
            yield Moment(known, sum(costs[start : place + ahead + 1]), ahead)


def _left(day: date) -> int:
    return ((day.replace(day=28) + 4 * DAY).replace(day=1) - day).days - 1


def judge(asked: Iterable[Moment]) -> Foresight:
    found = Foresight()
    for one in asked:
        told, tiny = forecast(one.known).month, 1e-9 * max(one.total, 1.0)
        held = tuple(each.low - tiny <= one.total <= each.high + tiny for each in (told.p80, told.p95))
        found.wrong.append(tuple(_apart(guess, one.total) for guess in (told.total, one.run_rate, one.last_week)))
        found.held.append((held[0], held[1]))
        found.by_day[one.on].append((held[0], held[1]))
    return found


def _apart(told: float, actual: float) -> float:
    return 200 * abs(told - actual) / (told + actual) if told + actual > 0 else 0.0


def of_kind(kind: str, seeds: Iterable[int]) -> Foresight:
    return judge(one for seed in seeds for one in moments(*series(kind, seed), every=EVERY, offset=seed))


def report() -> None:
    print(f"spend by the end of the month: seeds {JUDGING.start} to {JUDGING.stop - 1}; sMAPE of the total, ranges")
    every = Foresight()
    for kind in KINDS:
        found = of_kind(kind, JUDGING)
        _line(kind, found)
        every.add(found)
    _line("all", every)
    for day, held in sorted(every.by_day.items()):
        print(f"  asked on day {day:2}: {_held(held)}")


def report_of(files: Iterable[Path]) -> None:
    """Of series of `date,value` lines that somebody has."""
    for file in files:
        costs = read(file.read_text(encoding="utf-8").splitlines())
        asked = [one for first, row in _rows(costs) for one in moments(first, row)]
        if asked:
            _line(file.stem[:18], judge(asked))
        else:
            print(f"  {file.stem[:18]:<18} too short: {BEFORE} days in a row and the rest of a month are needed")


def _rows(costs: dict[date, float]) -> Iterator[tuple[date, list[float]]]:
    """Days in a row: what really came is known only where none is missing."""
    row: list[float] = []
    for day in sorted(costs):
        row.append(costs[day])
        if day + DAY not in costs:
            yield day - (len(row) - 1) * DAY, row
            row = []


def _line(name: str, found: Foresight) -> None:
    (ours, run_rate, last_week), (over_rate, over_week) = found.errors, found.better
    print(
        f"  {name:<18} {len(found.wrong):4}: {ours:5.2f}, run-rate {run_rate:5.2f} ({over_rate:+4.0%}), "
        f"last week {last_week:5.2f} ({over_week:+4.0%}); {_held(found.held)}"
    )


def _held(held: list[tuple[bool, bool]]) -> str:
    inner, outer = (fmean(one) for one in zip(*held, strict=True))
    return f"80 % held {inner:6.1%}, 95 % held {outer:6.1%}"
