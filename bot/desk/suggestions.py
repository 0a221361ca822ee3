"""Questions that are worth asking at this moment: about what is open, what ends soon, what this channel is about."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.desk.session_words import next_questions
from bot.model.issue import Issue
from bot.model.message import Place
from bot.model.profile import Profile
from bot.model.session import SessionKind
from bot.model.severity import Severity
from bot.model.silence import Silence
from bot.model.tenant import TenantId
from bot.model.text import capital
from bot.ports.desks import Suggestion
from bot.ports.incidents import Wanted
from bot.ports.services import Clock
from bot.ports.storage import Storage

REUSED = timedelta(seconds=60)
SOON = timedelta(hours=1)
MOST = 4
LOOKED_AT = 200
KEPT = 1000  # places whose suggestions are remembered
# What comes from alerts is said by people who press it, so it has to be a name and nothing else.
_A_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,59}")
USUAL = (
    Suggestion("Who keeps their objectives?", "show me SLO compliance"),
    Suggestion("How is everything?", "what's the current system status?"),
    Suggestion("How does the traffic go?", "trends"),
)


class Suggestions:
    """Fills bot.ports.desks.SuggestionDesk. What was found serves a place for a minute."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._kept: dict[tuple[TenantId, str], tuple[datetime, Sequence[Suggestion]]] = {}

    async def at(self, tenant: TenantId, place: Place) -> Sequence[Suggestion]:
        now, key = self._clock.now(), (tenant, place.key)
        kept = self._kept.get(key)
        if kept and now - kept[0] < REUSED:
            return kept[1]
        async with self._storage.work(tenant) as work:
            issues = await work.issues.find(Wanted(open=True, limit=LOOKED_AT))
            silences = await work.silences.active(now)
            profiles = await work.profiles.every()
            session = await work.conversations.find(place)
        here = next((one for one in profiles if place.lane in one.channels), None)
        found = suggested(issues, silences, here, now, session.kind if session else None)
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[key] = now, found
        return found


def suggested(
    issues: Sequence[Issue],
    silences: Sequence[Silence],
    here: Profile | None,
    now: datetime,
    kind: SessionKind | None = None,
) -> tuple[Suggestion, ...]:
    """The most urgent first; what is always worth asking suits the kind of session, where one was chosen."""
    usual = [Suggestion(capital(one), one) for one in next_questions(kind)] if kind else USUAL
    found = [*_about_issues(issues, here), *_about_silences(silences, now), *_about(here), *usual]
    return tuple(dict.fromkeys(found))[:MOST]


def _about_issues(issues: Sequence[Issue], here: Profile | None) -> Iterator[Suggestion]:
    """Of the worst one: that of this channel's application before one of others that is as bad."""

    def weight(one: Issue) -> tuple[int, bool, datetime]:
        elsewhere = here is None or not set(one.services) & set(here.services)
        return -one.severity.rank, elsewhere, one.opened_at

    worst = min(issues, key=weight, default=None)
    if worst is None:
        return
    service = next((name for name in worst.services if _A_NAME.fullmatch(name)), "")
    if service:
        yield Suggestion(f"Why is {service} in trouble?", f"why {service}")
    else:
        yield Suggestion("What is it that is open?", f"issue {worst.id}")
    if worst.severity is Severity.CRITICAL:
        yield Suggestion("What has it done so far?", f"impact {worst.id}")
    if len(issues) > 1:
        yield Suggestion("What is open?", "what is open?")


def _about_silences(silences: Sequence[Silence], now: datetime) -> Iterator[Suggestion]:
    if any(now < one.ends_at <= now + SOON for one in silences):
        yield Suggestion("Which silences end soon?", "silences")


def _about(here: Profile | None) -> Iterator[Suggestion]:
    if here is None:
        return
    yield Suggestion(f"How healthy is {here.name[:40]}?", f"health {here.name}")
    if here.slos.error_rate is not None:
        yield Suggestion("How much error budget is left?", f"slo {here.name}")
