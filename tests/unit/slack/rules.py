"""What Slack refuses, written down once more and apart from the renderer's own table, so that the two can disagree."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]


def faults(payload: dict[str, Any], most_blocks: int = 50) -> list[str]:
    blocks = payload["blocks"]
    found = [*_counted(blocks, most_blocks), *(fault for block in blocks for fault in _of(block))]
    if not 0 < len(payload["text"]) <= 4_000:
        found.append("text")
    for name in ("block_id", "action_id"):
        found += [f"{name} twice: {key}" for key, count in Counter(_all(blocks, name)).items() if count > 1]
        found += [f"{name} too long" for key in _all(blocks, name) if not 0 < len(key) <= 255]
    return found


def text_of(value: Any, name: str = "") -> Iterator[str]:
    """Everything that a person reads."""
    if isinstance(value, str) and name in (
        "text",
        "title",
        "label",
        "fallback",
        "name",
        "x_label",
        "y_label",
        "categories",
    ):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from text_of(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from text_of(inner, name)


def _counted(blocks: list[Block], most: int) -> Iterator[str]:
    kinds = Counter(block["type"] for block in blocks)
    if len(blocks) > most:
        yield f"{len(blocks)} blocks"
    if kinds["table"] > 1 or kinds["data_visualization"] > 2:
        yield "too many tables or charts"
    if sum(len(text) for text in text_of(blocks)) > 13_200:
        yield "too much text"


def _of(block: Block) -> Iterator[str]:
    match block["type"]:
        case "section":
            texts = [block["text"]] if "text" in block else []
            yield from (f"section {len(one['text'])}" for one in texts if not 0 < len(one["text"]) <= 3_000)
            fields = block.get("fields", [])
            yield from (f"field {len(one['text'])}" for one in fields if not 0 < len(one["text"]) <= 2_000)
            if len(fields) > 10 or not (texts or fields):
                yield "section"
            yield from _element(block["accessory"]) if "accessory" in block else ()
        case "header":
            if block["text"]["type"] != "plain_text" or not 0 < len(block["text"]["text"]) <= 150:
                yield "header"
        case "context":
            if not 0 < len(block["elements"]) <= 10 or any(not one["text"] for one in block["elements"]):
                yield "context"
        case "actions" | "context_actions":
            if not 0 < len(block["elements"]) <= (25 if block["type"] == "actions" else 5):
                yield block["type"]
            yield from (fault for element in block["elements"] for fault in _element(element))
        case "table":
            widths = {len(row) for row in block["rows"]}
            if len(block["rows"]) > 100 or len(widths) != 1 or not 0 < widths.pop() <= 20:
                yield "table's shape"
            if any(not cell["text"] for row in block["rows"] for cell in row) or len(block["column_settings"]) > 20:
                yield "table's cells"
            if sum(len(cell["text"]) for row in block["rows"] for cell in row) > 10_000:
                yield "table's text"
        case "data_visualization":
            yield from _chart(block)
        case "rich_text":
            if any(not inner["elements"] for inner in block["elements"]) or "" in list(text_of(block)):
                yield "empty rich text"
        case other:
            yield f"unknown block {other}"


def _element(element: Block) -> Iterator[str]:
    match element["type"]:
        case "button":
            bounds = {"value": 2_000, "url": 3_000, "accessibility_label": 75}
            yield from (f"button's {name}" for name, most in bounds.items() if len(element.get(name, "")) > most)
            if element["text"]["type"] != "plain_text" or not 0 < len(element["text"]["text"]) <= 75:
                yield "button's text"
            if "confirm" in element:
                most = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
                yield from (
                    f"confirm's {n}" for n, m in most.items() if not 0 < len(element["confirm"][n]["text"]) <= m
                )
        case "static_select":
            if not 0 < len(element["options"]) <= 100 or len(element["placeholder"]["text"]) > 150:
                yield "select"
            for option in element["options"]:
                if not 0 < len(option["text"]["text"]) <= 75 or not 0 < len(option["value"]) <= 150:
                    yield "option"
        case "feedback_buttons":
            for half in (element["positive_button"], element["negative_button"]):
                if len(half["text"]["text"]) > 75 or len(half["value"]) > 2_000:
                    yield "feedback"
        case other:
            yield f"unknown element {other}"


def _chart(block: Block) -> Iterator[str]:
    chart = block["chart"]
    if not 0 < len(block["title"]) <= 50:
        yield "chart's title"
    if chart["type"] == "pie":
        if not 0 < len(chart["segments"]) <= 6 or any(
            s["value"] <= 0 or len(s["label"]) > 20 for s in chart["segments"]
        ):
            yield "pie"
        return
    categories = chart["axis_config"]["categories"]
    if not 0 < len(categories) <= 20 or len(set(categories)) != len(categories) or any(len(c) > 20 for c in categories):
        yield "chart's categories"
    names = [series["name"] for series in chart["series"]]
    if not 0 < len(names) <= 6 or len(set(names)) != len(names) or any(not 0 < len(name) <= 20 for name in names):
        yield "chart's series"
    for series in chart["series"]:
        if [point["label"] for point in series["data"]] != categories:
            yield "chart's points"


def _all(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        if name in value:
            yield value[name]
        for inner in value.values():
            yield from _all(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _all(inner, name)
