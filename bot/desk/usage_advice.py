"""What to do about an AI tool that is slow or fails: by the rule that explains it, soonest first. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.desk.usage_signs import Cause, RuleName

Horizon: TypeAlias = Literal["Immediate", "Short term", "Long term"]
HORIZONS: tuple[Horizon, ...] = ("Immediate", "Short term", "Long term")


@dataclass(frozen=True, slots=True)
class Step:
    horizon: Horizon
    words: str


_BY_RULE: Mapping[RuleName, tuple[Step, ...]] = {
    "longer prompts": (
        Step("Immediate", "Send fewer context items with each prompt, and see whether answers stay as good."),
        Step("Short term", "Set a limit of prompt tokens a call, and watch it."),
        Step("Long term", "Keep answers to common questions, so that they are not asked anew."),
    ),
    "longer answers": (
        Step("Immediate", "Limit the length of answers (max tokens) of this tool."),
        Step("Short term", "Ask for the short form in its prompt."),
    ),
    "more calls": (
        Step("Immediate", "Look at who calls it more than before, by operation and person."),
        Step("Short term", "Spread calls that nobody waits for, or send them in batches."),
    ),
    "more failures": (
        Step("Immediate", "Look at the most frequent kind of failure first."),
        Step("Short term", "Wait longer between retries, and stop after a few."),
    ),
    "less from the cache": (
        Step(
            "Immediate", "Look at what changed at the beginning of its prompts: only an unchanged beginning is cached."
        ),
        Step("Short term", "Put what stays the same first in the prompt, what differs last."),
    ),
    "one model for all calls": (
        Step("Short term", "Try a smaller model for short, simple calls; compare its answers before you switch."),
    ),
}
_ERRORS: Mapping[str, str] = {
    "timeout": "Timeouts: give less to read in one call, or more time.",
    "rate": "Rate limits: spread the calls, wait as long as the provider asks, or raise the limit there.",
    "context": "Too long for the model: cut the input before it is sent.",
    "auth": "Refused keys: look at the key of this tool and what it may do.",
    "content": "Refused content: look at what was sent, and say so to the person who asked.",
}


def steps(causes: Sequence[Cause]) -> tuple[Step, ...]:
    """By horizon; the primary cause first within each."""
    every = [step for cause in causes for step in _BY_RULE[cause.rule]]
    return tuple(dict.fromkeys(sorted(every, key=lambda one: HORIZONS.index(one.horizon))))


def about_error(kind: str) -> Step | None:
    low = kind.lower()
    return next((Step("Immediate", words) for part, words in _ERRORS.items() if part in low), None)
