"""A draft as the letter that is sent: its text as blocks, which the mail room draws. Pure.

Only the addresses that the draft was made with can be followed; all others are words.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from bot.model.mail import Audience, MailDraft
from bot.model.reply import Block, Fact, Facts, Link, Reply, Sources, Strong, Text
from bot.pipeline.mails.words import KINDS

_HEADING = re.compile(r"[A-Z][\w -]{1,40}:")
_FACT = re.compile(r"([A-Z][\w -]{1,23}): (\S.*)")


def letter(draft: MailDraft) -> Reply:
    """Customers read no names of ours."""
    inside = draft.audience is Audience.ENGINEERING
    by = f"Sent by Nightdesk, approved by {draft.approved.name}" if draft.approved and inside else ""
    return Reply(
        draft.subject,
        tuple(blocks(draft.body, draft.links)),
        title=KINDS[draft.audience] if inside else "Service notice",
        footer=" · ".join(part for part in (by, draft.ticket if inside else "", draft.id) if part),
        by_model=draft.by_model,
    )


def blocks(body: str, links: Mapping[str, str]) -> Iterator[Block]:
    """Nothing of the text is left out: lines of one kind that follow one another become one block."""
    for kind, lines in groupby(body.splitlines(), lambda line: _kind(line, links)):
        match kind:
            case "link":
                named = [line.partition(": ") for line in lines]
                yield Sources(tuple(Link(label, url) for label, _, url in named))
            case "fact":
                yield Facts(tuple(_fact(line) for line in lines))
            case "item":
                yield from (Text((line[2:],), listed=True) for line in lines)
            case "heading":
                yield from (Text((Strong(line),)) for line in lines)
            case "words":
                yield Text(("\n".join(lines),))
            case _:
                continue


def _kind(line: str, links: Mapping[str, str]) -> str:
    label, _, value = line.partition(": ")
    if value and links.get(label) == value:
        return "link"
    if line.startswith("- ") and line[2:].strip():
        return "item"
    if _FACT.fullmatch(line):
        return "fact"
    if _HEADING.fullmatch(line):
        return "heading"
    return "words" if line.strip() else "nothing"


def _fact(line: str) -> Fact:
    label, _, value = line.partition(": ")
    return Fact(label, value)
