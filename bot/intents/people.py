"""Whom somebody means: a name, a mention, an e-mail address, an account, or themselves."""

import re
from collections.abc import Sequence

from bot.model.message import Account, Person
from bot.model.reply import Choices, Option, Reply
from bot.ports.tools import Tools

ME = frozenset({"", "me", "myself", "i"})
MOST_OFFERED = 100
_SLACK_USER = re.compile(r"@?([UW][A-Z0-9]{5,})", re.IGNORECASE)
_ACCOUNT = re.compile(r"(slack|teams):(\S+)", re.IGNORECASE)


async def whom(tools: Tools, said: str) -> Sequence[Person]:
    """Everyone who may be meant: one, when it is clear."""
    turn, said = tools.turn, said.strip()
    if said.lower() in ME:
        return (turn.person,)
    if account := _account(said, tools):
        return (await tools.desks.office.person(turn.tenant, account),)
    return meant(said, await tools.desks.office.people(turn.tenant))


def meant(said: str, people: Sequence[Person]) -> list[Person]:
    """The id, then the whole address or name, then the beginning of a name; the first that fits anybody counts."""
    wanted = said.strip().lstrip("@").casefold()
    if not wanted:
        return []
    ways = (
        lambda one: one.id == said.strip(),
        lambda one: one.email.casefold() == wanted,
        lambda one: one.name.casefold() == wanted,
        lambda one: wanted in one.name.casefold().split(),
        lambda one: any(word.startswith(wanted) for word in one.name.casefold().split()) and len(wanted) > 2,
    )
    return next((found for way in ways if (found := [one for one in people if way(one)])), [])


async def whom_else(tools: Tools, said: str, intent: str, argument: str, given: dict[str, str]) -> Reply:
    """Asks back, with everyone who may be meant, or everyone there is."""
    people = await tools.desks.office.people(tools.turn.tenant)
    near = meant(said, people)
    offered = sorted((one for one in near or people if one.name or one.email), key=lambda one: one.name.casefold())
    says = f"“{said[:80]}” may be several people." if near else f"I do not know “{said[:80]}”."
    if not offered:
        return Reply(says, tone="warning")
    options = tuple(Option(_label(one), one.id) for one in offered[:MOST_OFFERED])
    return Reply(f"{says} Whom do you mean?", (Choices("Person", options, intent, argument, given),), tone="warning")


def in_plan(person: Person, tools: Tools) -> str:
    """As plans name people."""
    if person.email:
        return person.email
    account = tools.turn.account
    return f"{account.platform}:{account.user}" if account and person.id == tools.turn.person.id else person.name


def _account(said: str, tools: Tools) -> Account | None:
    turn = tools.turn
    if named := _ACCOUNT.fullmatch(said):
        platform, user = named[1].lower(), named[2]
        workspace = turn.place.workspace if platform == turn.place.platform else ""
        return Account(platform, workspace, user.upper() if platform == "slack" else user) if workspace else None
    mentioned = _SLACK_USER.fullmatch(said) if turn.place.platform == "slack" and said.startswith("@") else None
    # A user id of Slack has a digit in it; a name such as “@Wilhelmina” has none.
    if mentioned and any(sign.isdigit() for sign in mentioned[1]):
        return Account("slack", turn.place.workspace, mentioned[1].upper())
    return None


def _label(person: Person) -> str:
    return f"{person.name}, {person.email}"[:75] if person.name and person.email else person.name or person.email
