"""What people say about incidents: each line is one thing somebody might type, and what it must be read as."""

import pytest

from bot.conversation.understanding import SURE_FROM, surely_meant, understand
from bot.intents.catalog import BY_COMMAND, BY_NAME, INTENTS, TOPICS
from bot.model.message import Role
from tests.builders import KNOWN, question
from tests.desks import CHECKOUT
from tests.usage import CHARGED

ON_CHECKOUT = {"issue": CHECKOUT}
ACTS = {one.name for one in INTENTS if one.needs is not Role.VIEWER}


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        # with one word, and what stands behind it
        ("ack", "acknowledge", {}),
        ("ack this", "acknowledge", {}),
        (f"ack {CHECKOUT}", "acknowledge", ON_CHECKOUT),
        (f"ack {CHECKOUT.lower()}", "acknowledge", ON_CHECKOUT),
        (f'acknowledge issue="{CHECKOUT}"', "acknowledge", ON_CHECKOUT),
        ("unack", "unacknowledge", {}),
        ("identify", "identify", {}),
        ("resolve", "resolve", {}),
        ("resolve it please", "resolve", {}),
        (f"reopen {CHECKOUT}", "reopen", ON_CHECKOUT),
        ("escalate", "escalate", {}),
        ("note restarted Pods, As written", "note", {"text": "restarted Pods, As written"}),
        (f"note {CHECKOUT} second line", "note", {**ON_CHECKOUT, "text": "second line"}),
        ("workaround: turn search off", "set_workaround", None),
        ("workaround turn search off", "set_workaround", {"text": "turn search off"}),
        ("assign", "assign", {}),
        ("assign me", "assign", {"to": "me"}),
        ("assign @ben", "assign", {"to": "@ben"}),
        ("assign to ben ortner", "assign", {"to": "ben ortner"}),
        ("assign @U0BEN1", "assign", {"to": "@u0ben1"}),
        (f"assign {CHECKOUT} ben@example.com", "assign", {**ON_CHECKOUT, "to": "ben@example.com"}),
        ("silence it for two hours", "silence", {"span": "two hours"}),
        ("silence 2h", "silence", {"span": "2h"}),
        (f"silence {CHECKOUT} for 2h", "silence", {**ON_CHECKOUT, "span": "2h"}),
        ("silence until tomorrow", "silence", {"span": "until tomorrow"}),
        ("silence", "silence", {}),
        ("silence checkout for 30m", "silence", {"matchers": 'service="checkout"', "span": "30m"}),
        ('silence service="checkout" for 2h', "silence", {"matchers": 'service="checkout"', "span": "2h"}),
        (
            'silence {service="checkout", instance=~"web-.*"} 1h30m comment=new disks come',
            "silence",
            {"matchers": '{service="checkout", instance=~"web-.*"}', "span": "1h30m", "comment": "new disks come"},
        ),
        ("mute checkout for 30m", "silence", {"matchers": 'service="checkout"', "span": "30m"}),
        ("unsilence", "unsilence", {}),
        ("silences", "silences", {}),
        ("issues", "issues", {}),
        ("issues mine", "issues", {"which": "mine"}),
        ("issues high checkout", "issues", {"severity": "high", "service": "checkout"}),
        (f"issue {CHECKOUT}", "show_issue", ON_CHECKOUT),
        ("alerts", "alerts", {}),
        ("alerts history", "alerts", {"history": True}),
        ("alerts here", "tell_here", {}),
        ("alerts here at least high", "tell_here", {"at_least": "high"}),
        ('alerts here service="checkout"', "tell_here", {"match": 'service="checkout"'}),
        ("alerts here high checkout", "tell_here", {"at_least": "high", "match": 'service="checkout"'}),
        ("alerts stop here", "tell_no_more", {}),
        ("oncall", "oncall", {}),
        ("oncall primary", "oncall", {"rota": "primary"}),
        ("shifts primary 30d", "shifts", {"rota": "primary", "days": 30}),
        (
            "cover primary by ben@example.com from tomorrow 18:00 to 22:00",
            "cover",
            {"rota": "primary", "by": "ben@example.com", "start": "tomorrow 18:00", "end": "22:00"},
        ),
        ("cover primary for 2h", "cover", {"rota": "primary", "end": "2h"}),
        ("shift", "shift_summary", {}),
        ("pipeline", "pipeline", {}),
        ("pipeline status", "pipeline", {}),
        ("pipeline start", "start_pipeline", {}),
        ("pipeline start --seed 7 rate=60", "start_pipeline", {"seed": 7, "rate": 60}),
        ("pipeline stop", "stop_pipeline", {}),
        ("pipeline clear", "clear_pipeline", {}),
        ("pipeline force", "force_anomaly", {}),
        ("pipeline force database critical", "force_anomaly", {"type": "database", "critical": True}),
        ("flagged", "flagged", {}),
        ("flagged checkout", "flagged", {"service": "checkout"}),
        ("which events are flagged?", "flagged", {}),
        ("show me flagged events of checkout", "flagged", {"service": "checkout"}),
        ("event EVT-1773835200-a1b2c3", "event", {"event": "EVT-1773835200-a1b2c3"}),
        ("what is EVT-1773835200-a1b2c3?", "event", {"event": "EVT-1773835200-a1b2c3"}),
        ("watch the events here", "live_events", {}),
        ("watch events", "live_events", {}),
        ("show the log events live", "live_events", {}),
        ("live", "live_events", {}),
        ("live here for 2 hours", "live_events", {"minutes": 120}),
        ("live 45m", "live_events", {"minutes": 45}),
        ("live stop", "stop_live", {}),
        ("latest log events", "latest_events", {}),
        ("thresholds", "thresholds", {}),
        ("what are the thresholds?", "thresholds", {}),
        ("threshold latency_ms 800", "change_threshold", {"metric": "latency_ms", "limit": 800.0}),
        ("threshold cpu_percent off", "change_threshold", {"metric": "cpu_percent", "use": "none"}),
        ("threshold latency_ms default", "change_threshold", {"metric": "latency_ms", "use": "the default"}),
        ("events checkout last 24 hours", "events", None),
        ("shift 12h", "shift_summary", {"window": "12h"}),
        ("human", "human", {}),
        ("human My invoice is wrong", "human", {"reason": "My invoice is wrong"}),
        ("ticket TICKET-2026-000042", "ticket", {"ticket": "TICKET-2026-000042"}),
        ("tickets", "tickets", {}),
        ("ticket claim ticket-2026-000042", "claim_ticket", {"ticket": "TICKET-2026-000042"}),
        ("ticket reply We are On it.", "reply_ticket", {"text": "We are On it."}),
        ("maintenance checkout 2h why=the database moves", "maintenance",
         {"match": "checkout", "span": "2h", "why": "the database moves"}),
        ("audit", "audit", {}),
        ("audit export", "audit", {"export": True}),
        (f"audit {CHECKOUT} 24h", "audit", {"about": CHECKOUT, "window": "last 24 h"}),
        ("audit issue.resolve by ben yesterday", "audit", {"act": "issue.resolve", "by": "ben", "window": "yesterday"}),
        ("undelivered", "undelivered", {}),
        ("link", "link", {}),
        ("link abcd-efgh", "link", {"code": "ABCD-EFGH"}),
        ("home", "home", {}),
        ("help silence", "help", {"about": "silence"}),
        ("note", "help", {"about": "note"}),
        # in a sentence
        ("acknowledge this please", "acknowledge", {}),
        ("ok, can you ack this?", "acknowledge", {}),
        ("please mark it as resolved", "resolve", {}),
        ("mute this until tomorrow", "silence", {"span": "until tomorrow"}),
        ("could you please silence it for two hours?", "silence", {"span": "two hours"}),
        ("snooze it for half an hour", "silence", {"span": "half an hour"}),
        ("page the next one", "escalate", {}),
        ("give it to ben", "assign", {"to": "ben"}),
        ("what is open?", "issues", {}),
        ("anything burning?", "issues", {}),
        ("What’s mine?", "issues", {"which": "mine"}),
        ("which alerts are firing?", "alerts", {}),
        (f"show {CHECKOUT}", "show_issue", ON_CHECKOUT),
        (f"status of {CHECKOUT}", "show_issue", ON_CHECKOUT),
        (f"{CHECKOUT}?", "show_issue", ON_CHECKOUT),
        ("who is on call?", "oncall", {}),
        ("who's on call tonight", "oncall", {"at": "tonight"}),
        ("who is on call for payments?", "oncall", {"rota": "payments"}),
        ("who is on call next week?", "shifts", {}),
        ("what happened last night?", "shift_summary", {"window": "last night"}),
        ("hand over", "shift_summary", {}),
        ("I need a human", "human", {}),
        ("can I talk to a person?", "human", None),
        ("let me talk to a person", "human", {}),
        ("what is silenced?", "silences", {}),
        (f"I'm on {CHECKOUT}", "acknowledge", ON_CHECKOUT),
        (f"{CHECKOUT} is fixed", "resolve", ON_CHECKOUT),
    ],
)  # fmt: skip
def test_reads(text, intent, arguments):
    reading = understand(question(text))
    if arguments is None:
        assert reading is None or reading.intent == intent or reading.confidence < SURE_FROM
        return
    assert reading is not None
    assert (reading.intent, dict(reading.arguments)) == (intent, arguments)
    BY_NAME[intent].asks.model_validate({**arguments, "text": arguments.get("text", "x")})


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        ("I'm on it", "acknowledge", {}),
        ("I’m on it!", "acknowledge", {}),
        ("take it", "acknowledge", {}),
        ("looking", "acknowledge", {}),
        ("looking into it", "acknowledge", {}),
        ("resolved", "resolve", {}),
        ("it's fixed", "resolve", {}),
        ("false alarm", "resolve", {"text": "False alarm."}),
        ("it's back", "reopen", {}),
        ("we found the cause", "identify", {}),
        ("details", "show_issue", ON_CHECKOUT),
    ],
)
def test_a_statement_is_an_act_only_where_an_issue_is_spoken_of(text, intent, arguments):
    here = understand(question(text, issue=CHECKOUT))
    assert here is not None
    assert (here.intent, dict(here.arguments)) == (intent, arguments)
    elsewhere = understand(question(text))
    assert elsewhere is None or elsewhere.intent not in ACTS


