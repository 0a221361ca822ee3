"""A week of one thing in one place, in pieces during which nothing changes."""

from dataclasses import dataclass, replace
from functools import lru_cache

from integrations.demo.deploys import deploys, rollout
from integrations.demo.events import LEAK_LASTS, WELL, State, Story, stories
from integrations.demo.signals import MINUTE, WEEK, week_start
from integrations.demo.town import LEAKY, SERVICES

RAMP = 3 * MINUTE  # in which trouble grows, and fades


@dataclass(frozen=True, slots=True)
class Stage:
    """From `start` (milliseconds of the week) on, a place is in this state; `restarted`: its counters began anew."""

    start: int
    state: State
    restarted: bool = False


@lru_cache(maxsize=512)
def stages(
    seed: int, thing: str, region: str, env: str, week: int, forced: tuple[Story, ...] = ()
) -> tuple[Stage, ...]:
    """One thing's week, in pieces during which nothing changes. Everything is restarted when the week begins."""
    begins = week_start(week)
    restarts = {0, *(at - begins for at in _restarts(seed, thing, region, env, week))}
    turns: list[tuple[int, int, State]] = []
    for story in (*stories(seed, begins, begins + WEEK), *forced):
        state = story.of(thing, region, env)
        if state is not None:
            lag = rollout(region, env) if story.kind == "bad deploy" else 0
            turns += _phases(story, state, begins - lag)
    edges = sorted({*restarts, *(edge for start, end, _ in turns for edge in (start, end) if 0 < edge < WEEK)})
    return tuple(Stage(edge, _state_at(turns, edge), edge in restarts) for edge in edges)


def _phases(story: Story, state: State, begins: int) -> list[tuple[int, int, State]]:
    """What was reverted ends at once; the rest fades."""
    start, end = story.start - begins, story.end - begins
    if story.sudden:
        return [(start, end, state)]
    phases = [(start, start + RAMP, state.at(0.5)), (start + RAMP, end, state)]
    if story.kind != "bad deploy":
        phases.append((end, end + RAMP, replace(state.at(0.4), up=True)))
    return phases


def _state_at(turns: list[tuple[int, int, State]], at: int) -> State:
    state = WELL
    for start, end, change in turns:
        if start <= at < end:
            state = state.with_(change)
    return state


def _restarts(seed: int, thing: str, region: str, env: str, week: int) -> list[int]:
    if all(service.name != thing for service in SERVICES):
        return []
    if thing == LEAKY:
        return [week_start(week) + LEAK_LASTS]
    lag = rollout(region, env)
    return [at for at in (deploy.at + lag for deploy in deploys(seed, thing, week)) if 0 < at - week_start(week) < WEEK]
