"""The model's analysis of an issue: it chooses among facts that were measured, and says in a sentence what they mean.

Evidence, queries and the next step are the rules' own; so is the word on how sure that is, which it can only lower.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.analysis.diagnosis import diagnose
from bot.analysis.hints import hints
from bot.desk.fence import fenced, private
from bot.desk.grounding import Facts, ground
from bot.model import figures
from bot.model.analysis import Analysis, Confidence, Context
from bot.model.issue import Clue
from bot.model.severity import Severity
from bot.pipeline.prompts.prompts import AnalysisPrompt, rendered
from bot.ports.model import Brief, Consults, Task

PATIENCE = timedelta(seconds=25)
MOST_FACTS, MOST_CLUES, LONGEST_CAUSE, LONGEST_NAME = 24, 5, 240, 60
SURE: tuple[Confidence, ...] = ("not clear yet", "low", "fair", "high")
ALONE = 0.3  # where the rules find nothing, and the model does


class AnalysisWords(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal[
        "deploy", "outage", "dependency", "saturation", "traffic", "region", "instance", "seen_before", "unclear"
    ]
    cause: str = Field(min_length=1, max_length=LONGEST_CAUSE)
    confidence: Literal["high", "fair", "low", "not clear yet"]
    severity: Severity
    evidence: list[int] = Field(max_length=MOST_FACTS)
    services: list[str]
    regions: list[str]


class ModelAnalyst:
    """Fills bot.ports.analyst.Analyst."""

    def __init__(self, consults: Consults) -> None:
        self._consults = consults

    async def analyse(self, context: Context) -> Analysis | None:
        by_rules = diagnose(context)
        clues = numbered(context, by_rules)
        if not clues:
            return None  # nothing was measured: there is nothing to choose from
        asked = rendered(prompt(context, by_rules, clues))
        brief = Brief(
            Task.ANALYSIS, asked.version, asked.system, asked.user, AnalysisWords, PATIENCE, context.issue.id
        )  # fmt: skip
        words = await self._consults.ask(context.tenant, brief)
        return made(words, context, by_rules, clues) if words else None


def numbered(context: Context, by_rules: Analysis) -> Sequence[Clue]:
    """All that speaks for or against something, the rules' choice first."""
    spoken = [one.clue for one in hints(context)]
    return list(dict.fromkeys((*by_rules.clues, *by_rules.against, *spoken, *by_rules.order)))[:MOST_FACTS]


def prompt(context: Context, by_rules: Analysis, clues: Sequence[Clue]) -> AnalysisPrompt:
    issue = context.issue
    events = [f"{one.at:%H:%M} {one.level} {one.service}: {one.message}" for one in context.events]
    alert = [issue.title, *issue.description.splitlines()]
    kinds = {one.kind: None for one in hints(context)}
    return AnalysisPrompt(
        severity=issue.severity.value,
        since=figures.clock(issue.opened_at),
        services=tuple(_shown(by_rules.services)),
        regions=tuple(_shown(_regions(context, by_rules))),
        facts=tuple(private(one.says) for one in clues),
        kinds=tuple(kinds) or ("unclear",),
        data=tuple(filter(None, (fenced("The alert", alert), fenced("Flagged log events", events)))),
    )


def made(words: AnalysisWords, context: Context, by_rules: Analysis, clues: Sequence[Clue]) -> Analysis | None:
    """Pure. None: a part of it does not hold, and then the rest is not believed either."""
    chosen = [clues[number - 1] for number in dict.fromkeys(words.evidence) if 1 <= number <= len(clues)]
    whole = len(chosen) == len(set(words.evidence)) and (chosen or words.kind == "unclear")
    services, regions = _shown(by_rules.services), _shown(_regions(context, by_rules))
    named = set(words.services) <= set(services) and set(words.regions) <= set(regions)
    if not whole or not named or words.severity is not context.issue.severity:
        return None
    if by_rules.kind not in (words.kind, "unclear"):
        return None  # the rules have signs for something else, and say them
    said = ground(words.cause, facts(context, by_rules, clues))
    if not said.whole:
        return None
    confidence, share = _sure(words, by_rules)
    return replace(
        by_rules,
        cause=said.text,
        kind=words.kind,
        confidence=confidence,
        share=share,
        by="model",
        clues=tuple(chosen[:MOST_CLUES]) or by_rules.clues,
        services=tuple(services[one] for one in words.services) or by_rules.services,
        regions=tuple(regions[one] for one in words.regions) or by_rules.regions,
    )


def facts(context: Context, by_rules: Analysis, clues: Sequence[Clue]) -> Facts:
    issue = context.issue
    here = (*by_rules.services, *_regions(context, by_rules), issue.service)
    told = (*(one.says for one in clues), by_rules.cause, by_rules.first, issue.measured, issue.normal, *here)
    told += (f"{issue.opened_at:%H:%M}", *(f"{one.title} {one.of}" for one in context.moved))
    lines = (issue.description, *(one.message for one in context.events))
    beside = {name.lower() for one in context.beside for name in one.services}
    elsewhere = frozenset(beside - {one.lower() for one in here})
    subjects = {one.lower(): "service" for one in (*by_rules.services, *beside)}
    subjects |= {one.lower(): "region" for one in _regions(context, by_rules)}
    return Facts(told, (issue.title,), lines, elsewhere, issue.severity.value, open=issue.open, subjects=subjects)


def _sure(words: AnalysisWords, by_rules: Analysis) -> tuple[Confidence, float]:
    if words.kind == "unclear":
        return "not clear yet", min(by_rules.share, ALONE)
    if by_rules.kind == "unclear":
        return "low", ALONE
    sure = min(words.confidence, by_rules.confidence, key=SURE.index)
    share = {"high": by_rules.share, "fair": min(by_rules.share, 0.79), "low": min(by_rules.share, 0.49)}
    return (sure, share[sure]) if sure in share else ("low", ALONE)


def _shown(names: Sequence[str]) -> dict[str, str]:
    """What the model is told, and what it stands for."""
    return {private(one, LONGEST_NAME): one for one in names}


def _regions(context: Context, by_rules: Analysis) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*by_rules.regions, *context.issue.regions)))
