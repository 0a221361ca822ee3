"""What is said of a change, and where; and what is not said, and why. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.model.issue import By, Happening, Issue, Notice, Told
from bot.model.message import Place
from bot.model.plan import Plan, Route
from bot.model.silence import Silence
from bot.pipeline import notify, routing
from bot.pipeline.change import Change
from bot.pipeline.notify import Hush, Quiet, Reason
from bot.pipeline.routing import Spot
from bot.ports.storage import Entry

CALLS_PEOPLE = frozenset({Reason.NEW, Reason.WORSE, Reason.REOPENED, Reason.FLAPPING, Reason.LATER})


@dataclass(frozen=True, slots=True)
class Scene:
    """What holds for all changes of one batch."""

    plan: Plan
    workspaces: Mapping[str, str]
    silences: Sequence[Silence]
    storms: Collection[str]  # ids of those that are not over
    now: datetime


@dataclass(slots=True)
class Telling:
    """One change on its way to being told. `fresh` are places that hear of it for the first time."""

    change: Change
    reason: Reason | None
    fresh: list[Spot] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    quiet: list[tuple[str, Quiet]] = field(default_factory=list)
    muted: Quiet | None = None
    calls: bool = False  # people, by an escalation policy

    @property
    def issue(self) -> Issue:
        return self.change.after

    @property
    def wakes_at(self) -> datetime | None:
        """When what was kept quiet is looked at again."""
        return min((quiet.until for _, quiet in self.quiet if quiet.until), default=None) if self.issue.open else None

    def takes(self, told: Told) -> None:
        """In the place of what stood there."""
        self.told = [*(one for one in self.told if one.place != told.place), told]


def decide(change: Change, scene: Scene, *, later: bool = False) -> Telling:
    """`later`: quiet hours, a mute or maintenance are over, and it is looked at again."""
    issue, plan, now = change.after, scene.plan, scene.now
    reason = notify.why_speak(issue, issue.last, now, remind_every=plan.remind_every)
    routes = routing.routes(issue, plan)
    if reason is None and issue.open and _reaches_more(change, routes, scene):
        reason = Reason.JOINED
    muted = notify.muted(routing.facts(issue), scene.silences, plan.maintenance, now) if issue.open else None
    telling = Telling(change, reason, told=list(issue.told), muted=muted)
    if reason is None and not issue.open and issue.last is None:
        telling.quiet.append(("", Quiet(Hush.OVER)))
    if not issue.open or (reason is None and not later):
        return telling
    standing = {told.place for told in issue.told if not told.storm or told.storm in scene.storms}
    for spot in routing.spots(routes, scene.workspaces):
        if spot.place in standing:
            continue
        if quiet := muted or notify.why_quiet(issue, spot.route, now):
            telling.quiet.append((spot.place.key, quiet))
        else:
            telling.fresh.append(spot)
    if later and (telling.fresh or reason):
        telling.reason = Reason.LATER
    hushed = [notify.why_quiet(issue, route, now) for route in routes if route.policy]
    calls = later or telling.reason in CALLS_PEOPLE
    calls = calls or (telling.reason is Reason.JOINED and not issue.policy)
    telling.calls = calls and not muted and any(quiet is None for quiet in hushed)
    if not telling.quiet:  # its places are told already; whom it calls waits all the same
        telling.quiet = [("", quiet) for quiet in (muted, *hushed) if quiet]
    policy = routing.policy(routes)
    if policy and policy != issue.policy:
        telling.change = replace(change, after=replace(issue, policy=policy))
    if not (telling.fresh or telling.quiet or telling.told or telling.calls):
        _is_told_nowhere(telling, now)
    return telling


def _reaches_more(change: Change, routes: Sequence[Route], scene: Scene) -> bool:
    """Alerts have just joined it that would be told elsewhere, or call people, by themselves."""
    issue, before = change.after, change.before
    if before is None or len(issue.joined) <= len(before.joined):
        return False
    standing = {told.place for told in issue.told}
    calls = bool(routing.policy(routes)) and not issue.policy
    return calls or any(spot.place not in standing for spot in routing.spots(routes, scene.workspaces))


def _is_told_nowhere(telling: Telling, now: datetime) -> None:
    telling.quiet.append(("", Quiet(Hush.NO_ROUTE)))
    if telling.change.before is None:
        says = "No route of the plan leads anywhere for it: it is listed, and told nowhere."
        happening = Happening(telling.issue.id, "unrouted", now, By("Nightdesk", at=now), "", says)
        telling.change = replace(telling.change, happenings=(*telling.change.happenings, happening))


def settled(telling: Telling, now: datetime) -> Change:
    """The change as it is kept and told, with the decisions about it."""
    issue, reason, muted = telling.issue, telling.reason, telling.muted
    spoken = [told.place for told in telling.told if not told.storm] if reason and not muted else []
    told = tuple(telling.told)
    after = _marked(issue if told == issue.told else replace(issue, told=told), muted)
    if reason and ((telling.told and not muted) or telling.calls):
        said = notify.words(reason, issue, issue.last)
        after = replace(after, last=Notice(now, issue.severity, resolved=not issue.open), reason=said)
    entries = [_spoke(issue, place, reason, now) for place in spoken if reason]
    entries += [_kept_quiet(issue, place, quiet, now) for place, quiet in telling.quiet]
    if after is issue and not entries:
        return telling.change
    return replace(telling.change, after=after, entries=(*telling.change.entries, *entries))


def _marked(issue: Issue, muted: Quiet | None) -> Issue:
    """Its message says until when it is muted; a longer silence that stands on it already says more."""
    if muted is None or muted.until is None or (issue.silenced_until and issue.silenced_until >= muted.until):
        return issue
    return replace(issue, silenced_until=muted.until, silence=muted.by)


def _spoke(issue: Issue, place: Place, reason: Reason, now: datetime) -> Entry:
    return Entry("spoke", issue.id, now, None, place.key, {"reason": reason.value, "revision": issue.revision})


def _kept_quiet(issue: Issue, place: str, quiet: Quiet, now: datetime) -> Entry:
    until = {"until": quiet.until.isoformat()} if quiet.until else {}
    return Entry("kept_quiet", issue.id, now, None, place, {"reason": quiet.why.value, **until})
