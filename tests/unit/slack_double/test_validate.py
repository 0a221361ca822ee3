"""Every limit that the double enforces: at the limit it is taken, one more is refused, with the pointer to it."""

from typing import Any

import pytest

from handlers.playground.doubles.slack.validate import block_flaws, block_text, view_flaws

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(size: int) -> Json:
    return {"type": "section", "text": mrkdwn("x" * size)}


def fields(count: int, size: int = 1) -> Json:
    return {"type": "section", "fields": [mrkdwn("x" * size) for _ in range(count)]}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def buttons(count: int) -> Json:
    return actions(*(button(action_id=f"a{i}") for i in range(count)))


def option(text: int = 1, value: int = 1, name: str = "") -> Json:
    return {"text": plain("x" * text), "value": name or "v" * value}


def select(count: int) -> Json:
    return actions({"type": "static_select", "options": [option(name=str(i)) for i in range(count)]})


def overflow(count: int) -> Json:
    return actions({"type": "overflow", "options": [option(name=str(i)) for i in range(count)]})


def radio(count: int) -> Json:
    return actions({"type": "radio_buttons", "options": [option(name=str(i)) for i in range(count)]})


def confirm(title: int, text: int, word: int) -> Json:
    return actions(
        button(
            confirm={
                "title": plain("x" * title),
                "text": plain("x" * text),
                "confirm": plain("x" * word),
                "deny": plain("No"),
            }
        )
    )


def table(rows: int, columns: int, text: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


def data_table(rows: int, columns: int = 1, text: str = "x", **more: Any) -> Json:
    cells = [[{"type": "raw_text", "text": text}] * columns] * rows
    return {"type": "data_table", "caption": "Services", "rows": cells, **more}


def chart(series: int = 1, points: int = 1, title: int = 1, label: int = 1, kind: str = "line", **axes: Any) -> Json:
    names = [f"{i:0{label}d}" for i in range(points)]
    data = [{"label": name, "value": i} for i, name in enumerate(names)]
    return {
        "type": "data_visualization",
        "title": "x" * title,
        "chart": {
            "type": kind,
            "series": [{"name": f"s{i}", "data": data} for i in range(series)],
            "axis_config": {"categories": names, **axes},
        },
    }


def pie(count: int, value: float = 1) -> Json:
    segments = [{"label": f"s{i}", "value": value} for i in range(count)]
    return {"type": "data_visualization", "title": "Spend", "chart": {"type": "pie", "segments": segments}}


def field(**element: Any) -> Json:
    return {"type": "input", "label": plain("Name"), "element": {"type": "plain_text_input", **element}}


def icons(count: int) -> Json:
    one = {"type": "icon_button", "icon": "trash", "text": plain("Forget")}
    return {"type": "context_actions", "elements": [{**one, "action_id": f"i{i}"} for i in range(count)]}


def feedback(text: int, value: int = 1) -> Json:
    side = {"text": plain("x" * text), "value": "v" * value}
    element = {"type": "feedback_buttons", "positive_button": side, "negative_button": side}
    return {"type": "context_actions", "elements": [element]}


def task(status: str) -> Json:
    return {"type": "task_card", "task_id": "t", "title": "Read", "status": status}


def rich(*pieces: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(pieces)}]}


