"""What kind of trouble a text speaks of, and the words that mean the same thing there. Pure."""

import re
from collections.abc import Mapping, Sequence

from bot.model.terms import terms

_KINDS = {
    "latency": "slow slowly slower latency sluggish p50 p90 p95 p99 duration responsetime delay delayed lengthy",
    "errors": "error err 5xx exception failure fail failed failing reject rejected refused unsuccessful",
    "memory": "memory oom heap ram oomkilled outofmemory mem",
    "disk": "disk volume filesystem inode nospace storage",
    "cost": "cost spend spending budget dollar expensive",
    "traffic": "traffic rps throughput visitor requestrate",
    "queue": "queue backlog consumer pending waiting lag enqueue",
    "certificate": "certificate cert tls ssl x509",
    "cpu": "cpu processor throttle throttled throttling core",
    "availability": "down unreachable unavailable offline dead outage notanswer gone unresponsive",
    "restarts": "restart restarted crashloop crashloopbackoff crash crashed crashing reboot",
    "connections": "connection pool conn session",
    "replication": "replication replica standby follower",
    "readiness": "ready notready unschedulable",
}
_MEANS = {
    "login": "login signin logon authenticate authentication auth",
    "database": "database db postgre postgresql mysql",
    "expiry": "expire expired expiring expiry expiration",
    "payment": "payment pay card charge charged",
    "customer": "customer user people shopper client nobody",
    "deploy": "deploy deployment release rollout",
    "full": "full filling fill pressure exhausted exhaust usedup saturated saturation",
    "message": "message job order event mail email",
    "token": "token prompt",
}
_PHRASES = (
    (r"(?:http |status )?50[0234]s?(?! ?(?:ms|s|m|%)\b)", "5xx"),
    (r"response times?|takes? (?:too |very )?long|time ?outs?|timed out|timing out|answers? late", "slow"),
    (r"out of memory", "oom"),
    (r"(?:no|out of|little|low on|running out of) (?:disk )?(?:space|storage)", "disk full"),
    (r"used up|running out|run out|nearly full|almost full", "full"),
    (r"(?:does not|doesn't|not|no longer|stopped?) (?:answer|respond|reply)\w*", "unresponsive"),
    (r"(?:request|call) (?:rate|volume)", "traffic"),
    (r"(?:log|sign)s?(?:ged|ging|ning|ned)?[ -](?:in|on)\b", "login"),
    (r"(?:cannot|can't|could not|unable to)", "fail"),
    (r"(?:piles?|piling|builds?|building) up", "backlog"),
    (r"kept? (?:restarting|crashing)|keeps? (?:restarting|crashing)", "restart"),
    (r"not ready", "notready"),
    (r"too many requests|429s?", "ratelimit"),
)
_EMPTY = (
    "high low critical warning alert alarm issue problem incident service app application system component very too "
    "many much above below over threshold limit level rate number percent usage use used utilization increase "
    "increased elevated abnormal unusual rise rising growing grow detect firing since minute hour second last time "
    "environment region cluster prod production server host node instance seriou big large small new current currently "
    "get see happen report seem become go it reach exceed exceeded nearly almost of"
)


def _stems(table: Mapping[str, str]) -> dict[str, str]:
    return {stem: name for name, words in table.items() for word in words.split() for stem in terms(word) or [word]}


_KIND_OF, _MEANING_OF = _stems(_KINDS), _stems(_MEANS)
_GENERIC = frozenset(stem for word in _EMPTY.split() for stem in terms(word))
_COMPILED = tuple((re.compile(rf"\b{pattern}"), f" {word} ") for pattern, word in _PHRASES)


def simplified(text: str) -> Sequence[str]:
    """Its words by what they mean, in order; words that every alert has are left out."""
    plain = text.casefold().replace("\u2019", "'")
    for pattern, word in _COMPILED:
        plain = pattern.sub(word, plain)
    said = (one for one in terms(plain) if one not in _GENERIC and not one.isdigit())
    return [_KIND_OF.get(one) or _MEANING_OF.get(one) or one for one in said]


def kinds(words: Sequence[str]) -> frozenset[str]:
    """Of simplified words."""
    return frozenset(word for word in words if word in _KINDS)
