"""Questions that the clock asks: made, listed, paused, deleted."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents import report_words
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import request
from bot.model.errors import Rejected
from bot.model.message import PlaceKind, Role
from bot.model.reply import Block, Button, Buttons, Moment, Reply, Strong, Text
from bot.model.report import Report
from bot.model.text import many
from bot.ports.tools import Tools

LONGEST = 500
SURE = 0.98  # what is to be said then would be understood by itself, too


class Reports(BaseModel, frozen=True):
    question: str = Field("", max_length=LONGEST, title="What", description="A question; empty: the daily summary")
    when: str = Field(
        "", max_length=80, title="When", description="Such as every weekday at 9:00; your own time of day"
    )


class OneReport(BaseModel, frozen=True):
    report: str = Field(min_length=1, max_length=20, title="Report", description="Its short name, such as R1")


async def answer(ask: Reports, tools: Tools) -> Reply:
    return await _make(ask, tools) if ask.when else await _list(tools)


async def pause(ask: OneReport, tools: Tools) -> Reply:
    await _his(ask.report, tools)
    made = await tools.desks.reports.pause(tools.turn.actor, ask.report)
    return Reply(f"{made.id} pauses.", (_line(made, tools),), (_button("Resume", "resume_report", made),))


async def resume(ask: OneReport, tools: Tools) -> Reply:
    await _his(ask.report, tools)
    made = await tools.desks.reports.resume(tools.turn.actor, ask.report)
    return Reply(f"{made.id} goes on.", (_line(made, tools),), (_button("Pause", "pause_report", made),))


async def delete(ask: OneReport, tools: Tools) -> Reply:
    await _his(ask.report, tools)
    gone = await tools.desks.reports.delete(tools.turn.actor, ask.report)
    again = Button("Make it again", "report", {"question": gone.question, "when": gone.schedule.typed})
    return Reply(f"{gone.id} is deleted: “{gone.question}”, {gone.schedule.words}.", buttons=(again,))


async def _make(ask: Reports, tools: Tools) -> Reply:
    turn = tools.turn
    wish = report_words.wish(f"{ask.when} {ask.question}".strip(), turn.zone)
    if wish is None:
        raise Rejected(
            f"I do not know the time “{ask.when[:80]}”.",
            advice="Say it like every day at 9:00, every weekday at 8:30, or every Monday at 10am.",
        )
    if turn.account is None:
        raise Rejected("I do not know in which chat to report.", advice="Say it in Slack or in Teams.")
    if turn.person.role is Role.VIEWER and turn.place.kind is not PlaceKind.PERSONAL:
        raise Rejected("To report to a channel takes an operator.", advice="Ask for it in a chat with me alone.")
    made = await tools.desks.reports.make(turn.actor, turn.account, wish.question, wish.schedule)
    return Reply(
        f"{made.id}: “{made.question}” here, {made.schedule.words}.",
        (Text(("The first one comes ", Moment(made.due_at), ".")),),
        (
            Button("Show it now", "ask", {"question": made.question}),
            _button("Delete", "delete_report", made),
            Button("All reports", "report"),
        ),
    )


async def _list(tools: Tools) -> Reply:
    found = [one for one in await tools.desks.reports.every(tools.turn.tenant) if _sees(one, tools)]
    blocks: list[Block] = []
    for one in found:
        pausing = ("Resume", "resume_report") if one.paused else ("Pause", "pause_report")
        row = (_button(*pausing, one), _button("Delete", "delete_report", one))
        blocks += [_line(one, tools), Buttons((*row, Button("Show it now", "ask", {"question": one.question})))]
    new = Button("New report…", "report", {"when": "every day at 9:00"}, asks=("question", "when"))
    daily = Button("Daily summary at 9:00", "report", {"when": "every day at 9:00"})
    count = many(len(found), "report")
    says = f"{count} by the clock." if found else "Nothing is reported by the clock here."
    return Reply(says, tuple(blocks), (new,) if found else (daily, new), title="Reports")


def _line(one: Report, tools: Tools) -> Text:
    where = "here" if one.place.lane == tools.turn.place.lane else f"in {one.place.platform.capitalize()}"
    following = (". It pauses.",) if one.paused else (". Next ", Moment(one.due_at), ".")
    return Text((Strong(one.id), f": “{one.question}” {where}, {one.schedule.words}, for {one.owner_name}", *following))


def _button(label: str, intent: str, one: Report) -> Button:
    return Button(label, intent, {"report": one.id})


def _sees(one: Report, tools: Tools) -> bool:
    """What somebody is told alone concerns nobody else."""
    turn = tools.turn
    return turn.person.role is Role.ADMIN or one.owner == turn.person.id or one.place.lane == turn.place.lane


async def _his(name: str, tools: Tools) -> None:
    """One's own, or as an operator, what one can see."""
    found = [one for one in await tools.desks.reports.every(tools.turn.tenant) if one.id == name.strip().upper()]
    mine = [one for one in found if one.owner == tools.turn.person.id]
    seen = [one for one in found if _sees(one, tools) and tools.turn.person.role is not Role.VIEWER]
    if found and not (mine or seen):
        raise Rejected(f"{found[0].id} is not yours.", advice=f"Ask {found[0].owner_name}, or an administrator.")


def _reads(question: Question) -> Reading | None:
    if request(question.text) is None:
        return None
    wish = report_words.wish(question.text, question.zone)
    if wish is None or not wish.sure or not wish.question:
        return None
    return Reading("report", {"question": wish.question, "when": wish.schedule.typed}, SURE)


def _words(question: Question) -> Mapping[str, Any] | None:
    text = question.text.strip()
    if text.lower() in ("", "list", "all"):
        return {}
    wish = report_words.wish(text, question.zone)
    return {"question": wish.question, "when": wish.schedule.typed} if wish else None


def _one(question: Question) -> Mapping[str, Any] | None:
    name = question.text.strip(" .").upper()
    return {"report": name} if name[:1] == "R" and name[1:].isdigit() else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "report", "Have a question asked by the clock; list what is reported.",
        ("report every weekday at 9:00 slo", "send me the daily summary every morning at 8:30"),
        Reports, answer, _reads, title="Report", command="report", words=_words, submit="Make it", remembered=False,
    ),
    Intent(
        "pause_report", "Pause a report.", ("report pause R1",), OneReport, pause,
        title="Pause a report", command="report pause", words=_one, submit="Pause", remembered=False,
    ),
    Intent(
        "resume_report", "Let a report go on.", ("report resume R1",), OneReport, resume,
        title="Resume a report", command="report resume", words=_one, submit="Resume", remembered=False,
    ),
    Intent(
        "delete_report", "Delete a report.", ("report delete R1",), OneReport, delete,
        title="Delete a report", command="report delete", words=_one, submit="Delete", remembered=False,
    ),
)  # fmt: skip