AT_AND_OVER = {  # name: what is taken, what is not, where the refusal points
    "section text": (section(3_000), section(3_001), "/0/text/text"),
    "section text, empty": (section(1), section(0), "/0/text/text"),
    "fields": (fields(10), fields(11), "/0/fields"),
    "field text": (fields(1, 2_000), fields(1, 2_001), "/0/fields/0/text"),
    "header": (
        {"type": "header", "text": plain("x" * 150)},
        {"type": "header", "text": plain("x" * 151)},
        "/0/text/text",
    ),
    "header is plain": (
        {"type": "header", "text": plain("x")},
        {"type": "header", "text": mrkdwn("x")},
        "/0/text/type",
    ),
    "context": (
        {"type": "context", "elements": [mrkdwn("x")] * 10},
        {"type": "context", "elements": [mrkdwn("x")] * 11},
        "/0/elements",
    ),
    "actions": (buttons(25), buttons(26), "/0/elements"),
    "button text": (
        actions(button(text=plain("x" * 75))),
        actions(button(text=plain("x" * 76))),
        "/0/elements/0/text/text",
    ),
    "button is plain": (actions(button()), actions(button(text=mrkdwn("x"))), "/0/elements/0/text/type"),
    "button value": (
        actions(button(value="x" * 2_000)),
        actions(button(value="x" * 2_001)),
        "/0/elements/0/value",
    ),
    "button url": (
        actions(button(url="https://x.io/" + "x" * 2_987)),
        actions(button(url="https://x.io/" + "x" * 2_988)),
        "/0/elements/0/url",
    ),
    "button style": (
        actions(button(style="danger")),
        actions(button(style="loud")),
        "/0/elements/0/style",
    ),
    "button label": (
        actions(button(accessibility_label="x" * 75)),
        actions(button(accessibility_label="x" * 76)),
        "/0/elements/0/accessibility_label",
    ),
    "agent prompt": (
        actions(button(agent_prompt="x" * 4_000)),
        actions(button(agent_prompt="x" * 4_001)),
        "/0/elements/0/agent_prompt",
    ),
    "action_id": (
        actions(button(action_id="x" * 255)),
        actions(button(action_id="x" * 256)),
        "/0/elements/0/action_id",
    ),
    "block_id": ({**section(1), "block_id": "x" * 255}, {**section(1), "block_id": "x" * 256}, "/0/block_id"),
    "select options": (select(100), select(101), "/0/elements/0/options"),
    "overflow options": (overflow(5), overflow(6), "/0/elements/0/options"),
    "radio options": (radio(10), radio(11), "/0/elements/0/options"),
    "option text": (
        actions({"type": "static_select", "options": [option(75)]}),
        actions({"type": "static_select", "options": [option(76)]}),
        "/0/elements/0/options/0/text/text",
    ),
    "option value": (
        actions({"type": "static_select", "options": [option(1, 150)]}),
        actions({"type": "static_select", "options": [option(1, 151)]}),
        "/0/elements/0/options/0/value",
    ),
    "placeholder": (
        actions({"type": "datepicker", "placeholder": plain("x" * 150)}),
        actions({"type": "datepicker", "placeholder": plain("x" * 151)}),
        "/0/elements/0/placeholder/text",
    ),
    "confirm title": (confirm(100, 1, 1), confirm(101, 1, 1), "/0/elements/0/confirm/title/text"),
    "confirm text": (confirm(1, 300, 1), confirm(1, 301, 1), "/0/elements/0/confirm/text/text"),
    "confirm button": (confirm(1, 1, 30), confirm(1, 1, 31), "/0/elements/0/confirm/confirm/text"),
    "context actions": (
        icons(5),
        icons(6),
        "/0/elements",
    ),
    "feedback text": (feedback(75), feedback(76), "/0/elements/0/positive_button/text/text"),
    "feedback value": (feedback(1, 2_000), feedback(1, 2_001), "/0/elements/0/positive_button/value"),
    "markdown": (
        {"type": "markdown", "text": "x" * 12_000},
        {"type": "markdown", "text": "x" * 12_001},
        "/0/text",
    ),
    "image alt": (
        {"type": "image", "image_url": "https://x.io/a.png", "alt_text": "x" * 2_000},
        {"type": "image", "image_url": "https://x.io/a.png", "alt_text": "x" * 2_001},
        "/0/alt_text",
    ),
    "image title": (
        {"type": "image", "image_url": "u", "alt_text": "x", "title": plain("x" * 2_000)},
        {"type": "image", "image_url": "u", "alt_text": "x", "title": plain("x" * 2_001)},
        "/0/title/text",
    ),
    "image source": (
        {"type": "image", "image_url": "u", "alt_text": "x"},
        {"type": "image", "alt_text": "x"},
        "/0",
    ),
    "input label": (
        {**field(), "label": plain("x" * 2_000)},
        {**field(), "label": plain("x" * 2_001)},
        "/0/label/text",
    ),
    "input hint": (
        {**field(), "hint": plain("x" * 2_000)},
        {**field(), "hint": plain("x" * 2_001)},
        "/0/hint/text",
    ),
    "input length": (field(max_length=3_000), field(max_length=3_001), "/0/element/max_length"),
    "input is no button": (field(), {**field(), "element": button()}, "/0/element/type"),
    "table rows": (table(100, 1), table(101, 1), "/0/rows"),
    "table columns": (table(1, 20), table(1, 21), "/0/rows/0"),
    "column settings": (
        {**table(1, 1), "column_settings": [{"align": "right"}] * 20},
        {**table(1, 1), "column_settings": [{"align": "right"}] * 21},
        "/0/column_settings",
    ),
    "table text": (table(10, 10, "x" * 100), table(11, 10, "x" * 100), ""),
    "data table rows": (data_table(201), data_table(202), "/0/rows"),
    "data table has a row": (data_table(2), data_table(1), "/0/rows"),
    "data table columns": (data_table(2, 20), data_table(2, 21), "/0/rows/0"),
    "data table page": (data_table(2, page_size=100), data_table(2, page_size=101), "/0/page_size"),
    "data table text": (data_table(20, 10, "x" * 100), data_table(21, 10, "x" * 100), ""),
    "data table caption": (
        data_table(2),
        {"type": "data_table", "rows": data_table(2)["rows"]},
        "/0",
    ),
    "data table is even": (
        data_table(3),
        {**data_table(3), "rows": [*data_table(2)["rows"], [{"type": "raw_text", "text": "x"}] * 2]},
        "/0/rows/2",
    ),
    "data table header": (
        data_table(2),
        {**data_table(2), "rows": [[rich({"type": "text", "text": "x"})], [{"type": "raw_text", "text": "x"}]]},
        "/0/rows/0/0",
    ),
    "chart title": (chart(title=50), chart(title=51), "/0/title"),
    "chart series": (chart(series=12), chart(series=13), "/0/chart/series"),
    "chart points": (chart(points=20), chart(points=21), "/0/chart/axis_config/categories"),
    "chart label": (chart(label=20), chart(label=21), "/0/chart/axis_config/categories/0"),
    "chart axis": (chart(x_label="x" * 50), chart(x_label="x" * 51), "/0/chart/axis_config/x_label"),
    "chart kinds": (chart(kind="bar"), chart(kind="radar"), "/0/chart/type"),
    "pie segments": (pie(12), pie(13), "/0/chart/segments"),
    "pie is positive": (pie(1, 0.1), pie(1, 0), "/0/chart/segments/0/value"),
    "task status": (task("complete"), task("done"), "/0/status"),
    "card title": (
        {"type": "card", "title": plain("x" * 150)},
        {"type": "card", "title": plain("x" * 151)},
        "/0/title/text",
    ),
    "card body": (
        {"type": "card", "body": plain("x" * 200)},
        {"type": "card", "body": plain("x" * 201)},
        "/0/body/text",
    ),
    "carousel": (
        {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * 10},
        {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * 11},
        "/0/elements",
    ),
    "container": (
        {"type": "container", "child_blocks": [{"type": "divider"}] * 10},
        {"type": "container", "child_blocks": [{"type": "divider"}] * 11},
        "/0/child_blocks",
    ),
    "rich text pieces": (
        rich({"type": "text", "text": "x", "style": {"bold": True}}),
        rich({"type": "text", "text": "x", "style": {"loud": True}}),
        "/0/elements/0/elements/0/style",
    ),
    "unknown key": (section(1), {**section(1), "color": "red"}, "/0"),
    "unknown block": ({"type": "divider"}, {"type": "sparkline"}, "/0/type"),
    "not an object": ({"type": "divider"}, "divider", "/0"),
    "alert is for modals": ({"type": "divider"}, {"type": "alert", "text": plain("x")}, "/0/type"),
    "initial option": (
        actions({"type": "static_select", "options": [option(name="a")], "initial_option": option(name="a")}),
        actions({"type": "static_select", "options": [option(name="a")], "initial_option": option(name="b")}),
        "/0/elements/0",
    ),
}