LOOK_ALIKES = [
    "did anyone ack this?",
    "who acknowledged it?",
    "who acked this",
    "has somebody acknowledged it?",
    "ack this?",
    "ack?",
    "don't ack this",
    "I did not ack this",
    "should we silence it?",
    "should I silence this for two hours?",
    "shall we mute this until tomorrow",
    "why is it silenced",
    "never silence this",
    "please don't silence it",
    "don't resolve yet",
    "do not resolve this",
    "is it resolved?",
    "resolve this?",
    "not resolved",
    "it's not fixed",
    "it is not resolved yet",
    "when will it be resolved",
    "can we resolve this?",
    "can somebody ack this?",
    "somebody should escalate",
    "do we escalate?",
    "don't escalate",
    "no need to escalate",
    "escalate only if it gets worse",
    "is anyone looking?",
    "anyone looking into it?",
    "are you on it?",
    "I'm not on it",
    "he said “resolve this”",
    'Ben wrote "ack this"',
    "> ack this",
    "'resolve'",
    "reopen rate is high",
    "ack rate of checkout went down yesterday",
    "resolve dns of checkout first",
    "the assignment is hard",
    "silence is golden",
    "mute button",
    "note",
    "false alarm?",
    "was it a false alarm?",
    "not a false alarm",
]


