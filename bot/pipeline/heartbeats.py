"""Dead man's switches: signals that have to come. Each is a timer that every beat sets anew."""

from collections.abc import Sequence
from datetime import datetime

from bot.model import figures
from bot.model.matchers import read_matchers
from bot.model.plan import Heartbeat, Plan
from bot.model.signal import Signal
from bot.pipeline import grouping
from bot.ports.storage import UnitOfWork

KIND = SOURCE = "heartbeat"


def swallow(signals: Sequence[Signal], plan: Plan) -> tuple[Sequence[Signal], Sequence[str]]:
    """What goes on, and the names of those that beat. Pure. It is never an issue itself; its end is no beat."""
    if not plan.heartbeats:
        return [signal for signal in signals if signal.source != SOURCE], ()
    others, beaten = [], dict[str, None]()
    for signal in signals:
        name = _name(signal, plan)
        if name is None:
            others.append(signal)
        elif signal.status == "firing" or signal.source == SOURCE:
            beaten[name] = None
    return others, [name for name in beaten if name in plan.heartbeats]


def pulse(name: str, now: datetime) -> Signal:
    """A beat that came by itself, as a signal like every other."""
    return _signal(name, Heartbeat(), "resolved", now)


async def beat(work: UnitOfWork, plan: Plan, name: str, now: datetime) -> Signal | None:
    """Waits for the next one. The end of its silence, where it was missed."""
    heartbeat = plan.heartbeats[name]
    await work.timers.set(KIND, name, now + heartbeat.every + heartbeat.grace, {})
    missed = (await work.issues.known(SOURCE, [name])).get(name)
    return _signal(name, heartbeat, "resolved", now) if missed and missed.status != "resolved" else None


def missed(plan: Plan, name: str, now: datetime) -> Signal | None:
    """None where the plan does not wait for it any more."""
    heartbeat = plan.heartbeats.get(name)
    return _signal(name, heartbeat, "firing", now) if heartbeat else None


async def arm(work: UnitOfWork, plan: Plan, now: datetime) -> None:
    """A heartbeat that never came is missed too: each has a timer from the start, unless it is missed already."""
    if not plan.heartbeats:
        return
    waiting = {timer.object for timer in await work.timers.of_kind(KIND)}
    known = await work.issues.known(SOURCE, list(plan.heartbeats))
    silent = {name for name, alert in known.items() if alert.status != "resolved"}
    for name, heartbeat in plan.heartbeats.items():
        if name not in waiting | silent:
            await work.timers.set(KIND, name, now + heartbeat.every + heartbeat.grace, {})


def _name(signal: Signal, plan: Plan) -> str | None:
    if signal.source == SOURCE:
        return signal.fingerprint
    facts = grouping.facts(signal)
    return next(
        (name for name, one in plan.heartbeats.items() if one.match and read_matchers(one.match).fit(facts)), None
    )


def _signal(name: str, heartbeat: Heartbeat, status: str, now: datetime) -> Signal:
    wait = figures.span(heartbeat.every + heartbeat.grace)
    return Signal(
        SOURCE, name, "firing" if status == "firing" else "resolved", heartbeat.severity, f"No heartbeat from {name}",
        now, None if status == "firing" else now,
        "It has to come by itself. Either what it watches is broken, or the way from there to here is.",
        {"alertname": "HeartbeatMissing", "service": name, "heartbeat": name},
        measured=f"none for {wait}", normal=f"one every {figures.span(heartbeat.every)}",
    )  # fmt: skip
