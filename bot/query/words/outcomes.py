"""Success and failure as labels tell them: by codes, results and states."""

import re

from bot.query.plan import Matcher
from bot.query.promql.build import within
from bot.query.words.fits import SCOPE_LABELS
from bot.query.words.lexicon import ERROR_WORDS, SUCCESS_WORDS
from bot.query.words.prepared import Prepared

CLASS = re.compile(r"([1-5])(?:xx|\*\*)s?")

ONE_CODE = re.compile(r"([1-5]\d\d)(?:s|ers|'s)?")

NEGATED = re.compile(r"non-?([1-5])(xx|\d\d)")

ERROR_VALUES = frozenset(
    "error errors failed failure fail failures err ko exception unsuccessful failing fatal crashed aborted".split()
)

OK_VALUES = frozenset("ok success succeeded successful completed 0 accepted complete passed pass".split())

# What is well of a thing that is told by what came of it.
_WELL = frozenset("delivered approved granted confirmed settled done finished fulfilled served resolved".split())
_CAME_OF_IT = frozenset("result outcome status decision verdict disposition".split())

STATES = frozenset(
    "result outcome status state kind type reason code status_code response_code phase mode cause error severity level"
    " condition response_flags grpc_code decision verdict disposition event ev evt action quality q".split()
)
HTTP_NAMES = {
    "conflict": "409", "throttled": "429", "ratelimited": "429", "forbidden": "403", "unauthorized": "401",
    "unauthenticated": "401", "unavailable": "503", "timeout": "504", "notfound": "404", "redirect": "302",
}  # fmt: skip
# Behind these words a place is named.
PREPOSITIONS = frozenset(
    "of on for in at from by to with service app job host the namespace pod queue via through".split()
)


def outcome_of(metric: Prepared, wanted: frozenset[str], code: str, *, out: bool) -> Matcher | None:
    """The values of an outcome, or the status codes, that stand for success or failure."""
    for label, values in metric.labels.items():
        hits = tuple(value for value in values if value.lower() in wanted and not value.isdigit())
        if hits and len(hits) < len(values):
            return within(label, hits)
    if label := metric.code_label:
        classes = tuple(value for value in metric.labels[label] if value.lower() == f"{code[0]}xx")
        return within(label, classes, leave_out=out) if classes else Matcher(label, "!~" if out else "=~", code)
    for label in _CAME_OF_IT & metric.labels.keys() if wanted is OK_VALUES else ():
        hits = tuple(value for value in metric.labels[label] if value.lower() in _WELL)
        if len(hits) == 1:
            return within(label, hits)
    for label, values in metric.labels.items():
        others = OK_VALUES if wanted is ERROR_VALUES else ERROR_VALUES
        hits = tuple(value for value in values if value.lower() in others)
        if hits and len(hits) < len(values) and label not in SCOPE_LABELS:
            return within(label, hits, leave_out=True)
    return None


_SEEN_STATES = frozenset(
    "hit hits misses open used running processed handled left free available remaining taken busy idle".split()
)


def wants_state(low: str) -> bool:
    return low in ERROR_WORDS or low in SUCCESS_WORDS or low in _SEEN_STATES
