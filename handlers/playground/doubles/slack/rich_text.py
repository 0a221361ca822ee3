"""The shape of rich text and of the cells of tables."""

from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.grammar import Check, anything, flag, many, number, one_of, shape, string, tagged

_STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), flag))
_ID = string(100)


def _piece(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return shape(required, {**(optional or {}), "style": _STYLE})


PIECES: dict[str, Check] = {
    "text": _piece({"text": string(limits.MESSAGE_TEXT)}),
    "link": _piece({"url": string(limits.URL)}, {"text": string(limits.URL, 0), "unsafe": flag}),
    "user": _piece({"user_id": _ID}),
    "usergroup": _piece({"usergroup_id": _ID}),
    "team": _piece({"team_id": _ID}),
    "channel": _piece({"channel_id": _ID}),
    "emoji": _piece({"name": _ID}, {"unicode": string(100), "skin_tone": number(1, 6, whole=True)}),
    "broadcast": _piece({"range": one_of("here", "channel", "everyone")}),
    "color": _piece({"value": string(20)}),
    "date": _piece(
        {"timestamp": number(0, whole=True), "format": string(500)},
        {"url": string(limits.URL), "fallback": string(500)},
    ),
}
_PIECES = many(tagged(PIECES), 10_000, 0)
_BORDER = number(0, 1, whole=True)

PARTS: dict[str, Check] = {
    "rich_text_section": shape({"elements": _PIECES}, {}),
    "rich_text_preformatted": shape({"elements": _PIECES}, {"border": _BORDER, "language": string(50)}),
    "rich_text_quote": shape({"elements": _PIECES}, {"border": _BORDER}),
}
PARTS["rich_text_list"] = shape(
    {
        "elements": many(tagged(PARTS, frozenset({"rich_text_section"})), 1_000),
        "style": one_of("bullet", "ordered"),
    },
    {"indent": number(0, 8, whole=True), "offset": number(0, whole=True), "border": _BORDER},
)

RICH_TEXT = shape({"elements": many(tagged(PARTS), 1_000)}, {"block_id": string(limits.BLOCK_ID)})

CELLS: dict[str, Check] = {
    "raw_text": shape({"text": string(limits.DATA_TABLE_TEXT)}, {}),
    "raw_number": shape({"value": number(), "text": string(limits.SECTION_TEXT)}, {}),
    "rich_text": RICH_TEXT,
}
COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag, "width": anything})
