"""What Jira is sent and what it answers. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from bot.model import plain
from bot.model.harmless import clean
from bot.model.reply import Files, Reply
from bot.model.text import capped
from bot.model.ticket import Priority
from bot.model.ticket_sheet import Sheet

LONGEST_SUMMARY = 255
LONGEST_TEXT = 30_000  # Jira's own limit is 32,767
LONGEST_WORDS = 400
LABEL = "nightdesk"
PRIORITIES = {Priority.URGENT: "Highest", Priority.HIGH: "High", Priority.NORMAL: "Medium", Priority.LOW: "Low"}
_UNBOXED = re.compile(r"\{(?=\s*noformat)", re.IGNORECASE)


def mark(key: str) -> str:
    """The same for the same order, whoever sends it: by this label, or this word in a comment, it is found again."""
    return f"{LABEL}-{sha256(key.encode('utf-8', 'replace')).hexdigest()[:20]}"


def to_issue(reply: Reply, sheet: Sheet, key: str, project: str, issue_type: str) -> dict[str, Any]:
    """The fields of a new issue."""
    return {
        "project": {"key": project},
        "issuetype": {"name": issue_type},
        "summary": to_summary(reply.title or reply.summary),
        "description": literal(_told(reply)),
        "labels": [LABEL, mark(key)],
        "priority": {"name": PRIORITIES[sheet.priority]},
    }


def to_comment(reply: Reply, key: str) -> str:
    return f"{literal(_told(replace(reply, title='')))}\n{mark(key)}"


def to_summary(text: str) -> str:
    """One line: Jira refuses line breaks here."""
    line = " ".join(clean(text).split())
    return capped(line, LONGEST_SUMMARY)


def literal(text: str) -> str:
    """Jira reads texts as markup, with mentions and links; in this box nothing is, and nothing gets out of it."""
    cut = capped(text, LONGEST_TEXT)
    return f"{{noformat}}\n{_UNBOXED.sub('(', cut)}\n{{noformat}}"


def to_query(project: str, key: str) -> str:
    return f'project = "{project}" AND labels = "{mark(key)}" ORDER BY created ASC'


def found_in(answer: Any) -> str | None:
    """The first issue of a search; ValueError where this is no search's answer."""
    issues = answer.get("issues") if isinstance(answer, Mapping) else None
    if not isinstance(issues, Sequence):
        raise ValueError("no issues")
    return key_of(issues[0]) if issues else None


def key_of(answer: Any) -> str:
    key = answer.get("key") if isinstance(answer, Mapping) else None
    if not isinstance(key, str) or not key:
        raise ValueError("no key")
    return key


def comments_hold(answer: Any, word: str) -> bool:
    comments = answer.get("comments") if isinstance(answer, Mapping) else None
    return any(word in str(one.get("body", "")) for one in comments or () if isinstance(one, Mapping))


def is_done(answer: Any) -> bool:
    """Whether an issue's status means that nothing is left to be done."""
    return _category(_at(answer, "fields", "status")) == "done"


def to_done(answer: Any, wanted: str) -> dict[str, Any] | None:
    """The step that closes an issue: into the status of this name, else the first that means done; None: none does."""
    steps = [one for one in _at(answer, "transitions") or () if isinstance(one, Mapping)]
    named = [one for one in steps if wanted and str(_at(one, "to", "name")).lower() == wanted.lower()]
    closing = named or [one for one in steps if _category(_at(one, "to")) == "done"]
    if not closing:
        return None
    body: dict[str, Any] = {"transition": {"id": str(closing[0].get("id"))}}
    resolution = _at(closing[0], "fields", "resolution")
    if isinstance(resolution, Mapping) and resolution.get("required"):
        names = [str(one.get("name")) for one in resolution.get("allowedValues") or () if isinstance(one, Mapping)]
        body["fields"] = {"resolution": {"name": "Done" if "Done" in names or not names else names[0]}}
    return body


def issue_types(answer: Any) -> list[str]:
    """Of a project, without those that only stand below another issue."""
    types = [one for one in _at(answer, "issueTypes") or () if isinstance(one, Mapping)]
    return [str(one.get("name")) for one in types if not one.get("subtask")]


def to_words(answer: Any) -> str:
    """Jira's own sentences; those about a field with its name."""
    general = [str(one) for one in _at(answer, "errorMessages") or ()]
    of_fields = _at(answer, "errors")
    told = [f"{name}: {says}" for name, says in of_fields.items()] if isinstance(of_fields, Mapping) else []
    message = [str(answer["message"])] if isinstance(answer, Mapping) and answer.get("message") else []
    return clean(" ".join(" ".join([*general, *told, *message]).split()))[:LONGEST_WORDS]


def fields_of(answer: Any) -> frozenset[str]:
    """Which fields are at fault, where nothing else is."""
    errors = _at(answer, "errors")
    return frozenset(errors) if isinstance(errors, Mapping) and not _at(answer, "errorMessages") else frozenset()


def _told(reply: Reply) -> str:
    """All its words; its file says the same once more, and its buttons lead nowhere from here."""
    blocks = tuple(block for block in reply.blocks if not isinstance(block, Files))
    return plain.render(replace(reply, blocks=blocks, buttons=()))


def _category(status: Any) -> str:
    return str(_at(status, "statusCategory", "key") or "")


def _at(answer: Any, *path: str) -> Any:
    for name in path:
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer
