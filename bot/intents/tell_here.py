"""Which channel hears of issues: said in the channel itself, by an administrator."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question
from bot.intents.silence import of_service, parsed
from bot.model.errors import Rejected
from bot.model.message import PlaceKind, Role
from bot.model.plan import Target
from bot.model.reply import Button, Code, Reply, Text
from bot.model.severity import Severity
from bot.ports.tools import Tools

_NO_WORDS = frozenset({"at", "least", "from", "on", "and", "for", "of", "with", "or", "worse", "up", "only"})


class TellHere(BaseModel, frozen=True):
    at_least: Severity = Field(Severity.LOW, title="At least")
    match: str = Field("", max_length=2000, title="Labels", description='Such as service="checkout"; none: all')


class TellNoMore(BaseModel, frozen=True):
    pass


async def tell(ask: TellHere, tools: Tools) -> Reply:
    match = parsed(ask.match) if ask.match else ()
    await tools.desks.office.tell_here(tools.turn.actor, _here(tools), ask.at_least.value, match)
    said = "of all issues" if ask.at_least is Severity.LOW else f"of issues that are at least {ask.at_least}"
    shown = (Text(("With ", Code(", ".join(match)))),) if match else ()
    return Reply(
        f"This channel is told {said}{' with these labels' if match else ''} from now on.",
        shown,
        (Button("Undo", "tell_no_more"),),
        tone="good",
    )


async def stop(_: TellNoMore, tools: Tools) -> Reply:
    if await tools.desks.office.tell_no_more(tools.turn.actor, _here(tools)):
        return Reply("This channel is told of no further issues. Those that stand here are kept up to date.")
    return Reply("This channel was told of no issues.")


def _here(tools: Tools) -> Target:
    place = tools.turn.place
    if place.platform not in ("slack", "teams") or place.kind not in (PlaceKind.CHANNEL, PlaceKind.GROUP):
        raise Rejected("Issues are told in channels.", advice="Say this in the channel that shall hear of them.")
    platform = cast(Literal["slack", "teams"], place.platform)
    return Target(platform=platform, channel=place.channel, workspace=place.workspace)


def _words(question: Question) -> Mapping[str, Any] | None:
    given, labels = {}, []
    for word in question.text.strip(" ?.!").split():
        small = word.lower().rstrip(",")
        if any(sign in word for sign in "={"):
            labels.append(word.rstrip(","))
        elif small in tuple(Severity):
            given["at_least"] = small
        elif small in (name.lower() for name in question.names.values.get("service", ())):
            labels.append(of_service(word))
        elif small not in _NO_WORDS:
            return None
    return {**given, **({"match": ", ".join(labels)} if labels else {})}


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "tell_here", "Tell this channel of issues from now on.",
        ("alerts here at least high", 'alerts here service="checkout"'), TellHere, tell,
        title="Tell this channel", command="alerts here", words=_words, submit="Tell it",
        needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "tell_no_more", "Tell this channel of no further issues.", ("alerts stop here",), TellNoMore, stop,
        command="alerts stop", words=lambda question: {} if question.text.lower() == "here" else None,
        needs=Role.ADMIN, remembered=False,
    ),
)  # fmt: skip
