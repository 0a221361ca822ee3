"""How people ask for an act: whole sentences of a closed grammar, so that nothing is done because of a word in passing.

“did anyone ack this?”, “don't resolve yet” and “should we silence it?” are other sentences than “ack this”, and match
nothing. A question mark is taken for a request only after “can you” and the like.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

ISSUE_ID = re.compile(r"\bISS-[\w.-]*\w", re.IGNORECASE)
TICKET_ID = re.compile(r"\b(?:TICKET-\d{4}-\d+|MON-\d+-[\w.-]*\w)", re.IGNORECASE)
MAIL_ID = re.compile(r"\bALR-\d+-[a-z]+(?:-\d+)?", re.IGNORECASE)

IMPERATIVE, STATEMENT = 0.95, 0.85  # how sure a reading is: people among themselves state, and command us
IT = r"(?:this|it|that|this one|that one|(?:the|this|that) (?:issue|alert|incident|problem|anomaly))"

_COURTEOUS = r"(?:can|could|would|will) you|can i ask you to|would you mind"
_BEFORE = re.compile(rf"(?:(?:ok|okay|hey|hi|hello|so|and|now|then|nightdesk|please|pls|just|{_COURTEOUS})\b[\s,:]*)+")
_AFTER = re.compile(r"(?:[\s,]*\b(?:please|pls|thanks|thank you|thx|now|then|for me))+$")
_ASKS_NICELY = re.compile(rf"\b(?:{_COURTEOUS})\b")


def plain(text: str) -> str:
    """In small letters, with straight quotes and single spaces; an issue's id is spelt `<id>`."""
    straight = text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"')
    return " ".join(ISSUE_ID.sub("<id>", straight).lower().split())


def request(text: str) -> str | None:
    """The bare act of a courteous sentence; None for questions and for what somebody quotes."""
    said = plain(text)
    if not said or said[0] in ">\"'" or '"' in said:
        return None
    if said.endswith("?"):
        if not _ASKS_NICELY.search(said):
            return None
        said = said.rstrip("? ")
    said = said.rstrip(".! ")
    begun = _BEFORE.match(said)
    bare = said[begun.end() :] if begun else said
    return _AFTER.sub("", bare).strip(" ,")


def matches(text: str, phrases: Sequence[str]) -> re.Match[str] | None:
    """The first phrase that is the whole request; in phrases `IT` stands for the issue or its id."""
    said = request(text)
    if said is None:
        return None
    return next((found for phrase in phrases if (found := _compiled(phrase).fullmatch(said))), None)


def asked(text: str, phrases: Sequence[str]) -> re.Match[str] | None:
    """Like `matches`, for what is only looked at: a question mark and courtesy do not matter."""
    said = plain(text).rstrip("?.! ")
    begun = _BEFORE.match(said)
    said = _AFTER.sub("", said[begun.end() :] if begun else said).strip(" ,")
    return next((found for phrase in phrases if (found := _compiled(phrase).fullmatch(said))), None)


def commands_us(text: str) -> bool:
    """Neither a question nor a favour asked of somebody."""
    return "?" not in text and not _ASKS_NICELY.search(plain(text))


def issue_in(text: str) -> str:
    """The issue that a text names by its id, in the spelling of ids; empty where it names none."""
    found = ISSUE_ID.search(text)
    return f"ISS-{found[0][4:]}" if found else ""


def only_names_it(text: str) -> dict[str, str] | None:
    """Words behind a verb that name nothing but the issue: “this”, “ISS-…”, or none at all."""
    bare = request(text)
    if bare is None or not re.fullmatch(rf"(?:{IT}|<id>)?", bare):
        return None
    issue = issue_in(text)
    return {"issue": issue} if issue else {}


def named(text: str) -> str:
    """Words behind a verb that can be nothing but a name: a few, and no question."""
    name = text.strip(' .!"\u201c\u201d')
    return "" if name.endswith("?") or len(name.split()) > 4 else name


@lru_cache(maxsize=500)
def _compiled(phrase: str) -> re.Pattern[str]:
    return re.compile(phrase.replace("IT", rf"(?:{IT}|<id>)"))
