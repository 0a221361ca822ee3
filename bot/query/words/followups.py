"""A question that leans on the one before: `and yesterday?`, `only eu`, `per region`, `as p99`."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.query.words import asked as asking
from bot.query.words import replacing, times
from bot.query.words.choosing import Prepared
from bot.query.words.index import EXACT
from bot.query.words.lexicon import STOP
from bot.query.words.log_swaps import without_exchanged
from bot.query.words.masked import Masked
from bot.query.words.tokens import tokens

_LEANS = re.compile(
    r"^\s*(?:and|but|what about|how about|now|same|only|just|per|by|as|in|for|without|excluding"
    r"|except|ok|okay|also|instead|split|group|grouped"
    r"|then|so|this|it|that|there|make|with|over|since|yesterday|today|last|vs|versus|compared"
    r"|p\d\d|top|since|between|not|median|average|avg|max|min|graph|plot)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\s*(?:and|but|or|what about|how about|what if|now|(?:the )?same(?: thing| one| again)?"
    r"(?! (?:time|day|hour|moment|period))"
    r"|ok|okay|also|then|so|instead"
    r"|make it|make that|show it|show that|show|give it|it|that|can i see)\b[\s,]*(?:for"
    r"|but|it|that|the same(?! (?:time|day|hour))|this)?\b",
    re.IGNORECASE,
)
_ALSO = re.compile(r"\b(?:too|as well|also)\s*[?.]*$", re.IGNORECASE)
_TRAIL = re.compile(r"[\s,]+(?:instead|then|please|pls|now|too|as well)$", re.IGNORECASE)
_GROUPS = re.compile(
    r"\b(?:per|by|for each|each|every|split by|grouped by)\s+"
    r"(?!second|minute|hour|day|sec\b|min\b|bytes|size|data|traffic|volume|lines)[\w-]+"
    r"(?:\s+and\s+[\w-]+)?",
    re.IGNORECASE,
)
_PLACED = re.compile(r"\b(?:in|on|of|for|from|at|to)\s+(?:the\s+)?$", re.IGNORECASE)
_STATISTIC = re.compile(
    r"\bp\d{2}(?:\.\d)?\b|\b(?:median|average|avg|mean|max(?:imum)?|min(?:imum)?|\d\dth percentile)\b", re.IGNORECASE
)


def completed(
    text: str, previous: Sequence[str], facts: Mapping[str, str], now: datetime, zone: str, ground: Prepared
) -> str:
    """The whole question in one text, or the text itself where it stands alone."""
    if previous and (leans(text, ground) or not _stands_alone(text, now, zone, ground)):
        before = completed(previous[-1], previous[:-1], {}, now, zone, ground)
        said = _TRAIL.sub("", _LEAD.sub(" ", text, count=1).strip(" ?."))
        before = without_exchanged(before, text, ground.index)
        return _joined(before, said.strip() or text, now, zone, ground)
    if facts and re.search(r"\b(?:it|there|that|this|its|here|then)\b", text, re.IGNORECASE):
        return f"{text.rstrip(' ?.')} {' '.join(facts.values())}"
    return text


_CORRECTS = re.compile(
    r"^(?P<said>.{4,}?)[\s.,;:…-]+(?:no+[,.]?\s+|oh\s+|ah\s+|oops[,.]?\s+)?"
    r"(?:sorry|scratch that|correction|(?<=no )wait|(?<=no, )wait|(?<=\.\.)wait|(?<=\.\. )wait"
    r"|(?<=no, )(?=just |rather |only )|(?<=no )(?=just |rather |only ))\b"
    r"[\s,:.-]*(?:i mean(?:t)?\s+|make (?:it|that)\s+)?(?P<meant>.{4,})$",
    re.IGNORECASE | re.DOTALL,
)


def corrected(text: str, now: datetime, zone: str, ground: Prepared) -> str:
    """`... since 2pm, no sorry, since 3pm`: what was said last is meant."""
    match = _CORRECTS.match(text)
    if match is None:
        return text
    return completed(match["meant"], (match["said"],), {}, now, zone, ground)


def leans(text: str, ground: Prepared) -> bool:
    if _ALSO.search(text) and len(text.split()) < 5:
        return True
    if not _LEANS.match(text) or len(text.split()) > 8:
        return False
    if re.match(
        r"\s*(?:and|but|what about|how about|same|now the same|only|just|instead|split|as|per|by)\b",
        text,
        re.IGNORECASE,
    ):
        return True
    return not any(
        strength >= 0.9
        for token in tokens(text)
        for strength in ground.index.strengths(token.low).values()
        if len(token.low) > 3
    )


def _stands_alone(text: str, now: datetime, zone: str, ground: Prepared) -> bool:
    read = asking.read(text, now, zone, ground.index.known)
    listed = {value.lower() for value in ground.index.listed}
    return any(
        ground.index.strengths(word.low) or word.low in ("errors", "logs", "log") or ground.index.in_logs(word.low)
        for word in read.content
        if not (ground.index.is_value(word.low) or word.low in listed)
    ) or any(not ground.index.knows(word.low) for word in read.content)


def _joined(before: str, text: str, now: datetime, zone: str, ground: Prepared) -> str:
    text = " ".join(
        word.upper() if word.lower() in STOP & set(ground.index.known.shouted) else word for word in text.split()
    )
    before, text = replacing.swapped(before, text, ground.index)
    if not text:
        return before
    read = asking.read(text, now, zone, ground.index.known)
    if read.when.asked and not (read.when.against and not read.when.window):
        before = _timeless(before, now, zone)
    if _GROUPS.search(text):
        before = _GROUPS.sub(" ", before)
    if _STATISTIC.search(text):
        before = _STATISTIC.sub(" ", before)
    new = {held.label for word in read.words for held in ground.index.find(word.low) if word.role != "exclude"}
    for token in tokens(before):
        labels = {held.label for held in ground.index.find(token.low) if held.quality > 0.9}
        named = max(ground.index.strengths(token.low).values(), default=0) >= EXACT
        if new & labels and not (named and not _PLACED.search(before[: token.start])):
            before = re.sub(
                rf"(?<![\w-])(?:(?:in|on|of|for|from|at|to)\s+)?{re.escape(token.text)}(?![\w-])", " ", before
            )
    return f"{' '.join(before.split()).rstrip('?.')} {text}"


def _timeless(text: str, now: datetime, zone: str) -> str:
    masked = Masked(text)
    times.read(masked, now, zone)
    return "".join(new if new == " " else old for old, new in zip(text, masked.text, strict=True))
