"""What log events are held against: shown as a table, changed by administrators."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.reply import Button, Reply, Table, Text
from bot.pipeline.thresholds import BY_METRIC, CALM, DEFAULTS, IN_A_ROW, REMEMBERED
from bot.ports.tools import Tools

_SAID = (
    r"(?:show |list |see )?(?:me )?(?:the |all |our )?thresholds",
    r"what are (?:the |our )?thresholds",
    r"what are (?:log )?events held against",
)
_HOW = (
    f"An event that breaks one is flagged. {IN_A_ROW} in a row of one service are critical and become an issue, which "
    f"is over after {CALM} in a row that break none. Normal is the median of a service's last {REMEMBERED} events."
)
CHANGED = "*"


class Thresholds(BaseModel, frozen=True):
    pass


class ChangeThreshold(BaseModel, frozen=True):
    metric: str = Field(min_length=1, max_length=64, title="Metric", examples=[one.metric for one in DEFAULTS])
    limit: float | None = Field(None, title="Limit", description="In the unit of the table", allow_inf_nan=False)
    use: Literal["this limit", "the default", "none"] = Field("this limit", title="Use")


async def answer(_: Thresholds, tools: Tools) -> Reply:
    changed = await tools.desks.events.limits(tools.turn.tenant)
    rows = []
    for one in DEFAULTS:
        limit = changed.get(one.metric, one.limit)
        says = "off" if limit is None else one.says(limit)
        rows.append((one.title, one.metric, f"{says} {CHANGED}" if one.metric in changed else says, one.says()))
    table = Table(("What", "Metric", "Flagged when", "By default"), tuple(rows), folded=True)
    own = f" {len(changed)} of them changed here ({CHANGED})." if changed else ""
    return Reply(
        f"Log events are held against {len(rows)} thresholds.{own}",
        (table, Text((_HOW,))),
        (
            Button("Change one…", "change_threshold", asks=("metric", "limit", "use")),
            Button("Flagged events", "flagged"),
            Button("Pipeline", "pipeline"),
        ),
        title="Thresholds",
    )


async def change(ask: ChangeThreshold, tools: Tools) -> Reply:
    if ask.use == "this limit" and ask.limit is None:
        raise Rejected("No limit is given.", advice="Name one, or choose the default or none.")
    desk, actor = tools.desks.events, tools.turn.actor
    limit = ask.limit if ask.use == "this limit" else None
    await desk.change_limit(actor, ask.metric, limit, default=ask.use == "the default")
    one = BY_METRIC[ask.metric]
    when = {"this limit": f"when {one.says(limit)}", "the default": f"when {one.says()}, as by default"}.get(ask.use)
    says = f"{one.title} is flagged from now on {when}." if when else f"{one.title} is not flagged any more."
    return Reply(says, buttons=(Button("Thresholds", "thresholds"),), tone="good")


def _reads(question: Question) -> Reading | None:
    return Reading("thresholds", {}, 0.95) if asked(question.text, _SAID) else None


def _words(question: Question) -> Mapping[str, Any] | None:
    """“latency_ms 800”, “latency_ms off”, “latency_ms default”."""
    metric, _, rest = question.text.strip(" ?.!").partition(" ")
    word = rest.strip().removeprefix("to ").lower()
    if metric.lower() not in BY_METRIC:
        return None
    if word in ("off", "none", "default"):
        return {"metric": metric.lower(), "use": "the default" if word == "default" else "none"}
    try:
        return {"metric": metric.lower(), "limit": float(word)}
    except ValueError:
        return None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "thresholds", "What log events are held against.", ("thresholds",), Thresholds, answer, _reads,
        command="thresholds", remembered=False,
    ),
    Intent(
        "change_threshold", "Change the limit of one metric, or switch it off.",
        ("threshold latency_ms 800", "threshold latency_ms default"), ChangeThreshold, change,
        title="Change a threshold", command="threshold", words=_words, submit="Change it",
        needs=Role.ADMIN, remembered=False,
    ),
)  # fmt: skip
