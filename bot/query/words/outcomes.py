"""Success and failure as labels tell them: by codes, results and states."""

import re

CLASS = re.compile(r"([1-5])(?:xx|\*\*)s?")

ONE_CODE = re.compile(r"([1-5]\d\d)(?:s|ers|'s)?")

NEGATED = re.compile(r"non-?([1-5])(xx|\d\d)")

ERROR_VALUES = frozenset(
    "error errors failed failure fail failures err ko exception unsuccessful failing fatal crashed aborted".split()
)

OK_VALUES = frozenset("ok success succeeded successful completed 0 accepted complete".split())

STATES = frozenset(
    "result outcome status state kind type reason code status_code response_code phase mode cause error severity level"
    " condition response_flags grpc_code decision verdict disposition".split()
)
# Behind these words a place is named.
PREPOSITIONS = frozenset(
    "of on for in at from by to with service app job host the namespace pod queue via through".split()
)