@pytest.mark.parametrize("name", AT_AND_OVER)
def test_takes_what_fits_and_points_at_what_does_not(name: str) -> None:
    taken, refused, pointer = AT_AND_OVER[name]
    assert block_flaws([taken], "") == []
    assert pointer in [flaw.pointer for flaw in block_flaws([refused], "")]


@pytest.mark.parametrize(
    ("taken", "refused", "words"),
    [
        ([section(1)] * 50, [section(1)] * 51, "no more than 50 items allowed"),
        ([table(1, 1)], [table(1, 1)] * 2, "only_one_table_allowed"),
        ([chart()] * 2, [chart()] * 3, "no more than 2 data_visualization"),
        (
            [{"type": "markdown", "text": "x" * 6_000}] * 2,
            [{"type": "markdown", "text": "x" * 6_001}] * 2,
            "all markdown together",
        ),
        (
            [{**section(1), "block_id": "a"}, {**section(1), "block_id": "b"}],
            [{**section(1), "block_id": "a"}] * 2,
            "`block_id` must be unique",
        ),
        (
            [actions(button()), actions(button())],
            [actions(button(), button())],
            "`action_id` `go` already exists",
        ),
    ],
)
def test_counts_over_the_whole_message(taken: list[Json], refused: list[Json], words: str) -> None:
    assert block_flaws(taken) == []
    assert words in block_flaws(refused)[0].message


