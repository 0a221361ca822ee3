"""The label that a noun means: the one it spells before those it may stand for."""

import re
from collections.abc import Mapping
from functools import lru_cache

from bot.query.words.fits import SCOPE_LABELS
from bot.query.words.places import is_place, places
from bot.query.words.prepared import Prepared
from bot.query.words.tokens import abbreviates, parts, singular


def label_of(noun: str, metric: Prepared) -> str:
    """The label of this metric that a noun means; the one it spells before the ones it may stand for."""
    label = pick_label(noun, metric.labels) or _called_so(noun.lower(), metric)
    if label or singular(noun) not in {*metric.words, *_THINGS}:
        return label
    return next((name for name in metric.labels if name in NAMELESS), "")


def _called_so(noun: str, metric: Prepared) -> str:
    """`nas` for nas-1 and nas-2, `dsp` for dsp-red: what the values are numbered by, or begin with."""
    one = singular(noun)
    found = next((label for label, kinds in metric.numbered.items() if one in kinds), "")
    return found or next((label for label in metric.numbered if _begun(one, metric.numbered[label])), "")


def _begun(noun: str, kinds: frozenset[str]) -> bool:
    """`switch` for sw-core and sw-h1."""
    return (
        noun.isalpha()
        and len(kinds) == 1
        and all(len(kind) == 2 and noun.startswith(kind) and len(noun) > 4 for kind in kinds)
    )


def worked_by(noun: str, metric: Prepared) -> str:
    """`resolvers`, `forwarders`: what is called by its work, and by nothing the catalogue knows, is a machine."""
    one = singular(noun)
    if not _AGENT.fullmatch(one) or one in _NO_MACHINES or is_place(one):
        return ""
    held = [label for label in metric.labels if label in _MACHINES] or list(metric.labels)
    return held[0] if len(held) == 1 else ""


_AGENT = re.compile(r"[a-z]{5,}(?:er|or)")
_MACHINES = frozenset("instance host server node pod machine target replica nodename hostname".split())
_NO_MACHINES = frozenset(
    "customer consumer subscriber passenger driver container transfer december november october september character"
    " parameter register chapter operator director visitor monitor quarter trigger cluster counter voucher weather"
    " disaster chamber whisper transformer computer semester newsletter calendar number order employer teacher"
    " retailer buyer seller traveler traveller player reader listener viewer shopper partner member manager".split()
)


# What may stand behind the name of a label and adds nothing to it.
KINDS = frozenset("method type kind class category name id code option mode value group".split())
# A label that is called no more than this holds what the metric is named after.
NAMELESS = ("name", "id", "key", "item")
_THINGS = frozenset("one member item object thing unit box".split())


def pick_label(noun: str, labels: Mapping[str, tuple[str, ...]]) -> str:
    return _picked(noun, tuple(labels))


@lru_cache(maxsize=65536)
def _picked(noun: str, labels: tuple[str, ...]) -> str:
    low, one = noun.lower().replace("-", "_"), singular(noun.lower().replace("-", "_"))
    for label in labels:
        if label.lower() in (low, one):
            return label
    for label in labels:
        if singular(label.lower()) == one or label.lower().replace("_", "") == one.replace("_", ""):
            return label
    if any(letter.isdigit() for letter in one):
        return ""
    ends = [label for label in labels if parts(label) and one == singular(parts(label)[-1])]
    if ends:
        return min(ends, key=lambda label: (bool({"source", "src", "client", "from"} & set(parts(label))), len(label)))
    for label in labels:
        pieces = [singular(piece) for piece in parts(label)]
        if len(pieces) > 1 and one == pieces[-2] and pieces[-1] in ("name", "id", "code", "type"):
            return label
    meant = places(one)
    hits = [label for label in labels if label.lower() in meant] or _by_tail(one, labels)
    if hits:
        order = _ORDER.get(one, ())
        return min(hits, key=lambda label: (order.index(label) if label in order else 50, first_rank(label)))
    for label in labels:
        if (len(one) >= 3 and label.lower().startswith(one)) or (
            len(label) >= 4 and one.startswith(label.lower()) and len(one) - len(label) <= 3
        ):
            return label
    for label in labels:
        within = (len(label) >= 4 and one.endswith(label.lower())) or (len(one) >= 4 and label.lower().endswith(one))
        if _shortened(label.lower(), one) or within:  # `queue` of taskqueue, `ssid` of essid
            return label
        holds = len(one) > 3 and label.lower().endswith(one)  # `autoscalers` of horizontalpodautoscaler
        if holds and (len(one) > 5 or len(label) - len(one) < 5):
            return label
    return ""


def _by_tail(noun: str, labels: tuple[str, ...]) -> list[str]:
    """`lambda` for dimension_FunctionName, `lb` for LoadBalancer: the end of a long name says what it holds."""
    meant = places(noun)
    long = {label: parts(label) for label in labels if len(parts(label)) > 1}
    said = [label for label, pieces in long.items() if {"_".join(pieces[-2:]), *pieces[-2:]} & meant]
    return said or [label for label, pieces in long.items() if noun == f"{pieces[-2][0]}{pieces[-1][0]}"]


def _shortened(label: str, noun: str) -> bool:
    """`lang` for language, `inv` for inverter, `ph` for phase, `svc` for service."""
    if label in ("id", "le", "in", "to", "by"):
        return False
    if _BRIEF.get(label) == noun:
        return True
    return (2 <= len(label) <= 4 < len(noun) and noun.startswith(label)) or (
        len(label) <= 5 and label.isalpha() and abbreviates(label, noun)
    )


_BRIEF = {"fn": "function", "ns": "namespace", "db": "database", "gw": "gateway", "ep": "endpoint", "ap": "accesspoint"}

_ORDER: Mapping[str, tuple[str, ...]] = {
    "backend": ("backend", "upstream", "proxy", "cluster"),
    "host": ("host", "hostname", "node", "instance"), "server": ("server", "instance", "host", "node"),
    "disk": ("device", "mountpoint"), "node": ("node", "instance", "host"), "machine": ("instance", "host", "node"),
    "endpoint": ("endpoint", "route", "http_route", "path", "uri", "handler"), "status": ("status", "code", "state"),
    "service": ("service", "app", "application", "service_name", "job"), "site": ("site", "target", "instance"),
    "certificate": ("certificate", "cn", "common_name", "domain", "host", "target", "instance", "name"),
}  # fmt: skip


def first_rank(label: str) -> tuple[int, str]:
    return (0 if label in SCOPE_LABELS else 1, label)
