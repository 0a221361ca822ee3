"""Orders to do something: a verb, and the thing that it is to be done to. This desk reads and never acts."""

import re

from bot.query.words.index import Index
from bot.query.words.lexicon import STOP
from bot.query.words.tokens import singular

_POLITE = re.compile(
    r"^(?:please|pls|plz|hey|hi|ok|okay|now|just|quickly|kindly|can you|could you|would you|,|\s)+", re.I
)
_ORDER = re.compile(
    r"^(?P<verb>[a-z]{3,}) (?:up |down |off |out |on )?"
    r"(?P<what>the|all|every|everything|everyone|everybody|this|that|these|those|our|my|them|it)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
# Behind these a time or a comparison begins, and what stands in front is a noun: `latency the last hour`.
_NO_THING = re.compile(
    r"^\s*(?:last|past|previous|preceding|same|whole|entire|first|second|other|day|night|morning|afternoon|evening"
    r"|week|weekend|month|year|hour|minute|quarter|time|way|most|least|way|next|coming|(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day)\b",
    re.IGNORECASE,
)
_DESCRIBES = re.compile(r"[a-z]{2,}(?:ing|ly|est)|[a-z]{4,}ed")
_TELLS = frozenset(
    """
show list give get tell find compare graph plot draw check count sum split group break rank sort calculate compute print
display fetch pull grep tail search look see need want know chart name report describe summarize summarise explain
average total max min filter exclude include only same read estimate predict forecast project convert use visualize
visualise measure define analyse analyze inspect view trace determine return divide subtract multiply combine order
aggregate export say see try guess follow highlight limit round take keep leave ignore omit skip drop bring
across after along amid among around before behind below beneath beside between beyond concerning despite during except
excluding following including inside into like minus near off onto outside over past per plus regarding since than
through throughout toward towards under until upon versus via with within without above against about
half both which whose what where when while does did has have had will would should could can may might must was were
are were and but not nor yet also even how why who whom
""".split()
)


# Done to a thing that is called by its name, with no figure asked for.
_OPERATES = frozenset(
    """
recycle respawn reimage refresh eject reseat rekey reissue renew reconnect resync resend redeliver reassign
relocate rehome evacuate fence unfence invalidate expire compact vacuum prune snapshot restore recover rewind
swap toggle rearm blacklist whitelist degrade prewarm preheat reject decline unflag hide unpin untag rename
clone drain bounce reprovision ground land switch pay park dock undock launch recalibrate reprint reopen
rollover decommission commission unblock unlock deprovision reallocate rejoin repair
""".split()
)
_ON_A_NAME = re.compile(
    r"^(?P<verb>[a-z]{3,}) (?P<what>[\w./:@-]+)(?: (?:on|in|at|of|from|to) [\w./:@-]+)*\s*[.!]?$", re.IGNORECASE
)


def ordered(text: str, index: Index) -> str:
    """The verb of an order, or nothing: `seal the vault`, `release everything that waits`, `recycle web-1`."""
    named_so = _ON_A_NAME.match(_POLITE.sub("", text.strip()))
    if named_so and named_so["verb"].lower() in _OPERATES and index.is_value(named_so["what"].lower()):
        return named_so["verb"].lower()
    match = _ORDER.match(_POLITE.sub("", text.strip()))
    if match is None:
        return ""
    verb = match["verb"].lower()
    if verb in _OPERATES and not re.search(r"\d|\b(?:per|by|last|today|yesterday|now)\b", match["rest"]):
        return verb
    named = max(index.strengths(verb).values(), default=0.0) >= 0.9 or index.is_value(verb)
    noun = bool(named or singular(verb) != verb or _DESCRIBES.fullmatch(verb) or index.is_label(verb))
    if verb in _TELLS or verb in STOP or noun or _NO_THING.match(match["rest"]):
        return ""
    alone = match["what"].lower() in ("this", "that", "it", "them") and not match["rest"].strip(" .!?")
    return "" if alone and match["rest"].strip().endswith("?") else verb
