"""What others wrote, as a prompt may hold it."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.fence import LONGEST_LINE, MOST_LINES, fenced, private


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("upstream   timeout\n after 30 s", "upstream timeout after 30 s"),
        ("mail to anna.berger@example.com", "mail to …@example.com"),
        ("from 10.1.2.3:5432", "from …:5432"),
        ("peer fe80:0:0:0:1:2:3:4 gone", "peer … gone"),
        ("call +43 660 123 45 67 now", "call … now"),
        ("card 4111 1111 1111 1111", "card …1111"),
        ("password=hunter2hunter2", "password=…"),
        ("a\u202eb\u200bc\u00ad", "a\ufffdbc"),
        ("v1.2.3.4.5 at 12:04:33", "v1.2.3.4.5 at 12:04:33"),
    ],
)
def test_a_line_without_what_opens_a_door_and_whom_it_is_about(text: str, shown: str):
    assert private(text) == shown


@given(st.lists(st.text(max_size=500), max_size=60))
def test_no_line_gets_out_of_its_fence(lines: list[str]):
    block = fenced("Lines", lines)
    if not block:
        return
    first, *inside, last = block.split("\n")
    mark = re.fullmatch(r"<data (\w{12})> Lines, .*", first)
    assert mark
    assert last == f"</data {mark[1]}>"
    assert len(inside) <= MOST_LINES
    assert all(len(json.loads(one)) <= LONGEST_LINE for one in inside)
    assert all(mark[1] not in one for one in inside)


def test_nothing_has_no_fence():
    assert fenced("Lines", ["", "  \n"]) == ""
