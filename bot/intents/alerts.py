"""The alerts themselves, below the issues: what fires now, and what fired lately."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model import figures
from bot.model.issue import Alert
from bot.model.reply import Button, Reply, Table
from bot.model.severity import worst
from bot.model.signal import SERVICE_LABELS
from bot.ports.tools import Tools

MOST = 50
_FIRING = (
    r"(?:what|which alerts)(?: is|'s| are) (?:currently |still )?firing(?: right now)?",
    r"(?:show |list )?(?:me )?(?:all )?(?:the )?(?:firing |active |current )alerts",
    r"(?:show |list )(?:me )?(?:all )?(?:the )?alerts",
    r"(?:are there )?any alerts(?: firing)?", r"(?:is )?anything firing",
)  # fmt: skip
_PAST = (
    r"(?:show )?(?:me )?(?:the )?alerts? history",
    r"(?:show |list )?(?:me )?(?:past|recent|latest|earlier) alerts",
)


class Alerts(BaseModel, frozen=True):
    history: bool = False


async def answer(ask: Alerts, tools: Tools) -> Reply:
    found = await tools.desks.incidents.alerts(tools.turn.tenant, firing=not ask.history, limit=MOST)
    other = Button("Firing now" if ask.history else "History", "alerts", {"history": not ask.history})
    buttons = (other, Button("Open issues", "issues"))
    title = "Alerts, latest first" if ask.history else "Firing alerts"
    if not found:
        says = "No alert has come in yet." if ask.history else "No alert fires."
        return Reply(says, buttons=buttons, title=title, tone="neutral" if ask.history else "good")
    firing = [one for one in found if one.status != "resolved"]
    rows = tuple(_row(one, tools) for one in found)
    table = Table(("Alert", "Severity", "State", "Service", "For", "Issue"), rows)
    first = f"The latest {MOST} are shown; " if len(found) == MOST else ""
    says = f"{first}{figures.plain(len(firing))} of {figures.plain(len(found))} fire." if ask.history else ""
    count = "1 alert fires" if len(firing) == 1 else f"{len(firing)} alerts fire"
    says = says or (f"At least {count}: the latest are shown." if len(found) == MOST else f"{count}.")
    tone = worst(*(one.severity for one in firing)).tone if firing else "good"
    return Reply(says, (table,), buttons, title, tone)


def _row(one: Alert, tools: Tools) -> tuple[str, ...]:
    service = next((one.labels[name] for name in SERVICE_LABELS if one.labels.get(name)), "")
    lasted = figures.span((one.ended_at or tools.turn.at) - one.started_at)
    return (one.title[:80], one.severity.value, one.status, service, lasted, one.issue)


def reads(question: Question) -> Reading | None:
    if asked(question.text, _PAST):
        return Reading("alerts", {"history": True}, 0.95)
    return Reading("alerts", {}, 0.95) if asked(question.text, _FIRING) else None


def words(question: Question) -> Mapping[str, Any] | None:
    match question.text.strip(" ?.!").lower():
        case "history" | "past" | "recent" | "lately":
            return {"history": True}
        case "firing" | "active" | "now":
            return {}
        case _:
            return None


INTENT = Intent(
    name="alerts",
    help="Which alerts fire now; `alerts history` for earlier ones.",
    examples=("which alerts are firing?", "alerts history"),
    asks=Alerts,
    answer=answer,
    reads=reads,
    title="Alerts",
    command="alerts",
    words=words,
    submit="Show",
    remembered=False,
    by_clock=True,
)
