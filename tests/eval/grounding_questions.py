"""What is asked of the demo world, so that every intent that tells figures, times or names answers."""

SERVICES = ("checkout", "payments", "search", "shipping", "catalog", "auth", "frontend")
QUESTIONS = (
    "status", "summary", "p95 latency by service", "error rate by service", "cost by tool this week",
    "cost by tool today", "tokens by tool today", "calls by tool today", "memory usage for the last week",
    "cpu by service last 24 hours", "request rate by region", "slo", "slo last 7 days",
    "compare checkout and payments", "compare search and shipping",
    "compare error rates between production and staging",
    "how does this week compare to last week?", "when do we typically have peak usage?",
    "trends latency search last 14 days", "how many events were created in the last 24 hours?",
    "AI spend this week", "AI spend last 24 hours", "anomalies", "free disk space", "issues", "alerts", "datasources",
    "how many requests per second does checkout have by region?", "number of pod restarts",
    *(f"{asked} {one}" for one in SERVICES for asked in (
        "error rate of", "p95 latency of", "health", "requests of", "memory of", "why is latency high in",
        "errors in logs for", "events of",
    )),
    "was checkout healthy yesterday?", "uptime of shipping this month", "error budget of checkout",
    "errors of payments in the last 3 hours by region", "latency of search yesterday",
)  # fmt: skip
# Of what came since: in their order, as later ones name what earlier ones showed.
ABOUT = (
    "investigate checkout", "investigate payments", "impact", "impact checkout", "around errors", "around latency",
    "server metrics", "server metrics checkout", "promql sum by (service) (rate(http_requests_total[5m]))",
    "promql http_requests_total last 6h step 30m", 'logql {service="checkout"} |= "error" last 30m limit 20',
    'logql sum by (level) (count_over_time({service="checkout"} | json [5m])) last 2h', "show queries", "home",
    "issue ISSUE", "issue ISSUE2", "issues mine", "issues all", "alerts history", "impact ISSUE",
    "ack ISSUE", "identify ISSUE2", "note ISSUE restarted the pods at once", "workaround ISSUE turn the report off",
    "assign ISSUE to me", "escalate ISSUE2", "draft ISSUE", "drafts", "draft customer ISSUE2",
    "resolve ISSUE2", "reopen ISSUE2", "unack ISSUE",
    "pipeline", "pipeline force database critical", "flagged", "flagged checkout", "latest log events", "event EVENT",
    "thresholds", "threshold latency_ms 800", "silence ISSUE for 2h", 'silence service="search" for 3h',
    "silences", "maintenance checkout 2h why=database move", "oncall", "oncall tomorrow", "shifts primary",
    "cover primary by ben.ortner@example.com from 18:00 to 22:00", "shift 8h", "what happened last night?",
    "I need a human", "ticket TICKET", "tickets", "account", "support", "mode", "context set environment=production",
    "context", "history", "transcript", "rate 5", "ratings", "rule propose shop means checkout", "rules", "rule RULE",
    "rule approve RULE", "kb checkout slow", "kb database pool", "kb show DOCUMENT", "kb pages", "datasource demo",
    "datasource test demo", "apps", "app add shop", "app shop", "app metrics shop", "apps discover",
    "cost", "cost by model 7d", "how much have we spent on AI this month?", "usage", "usage 7d", "usage by model 7d",
    "usage trends Chatbot", "usage trends", "usage compare", "compare AI cost this month with last month",
    "usage why Chatbot", "why is the chatbot slow today?", "forecast", "forecast by tool", "advice",
    "how can I reduce AI costs?", "next steps Chatbot", "what should I do about the latency issue?", "ai budget",
    "ai budget Chatbot 40 60", "anomalies resolved", "watches", "watch propose", "watch limit WATCH above 90",
    "watch sum(rate(http_requests_total[5m]))", "report every weekday at 9:00 slo", "report", "audit 24h",
    "audit ISSUE", "undelivered", "budget", "model calls", "preview", "export csv", "help",
)  # fmt: skip
SHAPES = {
    "ISSUE2": r"(?<![\w-])(ISS-\d{8,}-(?!checkout)[\w-]+?)(?=[\\\"\s.,“”])",
    "ISSUE": r"(?<![\w-])(ISS-\d{8,}-[\w-]+?)(?=[\\\"\s.,“”])",
    "EVENT": r"(EVT-\d+-\w+)", "TICKET": r"(TICKET-\d{4}-\d+)", "RULE": r"(?<!\w)(R\d+)(?!\w)",
    "DOCUMENT": r"(kb_\w{12})", "WATCH": r"(?<!\w)(W\d+)(?!\w)",
}  # fmt: skip
