"""How far one metric explains a question."""

from dataclasses import dataclass

from bot.query.plan import Matcher
from bot.query.words.prepared import Prepared
from bot.query.words.roles import Word

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
