"""A correction in somebody's own words, proposed as a rule: what was meant, the unit, the runbook, the limit."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.intents.intent import Intent, Question
from bot.intents.rules import card
from bot.model.errors import Rejected
from bot.model.harmless import clean
from bot.model.reply import Reply
from bot.model.rule import LASTS, MOST_DAYS, RuleDraft, RuleKind
from bot.pipeline.thresholds import BY_METRIC
from bot.pipeline.watch_kinds import limits
from bot.ports.tools import Tools

FORWARDS = ("http://", "https://")
_MEANS = re.compile(r"^[“\"']?(?P<said>.+?)[”\"']? (?:means|is called|stands for) [“\"']?(?P<means>.+?)[”\"']?$", re.I)
_UNIT = re.compile(r"^(?P<said>[a-zA-Z_:][\w:]*) is (?:measured |counted )?in (?P<means>\S.*)$", re.I)
_RUNBOOK = re.compile(r"^(?:the )?runbook (?:for|of) (?P<said>.+?) is (?P<means>\S+)$", re.I)
_LIMIT = re.compile(r"^(?P<said>W\d+|\w+_\w+) (?:tells )?(?P<means>(?:above|below|over|under) .+)$", re.I)


class ProposeRule(BaseModel, frozen=True):
    kind: Literal["alias", "unit", "runbook", "threshold"] = Field("alias", title="What it is about")
    said: str = Field(
        min_length=1, max_length=120, title="Said", description="The words, the metric, the alert or the watch"
    )
    means: str = Field(
        min_length=1, max_length=300, title="Means",
        description="A service or metric; ms, bytes, %; the address of a page; above 90 %",
    )  # fmt: skip
    why: str = Field("", max_length=500, title="Why", description="For whoever reviews it")
    days: int = Field(LASTS.days, ge=1, le=MOST_DAYS, title="Days", description="How long it holds")
    of: str = Field("", max_length=300)


async def answer(ask: ProposeRule, tools: Tools) -> Reply:
    turn = tools.turn
    said, means, kind = _plain(ask.said), _plain(ask.means), RuleKind(ask.kind)
    if not said or not means or said.casefold() == means.casefold():
        raise Rejected("A rule says that one thing means another.", advice="Such as: rule propose shop means checkout")
    if kind is RuleKind.RUNBOOK and not means.startswith(FORWARDS):
        raise Rejected("A runbook is the address of a page.", advice="It begins with https://")
    above, below = None, None
    if kind is RuleKind.THRESHOLD:
        said, (above, below) = await _limit(said, means, tools)
    question = await tools.desks.rules.question(turn.actor)
    draft = RuleDraft(kind, said, means, _plain(ask.why), ask.of, question[:300], ask.days, above, below)
    return card(await tools.desks.rules.propose(turn.actor, draft, turn.account))


async def _limit(said: str, means: str, tools: Tools) -> tuple[str, tuple[float | None, float | None]]:
    """Of a watch, by its short name, or of a metric of log events."""
    if held := BY_METRIC.get(said.casefold()):
        above, below = limits(means, held.unit)
        if (above is None) == (below is None):
            raise Rejected("A threshold of log events is one limit.", advice="Say it like above 300.")
        limit = below if above is None else above
        if limit is not None and (problem := held.refuses(limit)):
            raise Rejected(problem)
        return held.metric, (above, below)
    every = await tools.desks.watches.every(tools.turn.tenant)
    known = next((one.watch for one in every if one.watch.id == said.upper()), None)
    if known is None:
        raise Rejected(f"I know no watch and no threshold “{said}”.", advice="`watches` and `thresholds` list them.")
    return known.id, limits(means, known.unit)


def _plain(text: str) -> str:
    return " ".join(clean(text).split()).strip("“”\"' ")


def _words(question: Question) -> Mapping[str, Any] | None:
    text = question.text.strip(" .")
    for kind, pattern in (("runbook", _RUNBOOK), ("threshold", _LIMIT), ("unit", _UNIT), ("alias", _MEANS)):
        if found := pattern.match(text):
            return {"kind": kind, "said": found["said"], "means": found["means"]}
    return None


INTENT = Intent(
    name="propose_rule",
    help="Teach me what you mean; another person reviews it.",
    examples=("rule propose shop means checkout", "rule propose queue_wait is in ms"),
    asks=ProposeRule,
    answer=answer,
    title="Propose a rule",
    command="rule propose",
    words=_words,
    submit="Propose it",
    remembered=False,
)
