"""Whether Slack would take these blocks, this message, this view; pure."""

import json
from collections.abc import Iterator
from typing import Any

from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.blocks import BLOCKS, SURFACES
from handlers.playground.doubles.slack.grammar import (
    Check,
    Flaw,
    Report,
    flag,
    many,
    one_of,
    plain,
    shape,
    string,
    tagged,
)

_TEXT_KEYS = frozenset({"text", "title", "subtitle", "body", "details", "output", "label", "hint", "alt_text"})
_COUNTED_APART = frozenset({"table", "data_table", "data_visualization"})


def block_flaws(blocks: Any, at: str = "/blocks", surface: str = "message") -> list[Flaw]:
    report = Report()
    most = limits.MESSAGE_BLOCKS if surface == "message" else limits.VIEW_BLOCKS
    many(tagged(BLOCKS, SURFACES[surface]), most, 0)(blocks, at, report)
    if not report.flaws:
        _ids(blocks, at, report)
        _tables(blocks, at, report)
    return report.flaws


def view_flaws(view: Any, at: str = "/view") -> list[Flaw]:
    report = Report()
    kind = view.get("type") if isinstance(view, dict) else None
    tagged({"modal": _MODAL, "home": _HOME})(view, at, report)
    if report.flaws:
        return report.flaws
    if kind == "modal" and not view.get("submit") and any(one.get("type") == "input" for one in view["blocks"]):
        report.add(at, "missing required field: submit", "required", "submit")
    return report.flaws + block_flaws(view["blocks"], f"{at}/blocks", str(kind))


def view_bytes(view: Any) -> int:
    return len(json.dumps(view).encode())


def block_text(blocks: Any) -> int:
    """How many characters the blocks hold, tables and charts apart: they have budgets of their own."""
    return sum(len(text) for block in blocks if block.get("type") not in _COUNTED_APART for text in _texts(block))


def elements(blocks: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every element that can be pressed or filled, with its block."""
    for block in blocks:
        inner = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
        if block.get("type") == "card":
            inner += block.get("actions") or []
        for element in inner:
            if isinstance(element, dict) and element.get("type") not in _NOT_ACTING:
                yield block, element
        cards = block.get("elements") if block.get("type") == "carousel" else block.get("child_blocks")
        for child in cards or []:
            yield from elements([child])


_NOT_ACTING = frozenset(
    {
        "mrkdwn",
        "plain_text",
        "image",
        "card",
        "rich_text_section",
        "rich_text_list",
        "rich_text_quote",
        "rich_text_preformatted",
    }
)


def _texts(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if key in _TEXT_KEYS:
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one, key)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, name)


def _ids(blocks: list[dict[str, Any]], at: str, report: Report) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name is not None and name in seen:
            report.add(f"{at}/{index}/block_id", f"`block_id` must be unique: {name}", "unique", "block_id")
        seen.add(name or "")
        acts: set[str] = set()
        for _, element in elements([block]):
            act = element.get("action_id")
            if act is not None and act in acts:
                report.add(f"{at}/{index}", f"`action_id` `{act}` already exists for this block", "unique", "action_id")
            acts.add(act or "")


def _tables(blocks: list[dict[str, Any]], at: str, report: Report) -> None:
    def of(kind: str) -> list[dict[str, Any]]:
        return [block for block in blocks if block["type"] == kind]

    def written(kind: str) -> int:
        return sum(len(text) for block in of(kind) for text in _texts(block.get("rows")))

    if len(of("table")) > limits.TABLES:
        report.add(at, "only_one_table_allowed", "max_items", limits.TABLES)
    if len(of("data_visualization")) > limits.CHARTS:
        report.add(at, f"no more than {limits.CHARTS} data_visualization blocks allowed", "max_items", limits.CHARTS)
    budgets = (("table", limits.TABLE_TEXT), ("data_table", limits.DATA_TABLE_TEXT))
    for kind, most in budgets:
        if written(kind) > most:
            report.add(at, f"all {kind} cells together must be less than {most + 1} characters", "max_length", most)
    if sum(len(block["text"]) for block in of("markdown")) > limits.MARKDOWN_TEXT:
        most = limits.MARKDOWN_TEXT
        report.add(at, f"all markdown together must be less than {most + 1} characters", "max_length", most)


def _listed(value: Any, at: str, report: Report) -> None:
    if not isinstance(value, list):
        report.add(at, "must be an array", "type", "array")


_SHARED: dict[str, Check] = {
    "private_metadata": string(limits.PRIVATE_METADATA, 0),
    "callback_id": string(limits.CALLBACK_ID, 0),
    "external_id": string(255, 0),
}
_HOME = shape({"type": one_of("home"), "blocks": _listed}, _SHARED)
_MODAL = shape(
    {"type": one_of("modal"), "title": plain(limits.VIEW_TITLE), "blocks": _listed},
    {
        **_SHARED,
        "submit": plain(limits.VIEW_BUTTON),
        "close": plain(limits.VIEW_BUTTON),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
