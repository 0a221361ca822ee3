"""The gallery's list: every example, every look, and nothing that JSON cannot carry."""

import json

from handlers.platform import Drawing
from handlers.playground.examples import EXAMPLES
from handlers.playground.gallery import example_link, gallery
from handlers.playground.pages import page


def test_every_example_is_there_in_every_look() -> None:
    shown = gallery({"slack": lambda reply, _: Drawing({"text": reply.summary})})
    assert [entry["name"] for entry in shown] == list(EXAMPLES)
    for entry in shown:
        reply = EXAMPLES[entry["name"]]
        assert entry["slack"] == {"text": reply.summary}
        assert entry["html"] == page(reply, example_link)
        assert entry["reply"]["summary"] == reply.summary
        assert reply.summary in entry["plain"]
    json.dumps(shown)