@pytest.mark.parametrize("text", LOOK_ALIKES)
@pytest.mark.parametrize("issue", ["", CHECKOUT])
def test_look_alikes_never_act(text, issue):
    asked = question(text, issue=issue)
    reading = understand(asked)
    assert reading is None or reading.intent not in ACTS
    assert not surely_meant(text, reading)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ack this", True),
        ("ack", True),
        ("resolve", True),
        ("Resolve it.", True),
        ("silence it for two hours", True),
        ("escalate", True),
        ("assign to me", True),
        (f"ack {CHECKOUT}", True),
        ("I'm on it", False),  # said to colleagues
        ("looking", False),
        ("it's fixed", False),
        ("can you ack this?", False),  # asked of a colleague
        ("could you resolve it", False),
        ("what is open?", False),
        ("who is on call?", False),
        ("status", False),
        ("help", False),
        ("hi", False),
        ("note restarted the pods", False),
        ("human error in the deploy", False),
        ("issue with checkout", False),
        ("latency of checkout", False),
        ("link to the dashboard", False),
        ("open a ticket", False),
        ("silence service=checkout for 2h because the new disks are coming in and will be noisy", False),
    ],
)
def test_overheard_in_the_thread_of_an_issue_only_a_plain_command_counts(text, meant):
    asked = question(text, issue=CHECKOUT)
    assert surely_meant(text, understand(asked)) is meant


