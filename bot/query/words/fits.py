"""How far one metric explains a question."""

from dataclasses import dataclass

from bot.query.plan import Matcher
from bot.query.words.asked import Asked
from bot.query.words.prepared import Prepared
from bot.query.words.roles import Word
from bot.query.words.tokens import singular

SCOPE_LABELS = frozenset(
    "service app application job service_name svc instance host node pod container namespace region zone cluster env"
    " environment datacenter dc deployment queue topic route path endpoint handler http_route uri method site"
    " availability_zone ingress listener backend upstream destination source relay provider customer tenant team owner"
    " model device proxy partition table database datname db shard worker gpu cpu website target url server".split()
)
# A thing is found within these; two nodes `a` in two regions are two.
WIDER = frozenset(
    "region zone az cluster env environment datacenter dc site namespace area location country city farm"
    " availability_zone deployment_environment cloud_region hostname host".split()
)
# Two hosts have a disk `sda` each: such a thing is one only within what holds it.
_WITHIN = frozenset(
    "drive disk device mountpoint pod container node instance gpu cpu core interface port volume slot head partition"
    " bed rack inv link lane bay".split()
)
_DISKS = frozenset("drive disk device mountpoint interface port volume".split())  # each fills by itself
HOLDERS = WIDER | frozenset("instance host hostname node server machine".split())


def tells_apart(by: tuple[str, ...], metric: Prepared) -> bool:
    """Whether these labels are enough to tell series apart: what is left says only where each thing is."""
    rest = {label.lower() for label, values in metric.labels.items() if label not in by and len(values) > 1}
    return not rest or (bool(by) and rest <= HOLDERS and {label.lower() for label in by} <= _WITHIN)


@dataclass(frozen=True)
class Fit:
    metric: Prepared
    score: float
    matchers: tuple[Matcher, ...] = ()
    groups: tuple[str, ...] = ()
    which: tuple[str, ...] = ()  # labels of the things asked about ("which hosts")
    part: tuple[Matcher, ...] = ()  # of the matchers, those that name a kind of event and not a place
    loose: tuple[Word, ...] = ()  # content words it does not explain
    named: frozenset[int] = frozenset()  # places of words its name explains
    told: frozenset[int] = frozenset()  # places of all words explained
    by_value: frozenset[int] = frozenset()
    grouped: frozenset[int] = frozenset()
    none: bool = False  # those without any

    @property
    def by(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.groups))


def is_of_one(asked: Asked, fit: Fit, metric: Prepared) -> bool:
    """Whether one thing is named and nothing is to be told apart: what is measured of it adds up."""
    fixed = {m.label for m in fit.matchers if m.op == "="}
    rest = [label for label, values in metric.labels.items() if label not in fixed and len(values) > 1]
    named = any(m.op == "=" and m.label in SCOPE_LABELS | WIDER and m not in fit.part for m in fit.matchers)
    if (
        not (named and rest)
        or _DISKS & {label.lower() for label in rest}
        or fit.by
        or fit.which
        or asked.threshold
        or asked.top
    ):
        return False
    return not any(singular(word.low) == label.lower() for word in asked.words for label in rest)
