"""What is said about issues: pure, and for tired people: short, exact, calm.

Every text that comes from an alert goes into a reply as a plain string, which no platform reads as markup.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import figures
from bot.model.issue import Alert, Happening, Issue, Seen
from bot.model.reply import Block, Button, Choices, Facts, File, Files, Option, Reply, Table, Text, Tone
from bot.model.reply import Fact as Row
from bot.model.severity import Severity
from bot.pipeline import buttons, diagnosis_words, phrases
from bot.pipeline.phrases import capped, lasted, number, when
from bot.ports.desks import Whole
from bot.ports.incidents import Storm

ROOT_TEXT, WHOLE_TEXT, LONGEST_REASON = 500, 4000, 300
MOST_LABELS, MOST_VALUES = 6, 5  # of a storm, in its table; what is left out is counted there
A_FILE, A_LINE = 200, 40  # ids of critical issues in the shortest file and in one paragraph


def root(issue: Issue) -> Reply:
    """The one message of an issue in a place. Its summary alone tells what matters."""
    return Reply(
        summary(issue),
        (
            buttons.first(issue),
            Facts(phrases.facts(issue)),
            *_described(issue.description, ROOT_TEXT),
            *_joined(issue),
            *diagnosis_words.blocks(issue),
            *_remembered(issue),
            *buttons.pages(issue),
        ),
        buttons.last(issue),
        tone=tone(issue),
        footer=" · ".join(part for part in (capped(issue.reason, LONGEST_REASON), issue.id) if part),
        by_model=issue.diagnosis is not None and issue.diagnosis.by_model,
    )


def line(happening: Happening) -> Reply:
    """One line of the story: a sentence with its time, and what it asks for."""
    return Reply(timed(happening), buttons=buttons.beside(happening))


def timed(happening: Happening) -> str:
    return f"{told(happening).removesuffix('.')}, {phrases.hour(happening.at)}."


def told(happening: Happening) -> str:
    return happening.says or f"{happening.by.name}: {happening.what}."


def summary(issue: Issue) -> str:
    title, seen_at = capped(issue.title, phrases.LONGEST_TITLE).rstrip("."), issue.updated_at
    if not issue.open:
        return f"Resolved: {title}, after {lasted(issue)}{_by_whom(issue)}."
    said = f"{issue.severity.capitalize()}: {title}"
    if not issue.measured or issue.measured not in title:
        said = ", ".join(part for part in (said, phrases.measured(issue)) if part)
    parts = [said, f"since {when(issue.opened_at, seen_at)}"]
    if issue.firing != 1:
        parts.append(number(issue.firing, "alert") if issue.firing else "no alert firing now")
    if again := phrases.flapping(issue):
        parts.append(again)
    if issue.silenced_until and phrases.silenced(issue):
        parts.append(f"silenced until {when(issue.silenced_until, seen_at)}")
    return f"{', '.join([*parts, phrases.holder(issue)])}."


def tone(issue: Issue) -> Tone:
    return issue.severity.tone if issue.open else "good"


def whole(whole: Whole, now: datetime) -> Reply:
    """All there is to show of one issue."""
    issue = whole.issue
    return Reply(
        summary(issue),
        (
            buttons.first(issue, details=False),
            Facts(phrases.facts(issue)),
            *_described(issue.description, WHOLE_TEXT),
            *_joined(issue, WHOLE_TEXT),
            *(diagnosis_words.whole(whole.analysis) if whole.analysis else diagnosis_words.blocks(issue)),
            *_remembered(issue),
            *_labels(issue.labels),
            *buttons.pages(issue),
            *_alerts(whole.alerts),
            *_history(whole.history),
            *_seen_before(whole.earlier),
            *_similar(whole.similar),
            *buttons.learnt(issue),
        ),
        buttons.last(issue, details=False),
        tone=tone(issue),
        footer=f"{issue.id} · read {figures.clock(now)}",
        by_model=whole.analysis is not None and whole.analysis.by == "model",
    )


def listed(issues: Sequence[Issue], title: str, now: datetime) -> Reply:
    """Several issues, the open and the worst first."""
    read = f"Read {figures.clock(now)}"
    if not issues:
        return Reply(f"{title}: none.", tone="good", footer=read)
    ordered = sorted(issues, key=lambda one: (one.open, one.severity.rank, one.opened_at), reverse=True)
    rows = tuple(_row(issue, now) for issue in ordered)
    options = tuple(Option(capped(f"{one.severity.capitalize()}: {one.title}", 75), one.id) for one in ordered)
    return Reply(
        f"{title}: {phrases.counted(issues)}.",
        (
            Table(("Severity", "What", "State", "Open for", "Owner", "Id"), rows),
            Choices("Open one", options, "show_issue", "issue"),
        ),
        tone=tone(ordered[0]),
        footer=read,
    )


def digest(storm: Storm, named: Sequence[Issue] = ()) -> Reply:
    """Many new issues as one message: all counts exact, every critical one by its name. `named`: with titles."""
    worst = max((Severity(word) for word, count in storm.by_severity.items() if count), key=_rank, default=Severity.LOW)
    counts = ", ".join(f"{storm.by_severity[one]:,} {one}" for one in Severity if storm.by_severity.get(one))
    shared = _in_common(storm)
    began = "Storm, over now" if storm.over else "Storm"
    took = figures.span(storm.last_at - storm.began_at)
    said = f"{began}: {number(storm.issues, 'new issue')} in {took}{f' ({counts})' if counts else ''}."
    return Reply(
        f"{said} All have in common: {shared}." if shared else said,
        (
            Facts(
                (
                    Row("Since", figures.clock(storm.began_at)),
                    Row("Last", figures.clock(storm.last_at)),
                    Row("Issues", f"{storm.issues:,}"),
                    Row("Signals", f"{storm.signals:,}"),
                )
            ),
            *_critical(storm, {issue.id: issue for issue in named}),
            *_by_label(storm),
        ),
        (Button("List issues", "issues", {"storm": storm.id}),),
        tone="neutral" if storm.over else worst.tone,
        footer=f"Told as one message, for many came at once · {storm.id}",
    )


def _by_whom(issue: Issue) -> str:
    by = issue.resolved_by
    return f", by {phrases.whom(by)}" if by and by.person else ""


def _rank(severity: Severity) -> int:
    return severity.rank


def _described(text: str, most: int) -> tuple[Block, ...]:
    if not text.strip():
        return ()
    if len(text) <= most:
        return (Text((text,)),)
    return (Text((text[:most].rstrip(), f" … ({number(len(text) - most, 'more character')})")),)


def _labels(labels: Mapping[str, str]) -> tuple[Block, ...]:
    pairs = tuple((name, capped(value, phrases.LONGEST_VALUE)) for name, value in sorted(labels.items()))
    return (Table(("Label", "Value"), pairs, "Labels"),) if pairs else ()


def _alerts(alerts: Sequence[Alert]) -> tuple[Block, ...]:
    rows = tuple((capped(a.title, 80), a.status, a.severity.value, figures.clock(a.started_at)) for a in alerts)
    return (Table(("Alert", "State", "Severity", "Since"), rows, "Alerts"),) if rows else ()


def _history(history: Sequence[Happening]) -> tuple[Block, ...]:
    rows = tuple((figures.clock(one.at), told(one)) for one in history)
    return (Table(("When", "What"), rows, "History"),) if rows else ()


def _seen_before(earlier: Sequence[Issue]) -> tuple[Block, ...]:
    if not earlier:
        return ()
    rows = tuple((one.id, figures.clock(one.opened_at), lasted(one), capped(one.workaround, 80)) for one in earlier)
    return (Table(("Issue", "Opened", "Lasted", "Workaround"), rows, f"Seen before: {number(len(rows), 'time')}"),)


def _joined(issue: Issue, most: int = 0) -> tuple[Block, ...]:
    """What else tells of it and why that is taken for the same, each with the button that says it is not. `most` of
    its own words are shown."""
    found: list[Block] = []
    for one in issue.joined:
        said = phrases.also_seen(replace(one, times=1), 1)
        found += [
            Text((said,)),
            *(_described(one.description, most) if most else ()),
            *([buttons.apart(issue, one.key)] if issue.open else []),
        ]
    return tuple(found)


def _remembered(issue: Issue) -> tuple[Block, ...]:
    """Where this was before, and what a person said then that helped."""
    if issue.seen is None:
        return ()
    said = f"Seen before: {phrases.seen(issue.seen, issue.updated_at)}."
    helped = f" What helped: {capped(issue.seen.helped, phrases.LONGEST_HELPED)}" if issue.seen.helped else ""
    return (Text((f"{said}{helped}",)), buttons.entry(issue.seen))


def _similar(similar: Sequence[Seen]) -> tuple[Block, ...]:
    if not similar:
        return ()
    rows = tuple(
        (
            one.issue,
            figures.clock(one.resolved_at),
            figures.span(one.lasted),
            f"{one.likeness:.0%}",
            capped(one.helped, 80),
        )
        for one in similar
    )
    return (Table(("Issue", "Resolved", "Lasted", "Alike", "What helped"), rows, "Similar before"),)


def _row(issue: Issue, now: datetime) -> tuple[str, ...]:
    age = figures.span(now - issue.opened_at) if issue.open else f"was {lasted(issue)}"
    owner = capped(issue.owner.name, phrases.LONGEST_NAME) if issue.owner else "–"
    return (issue.severity.capitalize(), capped(issue.title, 80), phrases.state(issue), age, owner, issue.id)


def _in_common(storm: Storm) -> str:
    pairs = ((label, value) for label, values in storm.by_label.items() for value in values)
    shared = [f"{label}={capped(value, 80)}" for label, value in pairs if storm.by_label[label][value] == storm.issues]
    return ", ".join(shared[:MOST_LABELS]) if storm.issues > 1 else ""


def _critical(storm: Storm, titles: Mapping[str, Issue]) -> tuple[Block, ...]:
    """All of them: the latest in the message, earlier ones in files that never change, so each is attached once."""
    if not storm.critical:
        return ()
    files = tuple(_files(storm.critical))
    rest = storm.critical[len(storm.critical) // A_FILE * A_FILE :]
    known = [Text((f"{capped(titles[one].title, 120)} ({one})",), listed=True) for one in rest if one in titles]
    bare = [one for one in rest if one not in titles]
    rows = [Text((", ".join(bare[at : at + A_LINE]),)) for at in range(0, len(bare), A_LINE)]
    where = f" {number(len(storm.critical) - len(rest), 'earlier one')} in the files." if files else ""
    return (Text((f"Critical: {len(storm.critical):,}.{where}",)), *known, *rows, *([Files(files)] if files else ()))


def _files(names: Sequence[str]) -> Iterator[File]:
    """As few as cover all full runs of A_FILE: each is twice as long, or more, as the one after it."""
    start, runs = 0, len(names) // A_FILE
    for power in reversed(range(runs.bit_length())):
        if runs >> power & 1:
            end = start + (A_FILE << power)
            content = "\n".join(names[start:end]).encode()
            yield File(f"critical-{start + 1}-to-{end}.txt", "text/plain", content)
            start = end


def _by_label(storm: Storm) -> tuple[Block, ...]:
    rows: list[tuple[str | float, ...]] = []
    for label, values in list(storm.by_label.items())[:MOST_LABELS]:
        ordered = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
        rows += [(label, capped(value, 80), count) for value, count in ordered[:MOST_VALUES]]
        if rest := ordered[MOST_VALUES:]:
            rows.append((label, f"{number(len(rest), 'other value')}", sum(count for _, count in rest)))
    return (Table(("Label", "Value", "Issues"), tuple(rows), "By label"),) if rows else ()
