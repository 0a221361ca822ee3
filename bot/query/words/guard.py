"""What never becomes a query: acts, secrets, other tenants, query text inside a name, orders to the translator."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.query.words import acts
from bot.query.words.index import Index

Verdict = Literal["refuse", "unsupported", "clarify"]


@dataclass(frozen=True)
class Stop:
    verdict: Verdict
    message: str


_SMUGGLED = re.compile(
    r"__name__|[{}]|=~|!~|\|=|\|~|\bor\s*\(|[\"'`]\s*\)|\[\d+[smhdwy](?::[^\]]*)?\]|\b"
    r"(?:rate|irate|increase|sum|histogram_quantile|label_replace"
    r"|count_over_time|vector|absent)(?:\(|\s+\((?=[^)]*[({\[]))|\$\(|;\s*\w|--\s|<script|\.\./|\bunion\s+select\b"
    r"|\bdrop\s+table\b|\bselect\s+\*|\x00|\bunwrap\b.*\|"
    r"|\bgroup_left\b|\bcurl\s+(?:-|https?:)|\|\s*(?:json|logfmt|sh|bash)\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"\b(?:ignore|forget|disregard|override|bypass|skip|drop|remove|disable|circumvent"
    r"|turn off)\b.{0,30}\b(?:rules?|instructions?|prompts?|polic(?:y|ies)"
    r"|restrictions?|limits?|filters?|guard\w*|checks?|previous|above|scope|scoping|safety|matchers?|isolation)\b"
    r"|\b(?:system prompt|developer mode|jailbreak|you are now|act as|pretend|role ?play"
    r"|as an ai|sudo|base64|decode (?:this|and))\b",
    re.IGNORECASE,
)
_SECRETS = (
    "password", "passwords", "passwd", "secret", "secrets", "credential", "credentials", "private key", "ssh key",
    "api key", "api keys", "apikey", "access token", "auth token", "bearer token", "env var", "env vars",
    "environment variable", "environment variables", "connection string", "kubeconfig", "/etc/passwd", "/etc/shadow",
    "credit card", "card numbers", "signing key", "tokens of users", "session cookie", "cookies", "dsn",
)  # fmt: skip
_KEY = re.compile(
    r"\b(?:the|our|my|your) (?:[\w-]+ ){0,3}?(?P<what>key|token|passphrase|passcode|pin|login data)\b"
    r"(?! (?:rate|count|errors?))"
)
# Counted, never shown.
_CODES = re.compile(
    r"\b(?:gift ?cards?|vouchers?|coupons?|promo|access|door|backup|recovery|one[- ]time|activation|licen[cs]e|entry)"
    r"[- ](?:codes?|keys?|pins?)\b(?! (?:used|redeemed|errors?|failures?|rate|count|requests?))"
)
_HARMLESS = re.compile(
    r"\b(?:wrong|bad|invalid|incorrect|forgotten|failed|expired|weak|mistyped)[ _-]passwords?\b"
    r"|\bpasswords? (?:log-?ins?|sign-?ins?|auth\w*|methods?|users?)\b"
    r"|\bpassword (?:failures?|errors?|resets?|attempts?|mismatch\w*|changes?)\b"
)
_POLITE = (
    r"(?:please|pls|plz|hey|hi|hello|ok|okay|now|can you|could you|would you|will you|can"
    r" u|i want you to|i need you to|you should|go ahead and|just|kindly|nightdesk|bot"
    r"|quickly|lets|let's|let us|,|\s)*"
)
_VERBS = (
    "restart|reboot|clean up|clean out|delete|remove|drop|kill|stop|start|shutdown|shut down|power off|scale"
    "|deploy|redeploy|rollback|roll back"
    "|revert|truncate|purge|flush|drain|cordon|uncordon|evict|disable|enable|update|upgrade"
    "|downgrade|patch|run|execute|exec|reset"
    "|rotate|fix|repair|resize|terminate|destroy|wipe|erase|clear|create|provision|set"
    "|change|modify|write|insert|install"
    "|uninstall|apply|migrate|move|block|ban|unblock|page|call|e-?mail|send|post|buy|cancel"
    "|pause|resume|fail ?over|failover|promote"
    "|demote|increase|decrease|raise|lower|add|turn off|turn on|switch off|switch on|silence"
    "|mute|acknowledge|ack|resolve|close"
    "|rerun|re-run|curtail|rebalance|reindex|reload|rebuild|reprocess|reschedule|quarantine|isolate|detach|attach"
    "|reconfigure|recreate|suspend|kick|throttle|bump|reboot|hibernate|requeue|repoint|redirect|undo|abort"
    "|disconnect|deactivate|activate|unsubscribe|subscribe|trigger|replay|requeue|retry|rebalance|refund|charge|approve"
    "|format|unmount|mount|ssh|login|log in|unlock|scrub|nuke|bounce|spin up|spin down|tear down|revoke|grant|unban"
)
# Plain words that act only with what stands behind them.
_DOES = (
    r"roll(?= [\w-]+(?: [\w-]+)? back\b)"
    r"|give(?= (?:every|each|all|them|him|her|everyone|(?:the )?(?:players?|users?))\b)"
    r"|take(?= [\w-]+ (?:down|offline|out)\b)|put(?= [\w-]+ (?:in|into|on|back|out)\b)"
    r"|mark(?= .+ as\b)|tell(?= \S+ to\b)|book(?= (?:a|an|the) )|end(?= the \w+\W*$)"
    r"|(?:dispatch|unplug|plug in|wake|hold|shift|award|refill|top up|dock|undock|pump|notify|sync|warm|cool|dim|lift"
    r"|retire|archive|publish|unpublish|freeze|unfreeze|thaw|feed|launch|boot|skip|deliver|reroute|recall|replace|reopen)"
    r"(?= (?:the|all|every|this|that|these|those|our|my|an?)\b)"
    r"|bring(?= [\w-]+ (?:up|down|back)\b)|let(?= (?:them|him|her|everyone|all|\w+-\d+) )"
)
_ACT = re.compile(rf"^{_POLITE}(?P<verb>{_VERBS}|{_DOES})\b(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_AND_ACT = re.compile(
    r"\b(?:and|then|;|also)\s+(?:then\s+)?(?P<verb>restart|reboot|delete|drop|kill|stop"
    r"|shutdown|scale|rollback|roll back|purge|flush|drain"
    r"|truncate|terminate|wipe|redeploy|remove|disable)\s+(?:it|them|the|that|those|all|every|this)\b",
    re.IGNORECASE,
)
_MEASURES = re.compile(
    r"^\s*(?:%(?!\w)|(?:pct|count|counts|rate|rates|ratio|duration|latency|time|times|total|size|sizes"
    r"|per|by|p\d\d|frequency|errors?|failures?|lag|over"
    r"|in|during|since|on|of|between|last|operations?|requests?|queue|attempts|calls?|events?"
    r"|number|percent\w*|share|depth|age|how|what|"
    r"traffic|throughput|volume|jobs?|bytes|loads|views|faults|hits|visits)\b)",
    re.IGNORECASE,
)
# `write conflicts in the last hour` counts them; nobody orders for a time that is over.
_NOUNS = frozenset(
    "write call page drop retry reset run change update move charge block refund login send trigger".split()
)
_COUNTED = re.compile(
    r"^\s+[a-z]+s\b(?: \([^)]*\))?(?: (?:of|on|at|for|by|per) [\w.-]+)*"
    r" (?:in|over|during|within) (?:the )?(?:last|past)\b",
    re.IGNORECASE,
)
_TENANT = re.compile(
    r"\b(?:(?:other|another|every|all|foreign|different|someone else'?s?|any|each|competitor'?s?)\s+"
    r"(?:tenant|customer|organi[sz]ation|org|compan|account|client|team)\w*(?:'s?)?"
    r"|cross[- ]tenant|tenants?\b|x-scope-orgid|orgid|org[_ ]id)\b",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    r"\b(?:tell|write|sing|compose)\s+(?:me\s+)?(?:a|an|some)\s+(?:joke|poem|story|song"
    r"|haiku|essay|script|limerick)|\bweather\b"
    r"|\bwho (?:is|was) (?:on[- ]call|the president)|\bremind me\b|\balert me\b|\bnotify"
    r" me\b|\bpage me\b|\btranslate\b|\bmeaning of life\b",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"^\s*how (?P<how>good|nice|great|fun|tasty|beautiful|cool|lovely|boring|pretty) (?:is|are|was|were)\b"
    r"|\b(?:do|would|did) you (?:think|like|love|hate|recommend|prefer)\b|\bin your opinion\b|\brecommend (?:me|us|a)\b"
    r"|\bwho (?:will|would|is going to|should) win\b|\bworth (?:watching|buying|reading|seeing)\b"
)
_EVENTS = re.compile(
    r"\b(?:since|after|before|around|following|until|during)\s+(?:the\s+|our\s+|my\s+|that\s+"
    r"|this\s+|a\s+)*(?:last|latest|previous|recent|most recent|two|three|\d+|current|big"
    r"|yesterday'?s|today'?s|first|next)*"
    r"\s*(?:\w+\s+){0,2}?(?P<event>deploy(?:ment|s|ments)?|releases?|rollouts?|incidents?"
    r"|outages?|upgrades?|migrations?|failovers?|maintenance"
    r"|rollbacks?|changeovers?|switch ?overs?|cut ?overs?"
    r"|reloads?|config changes?|merges?|commits?|black friday|restarts?|reboots?|crash(?:es)?|launch)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"\b(?:since|after|before) (?:the |our |its |their )?(?:last|latest|previous|most recent) "
    r"(?!\d|(?:second|minute|hour|day|night|week|weekend|month|quarter|year|time|few|couple|mon|tues?|wednes|thurs?|fri|satur|sun)(?:days?|s)?\b)"
    r"(?P<event>[a-z]+(?: [a-z]+)?)"
)
_CAUSES = re.compile(
    r"^\s*why\b|\broot cause\b|\bwho (?:deployed|broke|changed|caused|did|pushed|merged"
    r"|restarted)\b(?! (?:the )?(?:most|least))|\bwhat (?:caused|broke|changed|happened to)\b"
    r"|\bcorrelat\w+|\bexplain\b|\bhow (?:do|can|should|to) (?:i|we|fix|configure|install"
    r"|set)\b|\bshould (?:i|we)\b|\bis it safe\b|\brunbook\b",
    re.IGNORECASE,
)
# `why are they dropped? by cause` asks for a figure.
_BY_CAUSE = re.compile(
    r"\b(?:by|per|each|top|which|most|group\w*|split) (?:\w+ ){0,2}(?:causes?|reasons?|errors?|codes?|types?)\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"\b(?:every|all|any)(?: of)?(?: the| our| your)? (?:metrics?|time ?series|series|labels?"
    r"|data|databases?|values)(?!\s+(?:of|for|in|on|per|by))\b"
    r"|(?<!, )\beverything\b(?! (?:but|except|other than|summed|together|combined|added|included|else))"
    r"|\bdump (?:all|every|the)\b",
    re.IGNORECASE,
)


def stopped(text: str, index: Index) -> Stop | None:
    if len(text) > 1000:
        return Stop("refuse", "That is too long for a question; at most 1,000 characters, please.")
    return (
        _smuggled(text, index)
        or _secret(text, index)
        or _tenant(text, index)
        or _act(text, index)
        or _outside(text, index)
        or _event(text, index)
    )


def _smuggled(text: str, index: Index) -> Stop | None:
    bare = re.sub(r"\{(?:\w+)\}(?=/|\b|$)", "", text) if "/" in text else text  # a route such as /users/{id}
    if _SMUGGLED.search(bare) and not _is_metric_path(bare, index):
        return Stop(
            "refuse", "That has query text in it. Ask in plain words, or send a raw query with promql or logql."
        )
    if (order := _ORDERS.search(text)) and not any(index.is_value(word) for word in order[0].lower().split()):
        return Stop("refuse", "I only answer monitoring questions, within the rules of your team.")
    return None


def _secret(text: str, index: Index) -> Stop | None:
    low = _HARMLESS.sub(" ", text.lower())
    said = any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", low) for word in _SECRETS)
    if said and not _named(low, index, _SECRETS):
        return Stop("refuse", "I do not show secrets, credentials or environment variables, only metrics and logs.")
    codes = _CODES.search(low) and re.search(r"\b(?:show|print|list|give|get|what|which|all|dump|export)\b", low)
    key = _KEY.search(low)
    if codes or (key and not index.strengths(key["what"]) and not index.find(key["what"])):
        return Stop("refuse", "I do not show keys, tokens or codes, only metrics and logs.")
    return None


def _outside(text: str, index: Index) -> Stop | None:
    """What no metric and no line can answer, or no one query."""
    if (match := _OUTSIDE.search(text)) and not index.knows(match[0].lower()):
        return Stop("unsupported", f"I answer questions about metrics and logs; “{match[0]}” is not one I can answer.")
    if (match := _OPINION.search(text.lower())) and not index.knows(match["how"] or ""):
        return Stop("unsupported", "I can show what is measured; what to think of it I cannot tell.")
    if _EVERYTHING.search(text) and len(text.split()) < 12:
        return Stop("clarify", "That is more than one query can show. Which metric or service do you mean?")
    return None


def _event(text: str, index: Index) -> Stop | None:
    """Moments that nobody has measured, and causes."""
    event = match["event"] if (match := _EVENTS.search(text)) else ""
    known = event and index.strengths(event.lower()) and _moment(event, index)
    past = _SINCE.search(text.lower())
    if not event and past and not any(_moment(word, index) for word in text.lower()[past.start("event") :].split()):
        event = past["event"]
    if event and not known:
        return Stop(
            "unsupported", f"I cannot tell from the metrics when the last {event} was. Name a time, such as since 2pm."
        )
    if _CAUSES.search(text) and not _BY_CAUSE.search(text):
        return Stop(
            "unsupported",
            "I can show what is measured, not why. Ask for a metric of it, such as its errors or latency.",
        )
    return None


def _is_metric_path(text: str, index: Index) -> bool:
    """A value of the catalogue may hold such marks itself: a route `/users/{id}`, a state `sQ--`."""
    rest = text
    for value in (*(one for values in index.labels.values() for one in values), *index.listed):
        if ("{" in value or "--" in value) and value in rest:
            rest = rest.replace(value, " ")
    return rest != text and not _SMUGGLED.search(rest)


def _named(low: str, index: Index, words: tuple[str, ...]) -> bool:
    """The catalogue itself measures such things, for instance the age of secrets."""
    found = [word for word in words if word in low]
    names = " ".join(f"{metric.name.lower()} {metric.known.help.lower()}" for metric in index.metrics[:2000])
    return all(
        word.rstrip("s") in names or word in index.known.shouted or word + "s" in index.known.shouted for word in found
    ) and not re.search(
        r"\b(?:show|print|give|list|dump|reveal|what is|what's) (?:me )?(?:all |the |our |every"
        r" )*(?:password|secret|credential)|\b(?:secret|password|credential)s?\s+(?:of|for|from|value|key)\b",
        low,
    )


def _tenant(text: str, index: Index) -> Stop | None:
    match = _TENANT.search(text)
    if not match:
        return None
    word = match[0].lower()
    own = re.search(
        r"\bper (?:tenant|customer|org\w*|account|client|team)|\bby (?:tenant|customer|org\w*"
        r"|account|client|team)|each (?:tenant|customer)",
        text.lower(),
    )
    words = [
        one
        for one in ("tenant", "customer", "org", "organisation", "organization", "account", "client", "team", "company")
        if one in word
    ]
    known = bool(words) and any(index.strengths(one) or one in index.labels or index.in_logs(one) for one in words)
    if (
        known
        and (own or not re.search(r"other|another|foreign|different|someone|competitor", word))
        and "orgid" not in word
    ):
        named = re.search(r"\btenant\s+(?P<name>[\w-]+)", text, re.IGNORECASE)
        if (
            named is None
            or index.is_value(named["name"].lower())
            or named["name"].lower() in ("id", "ids", "by", "with", "has")
        ):
            return None
    return Stop("refuse", "I can only show the data of your own team, nothing of another tenant.")


_ON_A_THING = re.compile(
    rf"^{_POLITE}(?P<verb>mark|swap|switch|route|limit|tune|adjust|load|reserve|assign|open|close|lock|unlock|start|launch|fire|arm|disarm|engage|release|shut|vent|calibrate|ping)"
    r"\s+(?:(?:the|all|every|that|this)\s+\w|[a-z_]+[-_.]?\d[\w.-]*(?:\s+(?:in|on|at|out|off|to|from|and|now|for)\b|\s*[.!]?$))",
    re.IGNORECASE,
)
_ON_A_NUMBER = re.compile(
    rf"^{_POLITE}(?P<verb>unlock|lock|open|close|shut|arm|disarm|fire|vent|calibrate|swap|assign|reserve)\s+[a-z]+\s+[\w-]*\d",
    re.IGNORECASE,
)
_FIGURES = (
    r"\b(?:latency|rate|duration|count|ratio|p(?:50|75|9\d)|errors?|percent\w*|total|per (?:second|sec|minute|min|hour)"
    r"|lag|seconds|requests|rps|gained|lost|left|remaining"
    r"|how many)\b"
)


def _act(text: str, index: Index) -> Stop | None:
    if match := _AND_ACT.search(text):
        return Stop("refuse", f"I read, I do not act: I cannot {match['verb'].lower()} anything here.")
    if verb := acts.ordered(text, index):
        return Stop("refuse", f"I read, I do not act: I cannot {verb} anything here.")
    if match := _ON_A_THING.match(text.strip()) or _ON_A_NUMBER.match(text.strip()):
        return Stop("refuse", f"I read, I do not act: I cannot {match['verb'].lower()} anything here.")
    match = _ACT.match(text.strip())
    if not match:
        return None
    rest = match["rest"]
    verb = match["verb"].lower()
    if _MEASURES.match(rest) and not re.match(
        r"\s*(?:jobs?|queue|on|in|traffic|requests?|events?)\s+(?:\w+-\d|on |in |from |for |to )", rest, re.IGNORECASE
    ):
        return None
    if _is_name_of(verb, rest, index) or (verb in _NOUNS and _COUNTED.match(rest)):
        return None
    asked_to = re.match(r"\s*(?:please|pls|can you|could you|would you|will you|i want you)\b", text, re.IGNORECASE)
    if not rest.strip() or (
        not asked_to and re.search(r"\?\s*$", rest) and not re.match(r"\s*(?:the|all|my|our|this|that|it|them)\b", rest)
    ):
        return None
    # "create order latency" names a thing called so; "create the index" does not.
    measured = re.search(_FIGURES, rest, re.IGNORECASE) and index.knows(verb)
    if measured and not re.match(r"\s+(?:the|all|my|our|this|that|it|them|every)\b", rest, re.IGNORECASE):
        return None
    if verb in ("show", "list"):
        return None
    return Stop("refuse", f"I read, I do not act: I cannot {verb} anything. I can show how it is doing.")


def _is_name_of(verb: str, rest: str, index: Index) -> bool:
    """`patch traffic in Gbit/s by cdn`: the catalogue measures such things, and a figure of them is asked for."""
    figured = _MEASURES.match(rest) and re.search(
        r"\b(?:per|by|in [kmgt]?(?:i?b|bits?|bytes)\b|percent|last|past)|/s\b|%", rest, re.I
    )
    return bool(figured) and any(strength >= 1 for strength in index.strengths(verb).values())


def _moment(event: str, index: Index) -> bool:
    key = event.lower()
    return any(index.metrics[place].is_instant for place, strength in index.strengths(key).items() if strength > 0.6)
