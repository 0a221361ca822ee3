"""How a question is understood, told before anything is run for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from bot.model.message import Role
from bot.model.reply import Reply

Urgency: TypeAlias = Literal["low", "normal", "high"]
By: TypeAlias = Literal["command", "rule", "sources", "nothing"]


@dataclass(frozen=True, slots=True)
class Understood:
    question: str
    read: str  # the same in the words that people taught
    urgency: Urgency
    intent: str = ""  # empty: nothing fits
    help: str = ""
    needs: Role = Role.VIEWER
    by: By = "nothing"
    words: tuple[str, ...] = ()  # without any one of which it would be read otherwise, or less surely
    arguments: Mapping[str, Any] = field(default_factory=dict)  # without secrets
    confidence: float = 0.0
    sure: bool = False  # it would be answered so; else it is asked back, or somebody else knows
    names: Mapping[str, str] = field(default_factory=dict)  # that exist: a label and its value
    corrected: Mapping[str, str] = field(default_factory=dict)  # what was written, and the name that it was taken for
    query: str = ""
    taught: tuple[str, ...] = ()  # what rules that people taught changed
    taken: Mapping[str, str] = field(default_factory=dict)  # of the arguments, what the session is about
    model: bool = False  # a language model would be asked
    model_says: str = ""  # why, or why not
    asks_back: Reply | None = None
    about: str | None = None  # the service, application or tool that it names
    category: str | None = None  # the topic of its intent
