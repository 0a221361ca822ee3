"""Words of log lines: levels, what surrounds a line, kinds of trouble looked for in its text. Data only."""

import re
from collections.abc import Mapping
from functools import lru_cache

from bot.query.words.phrases import PHRASES
from bot.query.words.tokens import parts, spelled, stem

ERRORS = ("error", "err", "fatal", "critical", "severe", "crit", "e")

LEVELS: Mapping[str, tuple[str, ...]] = {
    "warning": ("warn", "warning", "w"), "warn": ("warn", "warning", "w"), "info": ("info", "i", "information"),
    "informational": ("info",), "debug": ("debug", "d"), "fatal": ("fatal", "critical", "crit", "panic", "emergency"),
    "critical": ("critical", "crit", "fatal"), "trace": ("trace",), "notice": ("notice",), "severe": ("severe",),
    "panic": ("panic", "fatal"),
}  # fmt: skip

FILLERS = frozenset(
    "raw message messages msgs msg event events output happened recorded entry written lines say saying says contain"
    " contains containing include includes including"
    " mention mentions mentioning with having where whose text word string phrase"
    " match matches matching request requests call calls response responses answered answer app service stream streams"
    " occurrence occurrences appear appears show up volume amount came newest latest recent grep tail full minus plus"
    " job jobs run runs took take long field equal equals count logged one ones record"
    " records access stdout stderr container bytes op operation operations audit system"
    " server raw recent latest".split()
)

SEARCHED = frozenset(
    "timeout timeouts panic panics exception exceptions oom refused denied unauthorized forbidden reset deadlock"
    " traceback stacktrace crash crashed killed retry retrying retries disconnected disconnect unreachable aborted"
    " cancelled canceled invalid corrupt corrupted overflow deprecated throttled".split()
)

SPELT: Mapping[str, tuple[str, ...]] = {"timeout": ("timed out", "time out", "timeout")}

SIZES = frozenset("bytes data traffic volume size sizes payload kb mb gb".split())

# Words for the two ways that data flows, as questions and fields have them.
FLOWS = (
    frozenset("sent send sends out outgoing outbound tx transmitted pulled served downloaded egress written".split()),
    frozenset("received receives in incoming inbound rx recv uploaded pushed ingress read".split()),
)

# What one service calls so, another calls otherwise.
_ALIKE = (
    "login logon signin auth authentication authenticate authenticated authn",
    "reject deny denial refuse refusal decline forbid block disallow",
    "fail failure error unsuccessful broken",
    "kick evict expel eject",
    "expire timeout lapse overdue",
    "cancel abort revoke withdraw",
    "join connect enter",
    "leave disconnect exit quit",
    "begin start launch",
    "end finish complete stop done",
    "accept approve grant permit allow pass",
    "drop discard lose lost",
    "retry requeue reattempt",
    "empty nothing none",
    "lock freeze suspend",
)  # fmt: skip


@lru_cache(maxsize=4096)
def told(value: str) -> tuple[str, ...]:
    """The words of a value as a question that has been read has them: `sign_in_failed` is login, failed."""
    said = " ".join(parts(value))
    for phrase, word in PHRASES.items():
        if phrase in said:
            said = re.sub(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])", word, said)
    return tuple(said.split())


def alike(left: str, right: str) -> bool:
    return bool(_groups(left) & _groups(right))


def tells_outcome(word: str) -> bool:
    return bool(_groups(word))


@lru_cache(maxsize=16384)
def _groups(word: str) -> frozenset[int]:
    return _GROUPS.get(stem(spelled(word)), frozenset())


_GROUPS: dict[str, frozenset[int]] = {}
for _number, _words in enumerate(_ALIKE):
    for _word in _words.split():
        _key = stem(spelled(_word))
        _GROUPS[_key] = _GROUPS.get(_key, frozenset()) | {_number}
