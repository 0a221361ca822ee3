"""How the calls of each tool go, a week against the four weeks before. Pure."""

from collections.abc import Sequence

from bot.model.charge import Charged, by_tool
from bot.model.spend import Pace

FEW = 20  # calls: of fewer no average is told


def of(week: Sequence[Charged], before: Sequence[Charged]) -> tuple[Pace, ...]:
    """Both by tool and model."""
    now, then = by_tool(week), by_tool(before)
    return tuple(_pace(tool, mine, then.get(tool, ())) for tool, mine in sorted(now.items()))


def _pace(tool: str, week: Sequence[Charged], before: Sequence[Charged]) -> Pace:
    models = sorted(((one.of[1], one.calls) for one in week), key=lambda pair: (-pair[1], pair[0]))
    return Pace(
        tool, sum(one.calls for one in week), _latency(week), _latency(before), _tokens(week), _tokens(before),
        _failing(week), _failing(before), tuple(models),
    )  # fmt: skip


def _latency(sums: Sequence[Charged]) -> float | None:
    timed = sum(one.timed for one in sums)
    return sum(one.took.total_seconds() for one in sums) / timed if timed >= FEW else None


def _tokens(sums: Sequence[Charged]) -> float | None:
    counted = sum(one.counted for one in sums)
    return sum(one.read for one in sums) / counted if counted >= FEW else None


def _failing(sums: Sequence[Charged]) -> float | None:
    calls = sum(one.calls for one in sums)
    return sum(one.failed for one in sums) / calls if calls >= FEW else None
