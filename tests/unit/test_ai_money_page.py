"""docs/ai-money.md: every command as the catalogue has it, and the figures of the rules."""

from pathlib import Path

import pytest

from bot.analysis import ai_budget as rules
from bot.analysis import savings, spend_ahead, usage_spikes
from bot.desk.spending import MOST_CALLS
from bot.intents import advice, ai_budget, forecast, next_steps
from bot.intents.intent import AnyIntent

PAGE = (Path(__file__).parents[2] / "docs" / "ai-money.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())
INTENTS = [forecast.INTENT, *advice.INTENTS, next_steps.INTENT, *ai_budget.INTENTS]


@pytest.mark.parametrize("intent", [one for one in INTENTS if one.examples], ids=lambda intent: intent.name)
def test_every_command_stands_on_the_page(intent: AnyIntent):
    examples = ", ".join(f"“{example}”" for example in intent.examples)
    row = f"| `{intent.command or intent.examples[0]}` | {intent.help} | {examples} | {intent.needs.value} |"
    assert row in PAGE.splitlines()


@pytest.mark.parametrize(
    "said",
    [
        f"begins at a probability of {rules.OPENS:.0%}".replace("%", " %"),
        f"ends below {rules.HOLDS:.0%}".replace("%", " %"),
        f"up to {MOST_CALLS:,} of them",
        f"at least {savings.FEW} calls that read at most {savings.READ:,} tokens and wrote at most {savings.WRITTEN}",
        f"none shorter than {savings.LONG:,} tokens",
        f"{spend_ahead.BACK.days} days are looked at",
    ],
)
def test_the_figures_are_those_of_the_rules(said: str):
    assert said in WORDS


def test_figures_that_stand_there_in_words():
    """Whoever changes one of these changes the page, too."""
    assert (rules.LEAST_DAYS, rules.TOO_WIDE, savings.SMALL_SUM, savings.BURST, savings.AT_ONCE.seconds) == (
        7,
        2,
        1,
        5,
        10,
    )
    assert (usage_spikes.FAR, usage_spikes.BEYOND, usage_spikes.BEFORE.days) == (3, 1.5, 28)
    assert (spend_ahead.STALE, spend_ahead.MOST_PARTS) == (10, 12)
