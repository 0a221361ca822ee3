"""The conversation itself: its kind, what it is about, the ones before it, and its end."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, Field

from bot.desk.session_words import next_questions
from bot.intents.intent import AnyIntent, Intent, Question
from bot.model import figures
from bot.model.errors import Forbidden, Missing, Rejected
from bot.model.message import PlaceKind, Role
from bot.model.reply import Block, Button, Code, Fact, Facts, File, Files, Moment, Reply, Strong, Text
from bot.model.session import MOST_MESSAGES, SessionKind, SessionStatus, key_of, kind_of
from bot.ports.actor import Actor
from bot.ports.sessions import Conversation
from bot.ports.tools import Tools, Turn

SHOWN, MOST_LINES = 10, 500
FRESH = Button("Start a new session", "session_new")
RATING = tuple(Button(f"{stars} of 5", "rate", {"stars": stars}) for stars in range(1, 6))
_MEANT: Mapping[SessionKind, str] = {
    SessionKind.CUSTOMER_SUPPORT: "charges, outages and connections, in plain words",
    SessionKind.ADMIN_ASSISTANT: "settings, quick look-ups, first steps",
    SessionKind.NETWORK_DIAGNOSTICS: "causes of faults, step by step",
    SessionKind.ANALYTICS: "numbers, trends and reports",
}


class Mode(BaseModel, frozen=True):
    mode: str = Field("", max_length=60, title="Kind of session", examples=[one.value for one in SessionKind])


class ToldContext(BaseModel, frozen=True):
    facts: Mapping[str, str] = Field(default_factory=dict)


class Session(BaseModel, frozen=True):
    pass


class OneSession(BaseModel, frozen=True):
    session: str = Field("", max_length=80, title="Session", description="Without one, that of this conversation")


async def mode(ask: Mode, tools: Tools) -> Reply:
    turn, chosen = tools.turn, kind_of(ask.mode)
    if ask.mode and chosen is None:
        raise Rejected(f"There is no kind of session “{ask.mode[:40]}”.", advice="`mode` lists the four.")
    if chosen:
        await tools.desks.sessions.set_kind(own(turn), chosen)
        worth = tuple(Button(one, "ask", {"question": one}) for one in next_questions(chosen))
        return Reply(f"This is a session of {chosen.words} from now on: {_MEANT[chosen]}.", buttons=worth, tone="good")
    now = await tools.desks.sessions.kind(turn.tenant, turn.place)
    lines = tuple(Text((Strong(one.words), f": {_MEANT[one]}."), listed=True) for one in SessionKind)
    others = tuple(Button(one.words.capitalize(), "mode", {"mode": one.value}) for one in SessionKind if one != now)
    set_ = (await tools.desks.office.plan(turn.tenant)).sessions.get(now)
    note = "How a language model speaks here is set in the plan." if set_ and (set_.prompt or set_.words) else ""
    return Reply(f"This is a session of {now.words}.", lines, others, footer=note)


async def mode_here(ask: Mode, tools: Tools) -> Reply:
    if tools.turn.place.kind not in (PlaceKind.CHANNEL, PlaceKind.GROUP):
        raise Rejected("That is for channels.", advice="Say `mode analytics` for this conversation.")
    chosen = kind_of(ask.mode)
    if chosen is None:
        raise Rejected("Say which kind of session.", advice="Such as `mode here analytics`; `mode` lists the four.")
    await tools.desks.sessions.set_kind(own(tools.turn), chosen, channel=True)
    return Reply(f"Conversations in this channel are sessions of {chosen.words} from now on.", tone="good")


async def context(_: Session, tools: Tools) -> Reply:
    found = await tools.desks.sessions.here(tools.turn.tenant, tools.turn.place)
    return _about(found.context if found else {})


async def context_set(ask: ToldContext, tools: Tools) -> Reply:
    if not ask.facts:
        raise Rejected("Say what this is about.", advice="Such as `context set environment=production`.")
    return _about(await tools.desks.sessions.set_context(own(tools.turn), ask.facts))


def _about(known: Mapping[str, str]) -> Reply:
    if not known:
        return Reply(
            "Nothing is told of this session.",
            (Text(("Say it like ", Code("context set environment=production"), ".")),),
        )
    rows = tuple(Fact(name.replace("_", " "), value) for name, value in sorted(known.items()))
    return Reply("What this session is about:", (Facts(rows),), footer="Questions here are read against it.")


async def history(_: Session, tools: Tools) -> Reply:
    turn = tools.turn
    found = await tools.desks.sessions.mine(turn.tenant, turn.person.id, 50)
    alone = turn.place.kind not in (PlaceKind.CHANNEL, PlaceKind.GROUP)
    seen = [one for one in found if alone or one.place.lane == turn.place.lane]
    blocks: list[Block] = [_line(one) for one in seen[:SHOWN]]
    if not seen:
        return Reply("You have begun no session here yet.")
    if not alone:
        blocks.append(Text(("Those of other places I tell you in a direct message.",)))
    many = "1 session of yours" if len(seen) == 1 else f"{len(seen)} sessions of yours"
    shown = f", the latest {SHOWN} of them" if len(seen) > SHOWN else ""
    return Reply(f"{many}{shown}.", tuple(blocks), (Button("Transcript of this one", "transcript"),), title="History")


def _line(one: Conversation) -> Text:
    state = "" if one.status is SessionStatus.ACTIVE else f", {one.status}"
    marks = f"{', escalated' if one.escalated else ''}{f', rated {one.rating} of 5' if one.rating else ''}"
    told = f": {one.type.words}, {one.message_count} messages{state}{marks}, "
    at = Moment(one.updated_at) if one.updated_at else "at no known time"
    return Text((Strong(one.title or "Without a title"), told, at, "."), listed=True)


async def transcript(_: Session, tools: Tools) -> Reply:
    found = await _here(tools)
    said = await tools.desks.sessions.lines(tools.turn.tenant, found.id, MOST_LINES)
    names: dict[str, str] = {}
    for author in {one.author for one in said if one.author}:
        names[author] = await tools.desks.office.name(tools.turn.tenant, author)
    lines = [
        f"{figures.clock(one.at)} {names.get(one.author or '') or one.role.capitalize()}: {one.text}" for one in said
    ]
    file = File(f"transcript-{found.id}.txt", "text/plain", "\n\n".join(lines).encode())
    return Reply(f"What was said in this session, {len(said)} messages.", (Files((file,)),))


async def fresh(_: Session, tools: Tools) -> Reply:
    turn = tools.turn
    kind = await tools.desks.sessions.kind(turn.tenant, turn.place)
    await tools.desks.sessions.begin(own(turn), kind, {})
    return Reply(f"This is a new session of {kind.words}: what was said before no longer counts.", tone="good")


async def end(_: Session, tools: Tools) -> Reply:
    found = await _here(tools)
    over = await tools.desks.sessions.end(own(tools.turn), found.id)
    about = {"session": str(over.id)}
    stars = tuple(replace(one, arguments={**one.arguments, **about}) for one in RATING)
    more = Button("Comment…", "rate", about, asks=("stars", "comment", "good_at"))
    used = f"{over.message_count} of {MOST_MESSAGES} messages"
    gone = Button("Delete it", "session_delete", about, style="danger", confirm="What was said in it is erased here.")
    return Reply("This session is over. How was it?", (), (*stars, more, gone), footer=used)


async def delete(ask: OneSession, tools: Tools) -> Reply:
    turn, desk = tools.turn, tools.desks.sessions
    named = desk.find(turn.tenant, turn.person.id, ask.session, expired=True) if ask.session else _here(tools)
    found = await named
    if found.starter != turn.person.id and turn.person.role is not Role.ADMIN:
        raise Forbidden("Whoever began a session deletes it, or an administrator.")
    await desk.end(own(turn), found.id, deleted=True)
    stays = "What stands in this chat stays there, and so does a ticket that was opened."
    return Reply("This session is deleted: nothing that was said in it is kept here.", (Text((stays,)),), tone="good")


async def _here(tools: Tools) -> Conversation:
    found = await tools.desks.sessions.here(tools.turn.tenant, tools.turn.place)
    if found is None:
        raise Missing("There is no session here yet.")
    return found


def own(turn: Turn) -> Actor:
    """A session belongs to whoever speaks in it, a program too."""
    return replace(turn.actor, by=replace(turn.actor.by, person=turn.person.id))


def _mode(question: Question) -> Mapping[str, Any] | None:
    text = question.text.strip(" .!")
    return {"mode": text} if not text or kind_of(text) else None


def _pairs(question: Question) -> Mapping[str, Any] | None:
    """`environment=production user_role="network engineer"`; without a value behind it, a name is taken away."""
    found: dict[str, str] = {}
    for name, _, value in (one.partition("=") for one in _split(question.text)):
        if key_of(name) is None:
            return None
        found[name] = value.strip("\"'“”")
    return {"facts": found}


def _cleared(question: Question) -> Mapping[str, Any] | None:
    names = question.text.split()
    return {"facts": dict.fromkeys(names, "")} if names and all(key_of(one) for one in names) else None


def _split(text: str) -> list[str]:
    parts: list[str] = []
    for word in text.split():
        if "=" in word or not parts:
            parts.append(word)
        else:
            parts[-1] = f"{parts[-1]} {word}"
    return parts


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "mode", "Which kind of session this is.", ("mode", "mode analytics"), Mode, mode,
        title="Kind of session", command="mode", words=_mode, submit="Choose", remembered=False,
    ),
    Intent(
        "mode_here", "Which kind conversations in this channel are.", ("mode here analytics",), Mode, mode_here,
        title="Kind of session", command="mode here", words=_mode, submit="Choose", needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "context", "What this session is about.", ("context",), Session, context, command="context", remembered=False,
    ),
    Intent(
        "context_set", "Tell what this session is about.", ("context set environment=production",), ToldContext,
        context_set, command="context set", words=_pairs, verbatim=True, remembered=False,
    ),
    Intent(
        "context_clear", "Forget something that was told.", ("context clear environment",), ToldContext, context_set,
        command="context clear", words=_cleared, remembered=False,
    ),
    Intent("history", "Your sessions.", ("history",), Session, history, command="history", remembered=False),
    Intent(
        "transcript", "What was said in this session, as a file.", ("transcript",), Session, transcript,
        command="transcript", remembered=False,
    ),
    Intent(
        "session_new", "Begin a new session here.", ("session new",), Session, fresh, command="session new",
        remembered=False,
    ),
    Intent(
        "session_end", "End this session, and say how it was.", ("session end",), Session, end, command="session end",
        remembered=False,
    ),
    Intent(
        "session_delete", "Delete this session: what was said in it is erased here.", ("session delete",), OneSession,
        delete, command="session delete", remembered=False,
    ),
)  # fmt: skip
