"""Everything a person can ask, by topic. A new intent is a file beside this one and a line here."""

from bot.intents import (
    act_on_issue,
    acts,
    alerts,
    ask,
    ask_metric,
    assign,
    audit,
    cover,
    dismiss,
    feedback,
    help,  # noqa: A004
    home,
    human,
    issues,
    link,
    maintenance,
    oncall,
    shift_summary,
    show_issue,
    show_queries,
    silence,
    silences,
    silencing,
    status_overview,
    tell_here,
    tickets,
    undelivered,
)
from bot.intents.intent import AnyIntent

TOPICS: dict[str, tuple[AnyIntent, ...]] = {
    "How things are": (
        status_overview.INTENT,
        ask_metric.INTENT,
        show_queries.INTENT,
        ask.INTENT,
        home.INTENT,
    ),
    "Issues": (
        issues.INTENT,
        show_issue.INTENT,
        *acts.INTENTS,
        assign.INTENT,
        alerts.INTENT,
        act_on_issue.INTENT,
        dismiss.INTENT,
    ),
    "Keeping quiet": (silence.INTENT, *silencing.INTENTS, silences.INTENT, *maintenance.INTENTS),
    "On call": (*oncall.INTENTS, *cover.INTENTS, shift_summary.INTENT),
    "People": (human.INTENT, *tickets.INTENTS, link.INTENT, feedback.INTENT),
    "Administration": (*tell_here.INTENTS, audit.INTENT, *undelivered.INTENTS),
}

_LISTED = tuple(intent for listed in TOPICS.values() for intent in listed)
INTENTS: tuple[AnyIntent, ...] = (*_LISTED, help.about(TOPICS))
BY_NAME = {intent.name: intent for intent in INTENTS}

# Menus hold a dozen: these come first.
_FIRST = (
    "status",
    "issues",
    "ack",
    "resolve",
    "silence",
    "oncall",
    "home",
    "metric",
    "issue",
    "assign",
    "shift",
    "help",
)
_BY_COMMAND = {intent.command: intent for intent in INTENTS if intent.command}
BY_COMMAND = {verb: _BY_COMMAND[verb] for verb in (*_FIRST, *_BY_COMMAND)}