def test_series_must_have_a_value_for_each_category() -> None:
    block = chart(series=2, points=3)
    block["chart"]["series"][1] = {"name": "other", "data": block["chart"]["series"][0]["data"][:2]}
    assert [flaw.pointer for flaw in block_flaws([block], "")] == ["/0/chart/series/1/data"]


def test_series_names_are_unique() -> None:
    block = chart(series=2)
    block["chart"]["series"][1]["name"] = "s0"
    assert "unique" in block_flaws([block], "")[0].message


def test_tables_and_charts_do_not_count_as_text() -> None:
    assert block_text([section(10), table(5, 5), chart(), {"type": "header", "text": plain("abc")}]) == 13


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain("Ask"), "blocks": [section(1)], **more}


@pytest.mark.parametrize(
    ("taken", "refused", "pointer"),
    [
        (modal(title=plain("x" * 24)), modal(title=plain("x" * 25)), "/view/title/text"),
        (modal(submit=plain("x" * 24)), modal(submit=plain("x" * 25)), "/view/submit/text"),
        (modal(close=plain("x" * 24)), modal(close=plain("x" * 25)), "/view/close/text"),
        (modal(callback_id="x" * 255), modal(callback_id="x" * 256), "/view/callback_id"),
        (modal(private_metadata="x" * 3_000), modal(private_metadata="x" * 3_001), "/view/private_metadata"),
        (modal(blocks=[section(1)] * 100), modal(blocks=[section(1)] * 101), "/view/blocks"),
        (modal(), {"type": "modal", "blocks": []}, "/view"),
        (modal(), modal(color="red"), "/view"),
        (modal(blocks=[field()], submit=plain("Go")), modal(blocks=[field()]), "/view"),
        ({"type": "home", "blocks": [section(1)]}, {"type": "home", "blocks": [chart()]}, "/view/blocks/0/type"),
    ],
)
def test_views(taken: Json, refused: Json, pointer: str) -> None:
    assert view_flaws(taken) == []
    assert pointer in [flaw.pointer for flaw in view_flaws(refused)]
