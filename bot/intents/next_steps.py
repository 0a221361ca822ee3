"""What should be done about an issue or an AI tool that is not well: now, soon, and for good. Each with its reason."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from bot.analysis.signal_kinds import kinds, simplified
from bot.intents import kb
from bot.intents.advice import HORIZONS, effect
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.issue import Issue, IssueId
from bot.model.reply import Block, Button, Buttons, Reply, Strong, Text
from bot.model.spend import Advice, Advised, Horizon, Pace
from bot.model.text import many
from bot.ports.desks import Whole
from bot.ports.incidents import Wanted
from bot.ports.tools import Tools

GROWN, SLOWER, WORSE = 1.2, 1.3, 0.01
MOST = 200
_SAID = (
    r"what (?:should|can|could|do|must) (?:i|we) do (?:about|against|with) (?:the |this |that |our )?(?P<about>.+?)"
    r"(?: issues?| problems?| alerts?| anomal(?:y|ies))?",
    r"how (?:do|can|should|could) (?:i|we) (?:fix|solve|improve|address) (?:the |this |that |our )?(?P<about>.+?)"
    r"(?: issues?| problems?| alerts?| anomal(?:y|ies))",
    r"(?:what|which) (?:are (?:the )?)?(?:next steps|steps) (?:for|about|against) (?:the |this |that )?(?P<about>.+?)"
    r"(?: issues?| problems?| alerts?| anomal(?:y|ies))?",
)
_THIS = frozenset({"this", "that", "it", "issue", "problem", "alert", "anomaly", "this one", "that one", "<id>"})


class NextSteps(BaseModel, frozen=True):
    about: str = Field("", max_length=200, title="About", description="Such as latency, or the name of a tool")
    issue: str = Field("", max_length=200, title="Issue")


@dataclass(frozen=True, slots=True)
class Step:
    horizon: Horizon
    says: str
    why: str
    advice: Advice | None = None


async def answer(ask: NextSteps, tools: Tools) -> Reply:
    tenant = tools.turn.tenant
    budget = await tools.desks.spending.budget(tenant)
    if not budget.recommendations:
        raise Rejected("Advice is switched off here.", advice="An administrator can say `ai advice on`.")
    found = await tools.desks.spending.advised(tenant)
    whole = await _meant(ask, tools)
    pace = _tool(ask.about, whole, found)
    if whole is None and pace is None:
        return await _a_page(ask, tools) or _nothing(ask)
    steps = [*(_of_issue(whole) if whole else ()), *(_of_tool(pace, found) if pace else ())]
    name = whole.issue.title if whole else f"{pace.tool}" if pace else ""
    return Reply(
        _summary(name, steps),
        tuple(block for horizon in HORIZONS for block in _shown(horizon, steps)),
        _buttons(whole, pace),
        title="What to do",
        footer=f"From what is kept of the issue and of the calls, read {figures.clock(tools.turn.at)}",
        rateable=True,
    )


async def _meant(ask: NextSteps, tools: Tools) -> Whole | None:
    """The one that is named or whose thread this is, else the worst open one of this kind."""
    desk, tenant = tools.desks.incidents, tools.turn.tenant
    if ask.issue:
        return await desk.whole(tenant, IssueId(ask.issue))
    wanted = kinds(simplified(ask.about))
    every = await desk.find(tenant, Wanted(open=True, limit=MOST))
    fitting = [one for one in every if _fits(one, ask.about, wanted)]
    best = max(fitting, key=lambda one: (one.severity.rank, one.opened_at), default=None)
    return await desk.whole(tenant, best.id) if best else None


def _fits(issue: Issue, about: str, wanted: frozenset[str]) -> bool:
    if wanted & kinds(simplified(f"{issue.title} {issue.labels.get('alertname', '')}")):
        return True
    return any(_same(about, service) for service in issue.services)


def _tool(about: str, whole: Whole | None, found: Advised) -> Pace | None:
    """The one that the issue or the question is about; else, of what is asked, the one that got worse the most."""
    names = [about, *(whole.issue.services if whole else ())]
    named = next((one for one in found.paces if any(_same(one.tool, name) for name in names)), None)
    if named or whole or "latency" not in kinds(simplified(about)):
        return named
    slower = [(now / before, one) for one in found.paces
              if (now := one.latency) and (before := one.latency_before) and now >= SLOWER * before]  # fmt: skip
    return max(slower, key=lambda pair: pair[0])[1] if slower else None


def _of_issue(whole: Whole) -> Iterator[Step]:
    issue = whole.issue
    if issue.seen and issue.seen.helped:
        when = f"{issue.seen.resolved_at:%d %B %Y}"
        yield Step("immediate", f"Do what helped before: {issue.seen.helped}", f"It was like this until {when}.")
    if issue.diagnosis and issue.diagnosis.next_step:
        cause = f"The analysis says: {issue.diagnosis.cause}"
        yield Step("immediate", issue.diagnosis.next_step, cause)
    if issue.runbook:
        yield Step("immediate", "Follow the runbook.", f"The alert names it: {issue.runbook}")
    if issue.open and issue.owner is None:
        yield Step("immediate", "Take it, so that nobody does it twice.", "It has no owner.")
    if not issue.runbook:
        yield Step("short-term", "Write down what to do, and name it in the alert.", "The alert names no runbook.")
    if before := len(whole.earlier):
        times = "once" if before == 1 else f"{before} times"
        yield Step("long-term", "Remove the cause, rather than its effect.", f"The same was resolved {times} before.")


def _of_tool(pace: Pace, found: Advised) -> Iterator[Step]:
    yield from _of_pace(pace)
    for one in found.advice:
        if one.tool == pace.tool and one.kind != "growth":
            yield Step(one.horizon, f"{one.title}.", f"{one.evidence[0]} It would save {effect(one)}.", one)


def _of_pace(pace: Pace) -> Iterator[Step]:
    if pace.tokens and pace.tokens_before and pace.tokens >= GROWN * pace.tokens_before:
        yield Step(
            "immediate", f"Shrink the prompts of {pace.tool}.",
            f"A call read {pace.tokens:,.0f} tokens in the last 7 days, {pace.tokens_before:,.0f} in the 28 before.",
        )  # fmt: skip
    if pace.failing is not None and pace.failing >= WORSE and pace.failing >= GROWN * (pace.failing_before or 0.0):
        before = (
            ""
            if pace.failing_before is None
            else f", {figures.measured(pace.failing_before, 'ratio')} in the 28 days before"
        )
        yield Step(
            "immediate", f"Look at the failures of {pace.tool}.",
            f"{figures.measured(pace.failing, 'ratio')} of its calls failed in the last 7 days{before}.",
        )  # fmt: skip
    if pace.latency and pace.latency_before and pace.latency >= SLOWER * pace.latency_before:
        now, before = (figures.measured(value, "seconds") for value in (pace.latency, pace.latency_before))
        models = ", ".join(name for name, _ in pace.models[:2] if name)
        asks = f" (it asks {models})" if models else ""
        yield Step(
            "short-term", f"Try a faster model for simple questions to {pace.tool}{asks}.",
            f"A call takes {now} on average in the last 7 days, {before} in the 28 days before.",
        )  # fmt: skip


async def _a_page(ask: NextSteps, tools: Tools) -> Reply | None:
    """What somebody wrote down of it, where that plainly answers."""
    if not ask.about:
        return None
    search = kb.sought(kb.Kb.model_validate({"query": ask.about, "how": True}))
    return kb.strongest(await tools.desks.knowledge.search(tools.turn.tenant, search))


def _nothing(ask: NextSteps) -> Reply:
    return Reply(
        f"No open issue is about {ask.about or 'that'}, and no AI tool is known to be worse than before.",
        buttons=(Button("Open issues", "issues"), Button("Advice", "advice")),
        tone="good",
    )


def _shown(horizon: str, steps: Sequence[Step]) -> Iterator[Block]:
    mine = [one for one in steps if one.horizon == horizon]
    yield Text((Strong(f"{horizon.capitalize()}"), "" if mine else ": nothing that what is kept gives a reason for."))
    for one in mine:
        yield Text((f"{one.says} ", f"Because: {one.why}"), listed=True)
        if one.advice:
            yield Buttons((Button("Explain", "explain_advice", {"advice": one.advice.name}),))


def _summary(name: str, steps: Sequence[Step]) -> str:
    if not steps:
        return f"{name}: what is kept gives no reason for any step."
    first = next(one for horizon in HORIZONS for one in steps if one.horizon == horizon)
    count = many(len(steps), "step")
    return f"{name}: {count}. First: {first.says}"


def _buttons(whole: Whole | None, pace: Pace | None) -> tuple[Button, ...]:
    row = [Button("Open issue", "show_issue", {"issue": whole.issue.id})] if whole else []
    if pace:
        row.append(Button("Why?", "usage_why", {"tool": pace.tool}))
    return (*row, Button("All advice", "advice"))


def _same(one: str, other: str) -> bool:
    plain = re.sub(r"[\W_]+", " ", one).strip().casefold()
    return bool(plain) and plain == re.sub(r"[\W_]+", " ", other).strip().casefold()


def _reads(question: Question) -> Reading | None:
    found = asked(question.text, _SAID)
    if found is None:
        return None
    about = found["about"].strip()
    if about in _THIS or not about:
        return Reading("next_steps", {"issue": question.issue}, 0.95) if question.issue else None
    return Reading("next_steps", _given(about, question), 0.9)


def _given(about: str, question: Question) -> dict[str, str]:
    """In the thread of an issue it is that one, unless another thing is named."""
    return {"about": about, **({"issue": question.issue} if question.issue and _is_kind(about) else {})}


def _is_kind(about: str) -> bool:
    return bool(kinds(simplified(about)))


def _words(question: Question) -> dict[str, str] | None:
    text = question.text.strip(" ?.!")
    return _given(text, question) if len(text.split()) <= 6 else None


INTENT = Intent(
    name="next_steps",
    help="What should be done about an issue or an AI tool: now, soon, and for good.",
    examples=("what should I do about the latency issue?", "next steps Chatbot"),
    asks=NextSteps,
    answer=answer,
    reads=_reads,
    title="What to do",
    command="next steps",
    words=_words,
    submit="Show",
    remembered=False,
)
