"""What a line says to people: its message without the fields around it. Pure."""

import json
import re
from collections.abc import Mapping

MESSAGE = ("msg", "message", "event", "text", "log", "body")
REASON = ("error", "err", "exception", "reason")
_PAIR = re.compile(r'([A-Za-z_][\w.\-]*)=("(?:[^"\\]|\\.)*"|\S*)')


def message(line: str) -> str:
    """In one line of its own; the whole line where it has no such field."""
    fields = _fields(line)
    said = next((fields[name] for name in MESSAGE if fields.get(name)), "")
    why = next((fields[name] for name in REASON if fields.get(name)), "")
    if said and why and why not in said:
        said = f"{said}: {why}"
    return " ".join((said or line).split())


def field(line: str, name: str) -> str:
    return _fields(line).get(name, "")


def _fields(line: str) -> Mapping[str, str]:
    text = line.strip()
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        return {name: _text(value) for name, value in found.items()} if isinstance(found, dict) else {}
    pairs = _PAIR.findall(text)
    return {name: _bare(value) for name, value in pairs} if len(pairs) > 1 else {}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        inner = next((value[name] for name in (*MESSAGE, *REASON) if isinstance(value.get(name), str)), "")
        return str(inner)
    return "" if value is None or isinstance(value, bool | list) else str(value)


def _bare(value: str) -> str:
    return value[1:-1].replace('\\"', '"').replace("\\\\", "\\") if value[:1] == '"' and value[-1:] == '"' else value
