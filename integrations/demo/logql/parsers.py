"""Lines to labels: json, logfmt, regexp, pattern and unpack."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from bot.model.regexes import compiled
from bot.query.logql import tree
from bot.query.logql.pattern import split
from bot.query.logql.quoting import unquoted
from integrations.demo.logql.streams import Entry

Step: TypeAlias = Callable[[Entry], bool]  # False: the line is left out

_PAIR = re.compile(r'([^\s="]+)(?:=("(?:[^"\\]|\\.)*"|[^\s"]*))?(?=\s|$)|\S+')
_PATH = re.compile(r'([A-Za-z_]\w*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')


def _loaded(line: str) -> Any:
    """Numbers stay as they are written."""
    return json.loads(line, parse_float=str, parse_int=str, parse_constant=str)


def _text(value: Any) -> str | None:
    """A single value as a label's; None for what is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else None


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        name = f"{prefix}_{key}" if prefix else key
        if isinstance(inner, dict):
            yield from _flat(name, inner)
        elif (text := _text(inner)) is not None:  # lists and nulls are no labels
            yield name, text


def from_json(stage: tree.Json) -> Step:
    paths = [(one.label, [match.groups() for match in _PATH.finditer(one.path)]) for one in stage.extractions]

    def step(entry: Entry) -> bool:
        try:
            value = _loaded(entry.line)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            entry.fail("JSONParserErr", "Value looks like object, but can't find closing '}' symbol")
        elif paths:
            for label, path in paths:
                entry.extract(label, _at(value, path))
        else:
            for name, text in _flat("", value):
                entry.extract(name, text)
        return True

    return step


def _at(value: Any, path: list[tuple[str | Any, ...]]) -> str:
    for name, index, quoted in path:
        if index:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
        else:
            value = value.get(name or unquoted(f'"{quoted}"')) if isinstance(value, dict) else None
    text = _text(value)
    return text if text is not None else "" if value is None else json.dumps(value, separators=(",", ":"))


def from_logfmt(stage: tree.Logfmt) -> Step:
    wanted = {one.path: one.label for one in stage.extractions}

    def step(entry: Entry) -> bool:
        for found in _PAIR.finditer(entry.line):
            key = found[1]
            if key is None:  # neither a key nor a pair
                if stage.strict:
                    entry.fail("LogfmtParserErr", f"logfmt syntax error at pos {found.start() + 1}")
                    break
                continue
            value = _unquoted(found[2] or "")
            if (value or stage.keep_empty) and (not wanted or key in wanted):
                entry.extract(wanted.get(key, key), value)
        return True

    return step


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return unquoted(value)
    except ValueError:
        return value[1:-1]


def from_regexp(stage: tree.Regexp) -> Step:
    expression = compiled(stage.expression)

    def step(entry: Entry) -> bool:
        found = expression.search(entry.line)
        for name in expression.groupindex if found else ():
            entry.extract(name, found[name] or "")
        return True

    return step


def from_pattern(stage: tree.Pattern) -> Step:
    parts = split(stage.expression)

    def step(entry: Entry) -> bool:
        for name, value in _captured(parts, entry.line):
            entry.extract(name, value)
        return True

    return step


def _captured(parts: list[tuple[bool, str]], line: str) -> Iterator[tuple[str, str]]:
    """A capture whose end is not found takes the rest of the line, and those behind it nothing."""
    rest, capture = line, ""
    for index, (is_capture, text) in enumerate(parts):
        if is_capture:
            capture = text
            continue
        before, found, after = rest.partition(text)
        if index == 0 and (not found or before):
            return
        if capture not in ("", "_"):
            yield capture, before
        rest, capture = after, ""
        if not found:
            return
    if capture not in ("", "_"):
        yield capture, rest


def unpacked(entry: Entry) -> bool:
    """Undoes what Promtail packed: labels as texts, and the line itself as `_entry`; other lines stay as they are."""
    try:
        value = json.loads(entry.line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        entry.fail("JSONParserErr", "expecting json object(6), but it is not")
        return True
    if isinstance(value.get("_entry"), str):
        for name, text in value.items():
            if isinstance(text, str) and name != "_entry":
                entry.extract(name, text)
        entry.line = value["_entry"]
    return True
