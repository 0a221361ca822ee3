"""The words of a draft, by rules: what engineers need, and what customers may read. Pure.

What comes from an alert is cut, put on one line or quoted; customers read none of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model import figures
from bot.model.harmless import clean
from bot.model.issue import Happening, Issue, Status
from bot.model.mail import LONGEST_BODY, LONGEST_SUBJECT, Audience
from bot.model.text import capital
from bot.pipeline import phrases
from bot.pipeline.buttons import WEB
from bot.pipeline.phrases import capped

KINDS: Mapping[Audience, str] = {Audience.ENGINEERING: "Engineering alert", Audience.CUSTOMER: "Customer notice"}
SOMETHING = "our service"  # what customers are told where the plan has no name for it
LONGEST_ADDRESS, LONGEST_RULE, LONGEST_TEXT, LONGEST_LINE = 300, 240, 500, 140
MOST_HISTORY, MOST_EARLIER = 6, 3
_ONE_FIGURE = re.compile(r"[^\d-]*(-?\d[\d,]*(?:\.\d+)?) ?([^\s\d]*)")


@dataclass(frozen=True, slots=True)
class About:
    """All that a draft is made of. `moved`: what else changed then, in words."""

    issue: Issue
    history: Sequence[Happening] = ()
    earlier: Sequence[Issue] = ()  # of the same key, resolved before
    name: str = ""  # of the service, as customers know it
    moved: Sequence[str] = ()
    cause: str = ""  # as the analysis of the issue has it


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str
    links: Mapping[str, str]


def write(audience: Audience, about: About) -> Words:
    match audience:
        case Audience.ENGINEERING:
            return _engineering(about)
        case Audience.CUSTOMER:
            return _customer(about)


def change(measured: str, normal: str) -> str:
    """`+30 %`, where both are one figure of one unit."""
    seen, usual = _ONE_FIGURE.fullmatch(measured.strip()), _ONE_FIGURE.fullmatch(normal.strip())
    if seen is None or usual is None or seen[2] != usual[2] or seen[2] == "%":
        return ""
    return figures.change(float(seen[1].replace(",", "")), float(usual[1].replace(",", "")))


def one_line(text: str, most: int) -> str:
    return capped(" ".join(clean(text).split()), most)


def _engineering(about: About) -> Words:
    issue = about.issue
    state = "Resolved" if not issue.open else issue.severity.capitalize()
    subject = one_line(f"{state}: {issue.title}", LONGEST_SUBJECT)
    links = {
        label: url
        for label, url in (("Runbook", issue.runbook), ("Dashboard", issue.dashboard), ("Graph", issue.graph))
        if url.startswith(WEB) and len(url) <= LONGEST_ADDRESS and url.isprintable() and " " not in url
    }
    sections = (
        _facts(issue),
        _quoted(issue.description),
        _listed("What coincides with it", [about.cause] if about.cause else [], 1),
        _listed("What moved with it", about.moved, MOST_HISTORY),
        _listed("What happened", [_told(one) for one in about.history[-MOST_HISTORY:]], MOST_HISTORY),
        _listed("Seen before", [_before(one) for one in about.earlier], MOST_EARLIER),
        [f"{label}: {url}" for label, url in links.items()],
    )
    return Words(subject, _within(sections), links)


def _facts(issue: Issue) -> list[str]:
    rows = [(row.label, row.value) for row in phrases.facts(issue)]
    known = dict(rows)
    percent = change(issue.measured, issue.normal)
    if percent and "Measured" in known:
        known["Measured"] = f"{known['Measured']}, {percent}"
    known |= {"Rule": one_line(issue.expression, LONGEST_RULE), "Source": issue.source, "Issue": issue.id}
    return [f"{label}: {one_line(value, LONGEST_RULE)}" for label, value in known.items() if value]


def _quoted(text: str) -> list[str]:
    """What the alert says, so that nobody takes it for our words."""
    lines = [one_line(line, LONGEST_LINE) for line in capped(clean(text), LONGEST_TEXT).splitlines() if line.strip()]
    return ["The alert says:", *(f"> {line}" for line in lines)] if lines else []


def _listed(title: str, lines: Sequence[str], most: int) -> list[str]:
    return [f"{title}:", *(f"- {one_line(line, LONGEST_LINE)}" for line in lines[:most])] if lines else []


def _told(happening: Happening) -> str:
    says = happening.says or f"{happening.by.name}: {happening.what}."
    return f"{figures.clock(happening.at)}: {says}"


def _before(issue: Issue) -> str:
    helped = f"; what helped: {issue.workaround}" if issue.workaround else ""
    return f"{issue.id}, {figures.clock(issue.opened_at)}, lasted {phrases.lasted(issue)}{helped}"


def _within(sections: Sequence[Sequence[str]]) -> str:
    """The end gives way where it becomes too long to be edited in a form."""
    body = "\n\n".join("\n".join(lines) for lines in sections if lines)
    while size(body) > LONGEST_BODY:
        body = body.rpartition("\n")[0].rstrip() or body[: LONGEST_BODY // 2]
    return body


def size(text: str) -> int:
    """As forms count: in UTF-16."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _customer(about: About) -> Words:
    issue, name = about.issue, one_line(about.name, 80) or SOMETHING
    called = capital(name)
    since = figures.clock(issue.opened_at)
    if not issue.open:
        until = figures.clock(issue.resolved_at or issue.updated_at)
        return Words(
            f"Resolved: {name}",
            _letter(f"{called} works as usual again. It was disturbed from {since} to {until}.",
                    "We are sorry for the interruption."),
            {},
        )  # fmt: skip
    doing = "We have found the cause and are working on it." if issue.status is Status.IDENTIFIED else _looking(issue)
    return Words(
        f"{called} is disturbed at the moment",
        _letter(f"{called} may not work as usual since {since}.", f"{doing} We will write again when it is over."),
        {},
    )


def _looking(issue: Issue) -> str:
    return "Our engineers are working on it." if issue.acknowledged else "We have noticed it and are looking into it."


def _letter(*paragraphs: str) -> str:
    return "\n\n".join(("Hello,", *paragraphs, "Thank you for your patience."))