@pytest.mark.parametrize("verb", [verb for verb in BY_COMMAND if verb != "ask"])  # whose example is a question
def test_every_example_of_help_is_read_as_what_it_is_an_example_of(verb):
    intent = BY_COMMAND[verb]
    for example in intent.examples:
        names = CHARGED if intent in TOPICS["What AI costs"] else KNOWN
        reading = understand(question(example, issue=CHECKOUT, names=names))
        assert reading is not None, example
        assert reading.intent == intent.name, example


def test_what_changes_something_needs_a_role():
    looking = {one.name for one in INTENTS if one.needs is Role.VIEWER}
    assert looking == {
        "status_overview", "ask_metric", "ask_query", "health", "slo", "why", "impact", "compare", "trends", "around",
        "investigate", "stop", "mode", "context", "context_set", "context_clear", "history", "transcript",
        "session_new", "session_end", "session_delete", "rate",
        "events", "logs", "show_queries", "show_table", "show_panel", "export", "ask", "home", "issues", "show_issue",
        "alerts", "dismiss", "silences", "oncall", "shifts", "shift_summary", "human", "ticket", "reply_ticket", "link",
        "feedback", "help", "preview",
        "datasources", "datasource", "apps", "app", "app_metrics", "summary", "anomalies", "watches", "propose_watches",
        "report", "pause_report", "resume_report", "delete_report",  # which look at the role themselves
        "pipeline", "latest_events", "flagged", "event", "thresholds",
        "kb", "kb_show", "kb_pages", "budget", "request_budget",
        "cost", "usage", "usage_over", "usage_trends", "usage_compare", "usage_why",
        "forecast", "advice", "explain_advice", "next_steps", "ai_budget",
        "account", "support", "begin", "say_feedback", "server_metrics",
        "rules", "rule", "propose_rule",  # a proposal changes nothing before its review
        "explain_intent",  # runs nothing
    }  # fmt: skip
    assert {one.name for one in INTENTS if one.needs is Role.ADMIN} == {
        "tell_here", "tell_no_more", "audit", "undelivered", "resend", "resend_all", "add_datasource",
        "default_datasource", "switch_off_datasource", "switch_on_datasource", "remove_datasource", "save_source",
        "offered_datasources", "adopt_datasource", "add_app", "app_here", "preview_here",
        "forget_app_here", "remove_app", "save_app", "discover_apps", "confirm_app", "force_anomaly",
        "clear_pipeline", "change_threshold", "mode_here", "ratings", "change_budget", "model_calls", "model_call",
        "kb_add", "kb_keep",
        "kb_remove", "kb_read", "set_ai_budget", "switch_ai_advice",
    }  # fmt: skip


def test_names_and_verbs_are_used_once():
    assert len(BY_NAME) == len(INTENTS)
    assert len(BY_COMMAND) == len([one for one in INTENTS if one.command])
