"""Whether an analysis may be told: every name and every figure of it has to stand in its context. Pure."""

from collections.abc import Iterator

from bot.analysis.hints import onset
from bot.model.analysis import Analysis, Context
from bot.model.figures import span
from bot.pipeline.mails import numbers


def doubts(analysis: Analysis, context: Context) -> str:
    """Why not; empty where nothing speaks against it. The rules only say what stands there."""
    issue = context.issue
    if analysis.issue != issue.id:
        return "it is about another issue"
    if analysis.by == "rules":
        return ""
    services = {*issue.services, *(one.of for one in context.moved)}
    services |= {name for one in context.beside for name in one.services}
    if strange := [one for one in analysis.services if one not in services]:
        return f"nobody named the service {strange[0]}"
    regions = {*issue.regions, *context.regions, *(one.region for one in context.events)}
    if unknown := [one for one in analysis.regions if one not in regions]:
        return f"nobody named the region {unknown[0]}"
    queries = {one.query for one in context.moved} | {one.query for one in context.changes}
    queries |= {context.budget.query} if context.budget else set()
    if any(one.query and one.query not in queries for one in (*analysis.clues, *analysis.against, *analysis.order)):
        return "it names a query that nobody ran"
    if figures := numbers.strangers("\n".join(_said(analysis)), _known(context)):
        return f"it tells figures that nobody measured: {numbers.named(figures)}"
    return ""


def _said(analysis: Analysis) -> Iterator[str]:
    yield from (analysis.cause, analysis.next_step, analysis.first)
    yield from (one.says for one in (*analysis.clues, *analysis.against, *analysis.order))


def _known(context: Context) -> Iterator[str]:
    issue = context.issue
    yield from (issue.title, issue.description, issue.measured, issue.normal, f"{issue.opened_at:%H:%M}")
    for one in context.moved:
        yield f"{one.says} {one.title} {one.of} {one.since:%H:%M}"
    began = onset(context)
    for change in context.changes:
        yield f"{change.name} {change.at:%H:%M} {span(abs(began - change.at))}"
        yield f"{change.until:%H:%M}" if change.until else ""
    for broken in context.broken:
        yield f"{broken.says} {broken.count} {broken.first_at:%H:%M}"
    for event in context.events:
        yield f"{event.message} {event.at:%H:%M} {' '.join(map(str, event.metrics.values()))}"
    for seen in context.similar:
        yield f"{seen.helped} {seen.resolved_at.day} {span(seen.lasted)}"
    for beside in context.beside:
        yield f"{beside.title} {beside.opened_at:%H:%M} {span(abs(issue.opened_at - beside.opened_at))}"
    for happening in context.history:
        yield happening.says
    yield context.budget.says if context.budget else ""
    counts = (len(context.events), len(context.beside), issue.firing)
    places = (len(context.regions), len(context.hosts))
    yield " ".join(map(str, (*counts, *places, *(one - 1 for one in places))))
