"""Something is to be made and nothing is said of it yet: the form that asks what."""

from typing import Literal

from pydantic import BaseModel

from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.reply import Button, Reply
from bot.ports.tools import Tools

_RULE = (r"(?:create|make|add|set up|new) (?:an? |the |new )*(?:alert(?:ing)?(?: rule)?|rule|watch)(?: rule)?",)
_CHART = (
    r"(?:create|make|draw|show|build) (?:me )?(?:an? |the |new )*(?:chart|graph|plot)"
    r"(?: (?:showing|of|for|with))?[ .\u2026]*",
)


class Begin(BaseModel, frozen=True):
    what: Literal["rule", "chart"]


async def answer(ask: Begin, tools: Tools) -> Reply:  # noqa: ARG001
    if ask.what == "rule":
        return Reply(
            "A rule watches a query and tells you what is beyond its limit, or unusual. Which one?",
            buttons=(
                Button("Write the rule…", "watch", asks=("query", "name", "limit", "severity")),
                Button("Propose some", "propose_watches"),
                Button("On AI spend", "set_ai_budget", asks=("tool", "warning", "critical")),
            ),
        )
    return Reply(
        "A chart of what? Say it in your own words, such as “CPU of checkout, last 6 hours”, or choose.",
        buttons=(
            Button("Name it…", "ask", asks=("question",)),
            Button("Write a query…", "promql", asks=("query", "window", "step")),
            Button("AI usage", "usage_trends"),
        ),
    )


def reads(question: Question) -> Reading | None:
    if asked(question.text, _RULE):
        return Reading("begin", {"what": "rule"}, 0.95)
    return Reading("begin", {"what": "chart"}, 0.95) if asked(question.text, _CHART) else None


INTENT = Intent(
    name="begin",
    help="Make an alert rule or a chart: asked step by step.",
    examples=("create an alert rule", "create a chart showing..."),
    asks=Begin,
    answer=answer,
    reads=reads,
    remembered=False,
)
