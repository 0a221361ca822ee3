"""What a drawn message could do that a stranger's words must not: call, link, format, reorder."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from handlers.platform import Drawing

CALLS = {"user", "usergroup", "broadcast", "channel", "team", "emoji", "mention", "image", "img"}
_MARKS = re.compile(r"(?<![\w\\])([*_~`]{1,3})(?=\S)(?:(?!\1).)+?(?<=\S)\1(?!\w)|</?[a-z!@#][^>]*>", re.I)
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def walk(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        yield node
        node = list(node.values())
    if isinstance(node, list | tuple):
        for one in node:
            yield from walk(one)


def in_slack(drawing: Drawing, text: str) -> str:
    """What is wrong with it; empty where nothing is."""
    payload = dict(drawing.payload)
    read = [str(payload.get("text", "")), *(str(one["text"]) for one in walk(payload) if one.get("type") == "mrkdwn")]
    for said in read:
        if found := re.search(r"<[!@#a-z/]|\w://|mailto:\w", said):
            return f"Slack reads {found[0]} in {said[:200]}"
        if found := _marked(text, said):
            return f"Slack reads {found} in {said[:200]}"
    return _anywhere(payload)


def in_teams(drawing: Drawing, text: str) -> str:
    payload = dict(drawing.payload)
    read = [str(one["text"]) for one in walk(payload) if one.get("type") == "TextBlock"]
    for said in read:
        if found := re.search(r"(?<!\\)\[[^\]\\]*(?<!\\)\]\(", said):
            return f"Teams reads {found[0]} in {said[:200]}"
        if found := _marked(text, said):
            return f"Teams reads {found} in {said[:200]}"
    for one in walk(payload):
        if one.get("type") in ("TextBlock", "TextRun") and re.search(
            r"<at\b|\{\{(?:DATE|TIME)\(20[012]\d-01", one["text"]
        ):
            return f"Teams reads a call in {one['text'][:200]}"
    if payload.get("textFormat", "plain") != "plain" or re.search(r"<at\b", str(payload.get("text", ""))):
        return "Teams reads a text that is not plain"
    return _anywhere(payload)


def in_mail(page: str) -> str:
    """Of a letter's page: what strangers wrote makes no tag, and leads nowhere."""
    found = re.search(
        r"<(?:script|img|iframe|svg|form|input|meta http|details|blockquote|at\b)"
        r"|(?:href|src)=\"[^\"]*evil|<[a-z][^>]*\son\w+=",
        page,
    )
    return f"mail reads {found[0]}" if found else ""


def _marked(text: str, said: str) -> str:
    """What the text would format or lead with, where it stands as it was written."""
    return next((one[0] for one in _MARKS.finditer(text) if one[0] in said), "")


def _anywhere(payload: Mapping[str, Any]) -> str:
    for one in walk(payload):
        if str(one.get("type", "")).lower() in CALLS:
            return f"it has a {one['type']}"
        for name in ("url", "href", "image_url"):
            if "evil" in str(one.get(name, "")):
                return f"it leads to {one[name]}"
    shown = json.dumps(payload, ensure_ascii=False)
    return "it has signs that nobody sees" if _HIDDEN.search(shown) else ""
