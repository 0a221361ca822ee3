"""The shape of every block, and where it may stand."""

from typing import Any

from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.charts import CHART
from handlers.playground.doubles.slack.elements import (
    ELEMENTS,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from handlers.playground.doubles.slack.grammar import (
    Check,
    Report,
    anything,
    flag,
    many,
    number,
    one_of,
    plain,
    shape,
    string,
    tagged,
    text,
)
from handlers.playground.doubles.slack.rich_text import CELLS, COLUMN, RICH_TEXT

_ID: dict[str, Check] = {"block_id": string(limits.BLOCK_ID)}
_IMAGE = tagged(ELEMENTS, frozenset({"image"}))
_BUTTONS = many(tagged(ELEMENTS, frozenset({"button"})), limits.CONTEXT_ACTIONS_ELEMENTS)
_IN_CONTEXT: dict[str, Check] = {
    "image": ELEMENTS["image"],
    "mrkdwn": text(limits.SECTION_TEXT, "mrkdwn"),
    "plain_text": text(limits.SECTION_TEXT, "plain_text"),
}
_SOURCE = tagged({"url": shape({"url": string(limits.URL), "text": string(limits.SECTION_TEXT)}, {})})
_TASK = shape(
    {
        "task_id": string(255),
        "title": string(limits.SECTION_TEXT),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {
        **_ID,
        "details": tagged({"rich_text": RICH_TEXT}),
        "output": tagged({"rich_text": RICH_TEXT}),
        "sources": many(_SOURCE, 100, 0),
    },
)
_CARD = shape(
    {},
    {
        **_ID,
        "hero_image": _IMAGE,
        "icon": _IMAGE,
        "title": text(limits.CARD_TITLE),
        "subtitle": text(limits.CARD_TITLE),
        "body": text(limits.CARD_BODY),
        "actions": _BUTTONS,
    },
    one_needed=("hero_image", "title", "body", "actions"),
)


def _data_table(value: dict[str, Any], at: str, report: Report) -> None:
    before = len(report.flaws)
    row = many(tagged(CELLS), limits.TABLE_COLUMNS)
    shape(
        {"rows": many(row, limits.DATA_TABLE_ROWS, 2), "caption": string(limits.SECTION_TEXT)},
        {
            **_ID,
            "page_size": number(1, limits.DATA_TABLE_PAGE, whole=True),
            "row_header_column_index": number(0, whole=True),
        },
    )(value, at, report)
    if len(report.flaws) > before:
        return
    for index, cell in enumerate(value["rows"][0]):
        if cell["type"] == "rich_text":
            report.add(f"{at}/rows/0/{index}", "rich_text is not allowed in the header row", "enum", ["raw_text"])
    for index, cells in enumerate(value["rows"]):
        if len(cells) != len(value["rows"][0]):
            wanted = len(value["rows"][0])
            report.add(f"{at}/rows/{index}", f"all rows must have {wanted} columns", "columns", wanted)


BLOCKS: dict[str, Check] = {
    "section": shape(
        {},
        {
            **_ID,
            "text": text(limits.SECTION_TEXT),
            "fields": many(text(limits.FIELD_TEXT), limits.SECTION_FIELDS),
            "accessory": tagged(ELEMENTS, IN_SECTION),
            "expand": flag,
        },
        one_needed=("text", "fields"),
    ),
    "header": shape({"text": plain(limits.HEADER_TEXT)}, {**_ID, "level": number(1, 4, whole=True)}),
    "divider": shape({}, _ID),
    "context": shape({"elements": many(tagged(_IN_CONTEXT), limits.CONTEXT_ELEMENTS)}, _ID),
    "actions": shape({"elements": many(tagged(ELEMENTS, IN_ACTIONS), limits.ACTIONS_ELEMENTS)}, _ID),
    "context_actions": shape(
        {"elements": many(tagged(ELEMENTS, IN_CONTEXT_ACTIONS), limits.CONTEXT_ACTIONS_ELEMENTS)}, _ID
    ),
    "image": shape(
        {"alt_text": string(limits.ALT_TEXT)},
        {**_ID, "image_url": string(limits.URL), "slack_file": anything, "title": plain(limits.IMAGE_TITLE)},
        one_needed=("image_url", "slack_file"),
    ),
    "input": shape(
        {"label": plain(limits.LABEL), "element": tagged(ELEMENTS, IN_INPUT)},
        {**_ID, "hint": plain(limits.HINT), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": RICH_TEXT,
    "markdown": shape({"text": string(limits.MARKDOWN_TEXT)}, _ID),
    "table": shape(
        {"rows": many(many(tagged(CELLS), limits.TABLE_COLUMNS), limits.TABLE_ROWS)},
        {**_ID, "column_settings": many(COLUMN, limits.TABLE_COLUMNS, 0)},
    ),
    "data_table": _data_table,
    "data_visualization": CHART,
    "task_card": _TASK,
    "plan": shape({"title": string(limits.SECTION_TEXT)}, {**_ID, "tasks": many(tagged({"task_card": _TASK}), 50, 0)}),
    "alert": shape(
        {"text": text(limits.FIELD_TEXT)},
        {**_ID, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    "card": _CARD,
    "carousel": shape({"elements": many(tagged({"card": _CARD}), limits.CAROUSEL_CARDS)}, _ID),
}
_WITHIN = frozenset({"section", "divider", "context", "actions", "image", "rich_text", "markdown", "table", "card"})
BLOCKS["container"] = shape(
    {"child_blocks": many(tagged(BLOCKS, _WITHIN), limits.CONTAINER_BLOCKS)},
    {
        **_ID,
        "title": text(limits.CONTAINER_TITLE),
        "rich_text_title": tagged({"rich_text": RICH_TEXT}),
        "subtitle": text(limits.CONTAINER_TITLE),
        "width": one_of("narrow", "standard", "wide", "full"),
        "icon": _IMAGE,
        "is_collapsible": flag,
        "default_collapsed": flag,
        "has_header_divider": flag,
    },
)

_TALK_ONLY = frozenset(
    {
        "context_actions",
        "markdown",
        "table",
        "data_table",
        "data_visualization",
        "task_card",
        "plan",
        "card",
        "carousel",
    }
)
SURFACES: dict[str, frozenset[str]] = {
    "message": frozenset(BLOCKS) - {"alert"},
    "modal": frozenset(BLOCKS) - _TALK_ONLY,
    "home": frozenset(BLOCKS) - _TALK_ONLY - {"alert"},
}
