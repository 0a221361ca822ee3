"""What is learnt from an issue, written down: pure, the same for the same issue and history."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import figures
from bot.model.document import ISSUES, Case, Correction, Document, of_issue
from bot.model.issue import Happening, Issue
from bot.model.text import capped, many

LONGEST_LINE, MOST_LINES = 300, 30
_HELPED = "## What helped"
_SUMMARY = "## Summary"
_SUMMED_UP = re.compile(rf"^{_SUMMARY}\n(.*)$", re.MULTILINE)
_SECTION = re.compile(rf"{_HELPED}\n.*?(?=\n## |\Z)", re.DOTALL)
_NOT_KNOWN = "Nobody has said yet."


def entry(
    issue: Issue, history: Sequence[Happening], standing: Document | None, now: datetime, summary: str = ""
) -> Document:
    """`standing`: what was written before; what people corrected in it stays. `summary`: a model's words, checked."""
    corrections = standing.corrections if standing else ()
    helped = _helped(issue, history, corrections)
    case = Case(
        issue.id, issue.key, issue.title, issue.source, issue.opened_at, _lasted(issue, now), issue.open,
        issue.resolved_at, _labels(issue), helped,
    )  # fmt: skip
    where = ", ".join(filter(None, (issue.service, issue.regions[0] if issue.regions else "")))
    written = Document(
        of_issue(issue.id),
        f"{issue.title} ({where})" if where else issue.title,
        _content(issue, history, helped, now, summary),
        now,
        "issue",
        ISSUES,
        tuple(dict.fromkeys((*issue.services, *issue.regions, issue.severity.value))),
        case=case,
        corrections=corrections,
        ai_generated=bool(summary),
    )
    same = standing is not None and replace(written, updated_at=standing.updated_at) == standing
    return standing if same and standing else written


def corrected(document: Document, correction: Correction) -> Document:
    assert document.case is not None
    correction = replace(correction, instead_of=_said(document))
    return replace(
        document,
        content=_SECTION.sub(lambda _: _section(correction.helped, correction.remark), document.content),
        case=replace(document.case, helped=correction.helped),
        corrections=(*document.corrections, correction),
        updated_at=correction.at,
    )


def summary_of(document: Document | None) -> str:
    """What a model wrote in it."""
    found = _SUMMED_UP.search(document.content) if document and document.ai_generated else None
    return found[1] if found else ""


def _said(document: Document) -> str:
    """What the issue itself said, whatever was corrected since."""
    assert document.case is not None
    return document.corrections[-1].instead_of if document.corrections else document.case.helped


def _helped(issue: Issue, history: Sequence[Happening], corrections: Sequence[Correction]) -> str:
    told = issue.workaround or next(
        (text for one in reversed(history) if one.what == "resolved" and (text := str(one.details.get("text", "")))), ""
    )
    if corrections and told in ("", corrections[-1].instead_of):
        return corrections[-1].helped
    return told


def _content(issue: Issue, history: Sequence[Happening], helped: str, now: datetime, summary: str) -> str:
    affected = "; ".join(", ".join(names) for names in (issue.services, issue.regions) if names)
    resolved = (
        f"{figures.clock(issue.resolved_at)}, after {figures.span(_lasted(issue, now))}" if issue.resolved_at else ""
    )
    lines = [
        ("Status", issue.status.value),
        ("Severity", issue.severity.value),
        ("Affected", affected),
        ("Created", figures.clock(issue.opened_at)),
        ("Resolved", resolved),
        ("Issue", issue.id),
    ]
    parts = [
        "\n".join(f"- {name}: {value}" for name, value in lines if value),
        f"{_SUMMARY}\n{summary}" if summary else "",
        "\n".join(filter(None, ("## Description", _line(issue.description), _measured(issue)))),
        "\n".join(("## Impact", *(f"- {one}" for one in _impact(issue)))),
        _section(helped, ""),
        "\n".join(("## What was done", *(f"- {_told(one)}" for one in history[-MOST_LINES:]))) if history else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _section(helped: str, remark: str) -> str:
    return "\n".join(filter(None, (_HELPED, helped or _NOT_KNOWN, remark)))


def _measured(issue: Issue) -> str:
    told = figures.compared(issue.measured, issue.normal)
    seen, against = _worth(issue.measured), _worth(issue.normal)
    more = f", {figures.change(seen, against)}" if seen is not None and against else ""
    return f"Measured: {told}{more}" if told else ""


def _worth(text: str) -> float | None:
    """Of the first figure in it, whatever its unit."""
    figure = re.search(r"\d.*", text)
    kind, worth, _ = figures.order(figure[0]) if figure else (1, 0.0, "")
    return worth if kind == 0 else None


def _impact(issue: Issue) -> Sequence[str]:
    alerts = f"{many(issue.alerts, 'alert')} fired"
    return [*(f"Service: {one}" for one in issue.services), *(f"Region: {one}" for one in issue.regions), alerts]


def _told(one: Happening) -> str:
    return f"{one.at:%Y-%m-%d %H:%M} UTC: {_line(one.says or f'{one.by.name}: {one.what}.')}"


def _line(text: str) -> str:
    flat = " ".join(text.split())
    return capped(flat, LONGEST_LINE)


def _labels(issue: Issue) -> dict[str, str]:
    more = {"service": issue.service, "region": issue.regions[0] if len(issue.regions) == 1 else ""}
    return {**issue.labels, **{name: value for name, value in more.items() if value and name not in issue.labels}}


def _lasted(issue: Issue, now: datetime) -> timedelta:
    return max(timedelta(0), (issue.resolved_at or now) - issue.opened_at)
