"""Templates of line_format and label_format: the small part of Go's language that people write."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from bot.model.errors import Rejected
from bot.query.logql.quoting import unquoted
from integrations.demo.logql.streams import Entry

Value: TypeAlias = Callable[[Entry], str]

_ACTION = re.compile(r"\{\{(-?)(.*?)(-?)\}\}", re.DOTALL)
_WORD = re.compile(r'\s*("(?:[^"\\]|\\.)*"|`[^`]*`|[^\s"`|]+)')

FUNCTIONS: Mapping[str, Callable[..., str]] = {
    "lower": str.lower,
    "ToLower": str.lower,
    "upper": str.upper,
    "ToUpper": str.upper,
    "title": str.title,
    "trim": str.strip,
    "TrimSpace": str.strip,
    "trimPrefix": lambda prefix, text: text.removeprefix(prefix),
    "trimSuffix": lambda suffix, text: text.removesuffix(suffix),
    "replace": lambda old, new, text: text.replace(old, new),
    "default": lambda other, text: text or other,
    "trunc": lambda count, text: text[: int(count)] if int(count) >= 0 else text[int(count) :],
    "printf": lambda shape, *texts: shape.replace("%v", "%s").replace("%q", '"%s"') % texts,
}


def template(text: str) -> Value:
    """Compiled once; what it does not know is Rejected before any line is read."""
    parts: list[Value] = []
    at, trims = 0, False
    for found in _ACTION.finditer(text):
        parts += (_plain(_trimmed(text[at : found.start()], left=trims, right=bool(found[1]))), _pipeline(found[2]))
        at, trims = found.end(), bool(found[3])
    parts.append(_plain(_trimmed(text[at:], left=trims, right=False)))
    return lambda entry: "".join(part(entry) for part in parts)


def _trimmed(text: str, *, left: bool, right: bool) -> str:
    text = text.lstrip() if left else text
    return text.rstrip() if right else text


def _plain(text: str) -> Value:
    return lambda _: text


def _pipeline(action: str) -> Value:
    """`.a | replace "x" "y"`: each value becomes the last argument of what follows."""
    value: Value | None = None
    for command in re.split(r"\|(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", action):
        words = _WORD.findall(command)
        if not words:
            raise _unknown(action.strip())
        value = _command(words, value)
    if value is None:
        raise _unknown(action.strip())
    return value


def _command(words: list[str], before: Value | None) -> Value:
    name, *rest = words
    function = FUNCTIONS.get(name)
    if function is None:
        if rest or before is not None:
            raise _unknown(name)
        return _argument(name)
    arguments = [*(_argument(word) for word in rest), *([before] if before else [])]
    return lambda entry: str(function(*(argument(entry) for argument in arguments)))


def _argument(word: str) -> Value:
    if word[0] in '"`':
        return _plain(unquoted(word))
    if word.lstrip("-").isdigit():
        return _plain(word)
    if word == "__line__":
        return lambda entry: entry.line
    if word == "__timestamp__":
        return lambda entry: datetime.fromtimestamp(entry.at / 1e9, UTC).isoformat()
    if re.fullmatch(r"\.[A-Za-z_]\w*", word):
        return lambda entry: entry.labels.get(word[1:], "")
    raise _unknown(word)


def _unknown(word: str) -> Rejected:
    return Rejected(f"The demo world does not know “{word}” in a template.", code="bad_data")
