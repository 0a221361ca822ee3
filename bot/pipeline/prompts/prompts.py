"""Prompts as data, and as the text that is sent. The version of a template stands in its first line. Pure."""

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import ClassVar, TypeAlias

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.model.analysis import CauseKind

_VERSION = re.compile(r"\{# ([\w-]+/\d+) #\}\n")
_DIVIDER = "=== user ===\n"


@dataclass(frozen=True, slots=True)
class AnalysisPrompt:
    template: ClassVar[str] = "analysis.md.j2"
    severity: str
    since: str
    services: tuple[str, ...]
    regions: tuple[str, ...]
    facts: tuple[str, ...]
    kinds: tuple[CauseKind, ...]
    data: tuple[str, ...] = ()  # fenced


@dataclass(frozen=True, slots=True)
class EntryPrompt:
    template: ClassVar[str] = "entry.md.j2"
    facts: tuple[str, ...]
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailPrompt:
    template: ClassVar[str] = "mail.md.j2"
    customers: bool
    facts: tuple[str, ...]
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanPrompt:
    """`facts`: the commands there are; the question and what it may be about are `data`."""

    template: ClassVar[str] = "plan.md.j2"
    now: str
    facts: tuple[str, ...]
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookPrompt:
    """What to look at next, in an investigation."""

    template: ClassVar[str] = "investigate-step.md.j2"
    service: str
    window: str
    facts: tuple[str, ...]
    looks: tuple[tuple[str, str], ...]
    services: tuple[str, ...]
    done: tuple[str, ...]
    left: int
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TalkPrompt:
    """What an investigation has found, in plain words."""

    template: ClassVar[str] = "investigate-words.md.j2"
    service: str
    window: str
    facts: tuple[str, ...]
    data: tuple[str, ...] = ()


Prompt: TypeAlias = AnalysisPrompt | EntryPrompt | MailPrompt | PlanPrompt | LookPrompt | TalkPrompt


@dataclass(frozen=True, slots=True)
class Rendered:
    version: str
    system: str
    user: str


def rendered(prompt: Prompt) -> Rendered:
    """Values are put in as they are: what is not ours comes fenced, and is no template."""
    given = {field.name: getattr(prompt, field.name) for field in fields(prompt)}
    text = _templates().get_template(prompt.template).render(given)
    system, _, user = text.partition(_DIVIDER)
    return Rendered(_version(prompt.template), system.strip(), user.strip())


@cache
def _version(template: str) -> str:
    loader = _templates().loader
    assert loader is not None
    found = _VERSION.match(loader.get_source(_templates(), template)[0])
    assert found is not None, template
    return found[1]


@cache
def _templates() -> Environment:
    return Environment(  # noqa: S701 - text for a model, no page
        loader=PackageLoader("bot.pipeline", "prompts"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
