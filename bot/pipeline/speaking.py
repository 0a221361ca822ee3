"""What is kept of a change and what is said about it, saved together: whoever sees the one can rely on the other."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.model.issue import Happening, Issue, IssueId, Told
from bot.model.parcel import Draft, Subject
from bot.model.reply import Reply
from bot.model.severity import Severity
from bot.pipeline import wording
from bot.pipeline.change import Change
from bot.ports.incidents import Storm, Wanted
from bot.ports.storage import UnitOfWork

SAID_BY_THE_ROOT = frozenset({"opened"})  # a new message already says that it is new
ONLY_IN_FULL = frozenset({"joined", "left", "better", "repeated", "changed", "quieted", "reminded", "analysed"})
QUESTIONS = frozenset({"silence_asked"})  # somebody has to answer, so no place is spared
ENTRY, RECALL = "entry", "recall"  # timers: what is over is written down, what is new is compared with that
ENTRY_WORDS = "entrywords"  # a timer: a model sums up what is written down
ANALYSIS = "analysis"  # a timer: what is new is analysed
NAMED_BY_TITLE = 20  # critical issues of a storm whose titles are looked up; the others stand by their ids


async def tell(work: UnitOfWork, changes: Sequence[Change], now: datetime) -> None:
    """Keeps issues, history and audit trail of these changes, and puts what they say into the outbox."""
    latest = {change.after.id: change.after for change in changes}
    await work.issues.save(list(latest.values()))
    if happenings := [happening for change in changes for happening in change.happenings]:
        await work.issues.record(happenings)
    if entries := [entry for change in changes for entry in change.entries]:
        await work.audit.add_all(entries)
    if drafts := _drafts(changes, latest):
        await work.parcels.put_all(drafts, now)
    for kind in (ENTRY, RECALL):
        await work.timers.set_patient(kind, [one.after.id for one in changes if _remembers(one) == kind], now)


async def tell_digest(work: UnitOfWork, storm: Storm, now: datetime) -> None:
    """Keeps the storm and puts its digest. Call it after `tell`, so that the issues it names are known."""
    named: Sequence[Issue] = ()
    if storm.critical:
        ids = set(storm.critical)
        wanted = Wanted(severity=Severity.CRITICAL, since=storm.began_at, limit=NAMED_BY_TITLE)
        found = await work.issues.find(wanted)  # not by storm: critical ones have messages of their own beside it
        named = [issue for issue in found if issue.id in ids]
    await work.storms.save(storm)
    await work.parcels.put(storm.place, Subject(f"storm:{storm.id}"), storm.revision, wording.digest(storm, named), now)


def root_of(issue: IssueId) -> Subject:
    return Subject(f"issue:{issue}")


def issue_of(subject: Subject) -> IssueId | None:
    """The issue that a message of this subject tells of: its root, a line of its story, or a page to a person."""
    kind, _, rest = subject.partition(":")
    if kind not in {"issue", "story", "page"}:
        return None
    return IssueId(rest.partition(":")[0])


def _drafts(changes: Sequence[Change], latest: dict[IssueId, Issue]) -> list[Draft]:
    spoken = [change for change in changes if _is_news(change)]
    drafts: list[Draft] = []
    for issue in {change.after.id: None for change in spoken}:
        drafts += _roots(latest[issue])
    for change in spoken:
        if change.happenings:
            drafts += _story(change)
    return drafts


def _remembers(change: Change) -> str:
    """What is to be remembered of it; of what a storm only counts, nothing is."""
    before, after = change.before, change.after
    if after.told and all(told.storm for told in after.told):
        return ""
    if before is None:
        return ENTRY if not after.open else RECALL if after.told else ""
    return "" if before.open and after.open and len(after.occurrences) < 2 else ENTRY


def _is_news(change: Change) -> bool:
    before, after = change.before, change.after
    return before is None or after.revision > before.revision or after.told != before.told


def _roots(issue: Issue) -> list[Draft]:
    places = [told.place for told in issue.told if not told.storm]
    if not places:
        return []
    subject, reply = root_of(issue.id), wording.root(issue)  # drawn once, however many places show it
    return [Draft(place, subject, issue.revision, reply) for place in places]


def _story(change: Change) -> Iterator[Draft]:
    issue = change.after
    lines = [
        (Subject(f"story:{issue.id}:{issue.revision}.{number}"), happening, wording.line(happening))
        for number, happening in enumerate(change.happenings)
        if happening.what not in SAID_BY_THE_ROOT
    ]
    for told in issue.told:
        if not told.storm:
            yield from _lines(issue, told, lines)


def _lines(issue: Issue, told: Told, lines: Sequence[tuple[Subject, Happening, Reply]]) -> Iterator[Draft]:
    for subject, happening, reply in lines:
        if _belongs(happening, told):
            yield Draft(told.place, subject, 1, reply, under=root_of(issue.id))


def _belongs(happening: Happening, told: Told) -> bool:
    match told.story:
        case "quiet":
            return happening.what in QUESTIONS
        case "normal":
            return happening.what not in ONLY_IN_FULL
        case "full":
            return True
