"""What an analysis says: short on the message of its issue, whole where the issue is shown. Pure."""

from collections.abc import Sequence

from bot.model import figures
from bot.model.analysis import Analysis
from bot.model.issue import Clue, Diagnosis, Issue
from bot.model.reply import Block, Button, Buttons, Strong, Table, Text
from bot.pipeline.phrases import capped, named, number

WAITING = "Analysing what moved around it."
LONGEST_LINE, LONGEST_STEP, MOST_CLUES, MOST_QUERIES = 240, 300, 3, 3
LONGEST_QUERY = 1000  # that a button carries
UNCLEAR = "not clear yet"


def short(analysis: Analysis) -> Diagnosis:
    return Diagnosis(
        analysis.cause,
        analysis.confidence,
        analysis.clues[:MOST_CLUES],
        scope(analysis),
        analysis.next_step,
        analysis.unread[:MOST_CLUES],
        analysis.by == "model",
    )


def scope(analysis: Analysis) -> str:
    return "; ".join(named(names) for names in (analysis.services, analysis.regions) if names)


def blocks(issue: Issue) -> tuple[Block, ...]:
    """Below the facts of the message; of what is over, the cause alone."""
    found = issue.diagnosis
    if found is None:
        return (Text((WAITING,)),) if issue.analysing and issue.open else ()
    if not issue.open:
        return (_headed(found.cause, found.confidence),)
    return (_headed(found.cause, found.confidence), *_listed(found.clues), *_rest(found), *_deeper(issue, found))


def _deeper(issue: Issue, found: Diagnosis) -> tuple[Block, ...]:
    """Row CONV-33: it ends with the offer to look further."""
    opened = [one for row in queries(found.clues) if isinstance(row, Buttons) for one in row.buttons]
    further = [Button("Investigate", "investigate", {"issue": issue.id})] if issue.service else []
    row = (*further, *opened)
    return (Buttons(row),) if row else ()


def whole(analysis: Analysis) -> tuple[Block, ...]:
    by = "a model" if analysis.by == "model" else "rules"
    events = f" from {number(len(analysis.events), 'flagged event')} and what moved" if analysis.events else ""
    made = f"Analysed once, by {by}{events}, {figures.clock(analysis.made_at)}."
    return (
        _headed(analysis.cause, analysis.confidence),
        *_listed(analysis.clues),
        *_listed([Clue(f"Against it: {one.says}") for one in analysis.against]),
        *_rest(short(analysis)),
        *queries((*analysis.clues, *analysis.order)),
        *_order(analysis.order),
        Text((made,)),
    )


def told(analysis: Analysis) -> str:
    """As a line of the story."""
    return f"Analysis{_sure(analysis.confidence)}: {capped(analysis.cause, LONGEST_LINE)}"


def queries(clues: Sequence[Clue]) -> tuple[Block, ...]:
    """Each opens the query that its figure came from."""
    known = {one.query: one for one in clues if one.query and len(one.query) <= LONGEST_QUERY}
    buttons = tuple(
        Button(capped(f"Query: {one.label}" if one.label else "Query", 60), "promql",
               {"query": one.query, "window": "last 1h"})
        for one in list(known.values())[:MOST_QUERIES]
    )  # fmt: skip
    return (Buttons(buttons),) if buttons else ()


def _headed(cause: str, confidence: str) -> Text:
    return Text((Strong("Analysis"), f"{_sure(confidence)}: {capped(cause, LONGEST_LINE)}"))


def _sure(confidence: str) -> str:
    """What is not clear says so itself."""
    return "" if confidence == UNCLEAR else f" ({confidence} confidence)"


def _listed(clues: Sequence[Clue]) -> tuple[Block, ...]:
    return tuple(Text((capped(one.says, LONGEST_LINE),), listed=True) for one in clues)


def _rest(found: Diagnosis) -> tuple[Block, ...]:
    parts = [f"Affected: {found.scope}." if found.scope else ""]
    parts += [f"Next: {capped(found.next_step, LONGEST_STEP)}" if found.next_step else ""]
    parts += [f"Could not be read: {', '.join(found.unread)}." if found.unread else ""]
    text = " ".join(one for one in parts if one)
    return (Text((text,)),) if text else ()


def _order(order: Sequence[Clue]) -> tuple[Block, ...]:
    rows = tuple((str(number), capped(one.says, LONGEST_LINE)) for number, one in enumerate(order, 1))
    return (Table(("", "Sign"), rows, "What moved, in the order of time"),) if rows else ()
