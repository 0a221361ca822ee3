"""A file of what others wrote runs nothing where it is opened."""

import csv
import io

import pytest

from bot.model import spreadsheet


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" \n=1", "' \n=1"),
        ("a=1", "a=1"),
        ('say "x", y', 'say "x", y'),
        ("two\nlines", "two\nlines"),
        ("", ""),
    ],
)
def test_a_cell_is_shown_and_never_run(cell, shown):
    made = spreadsheet.write(("name", "text"), [("a", cell)])
    assert made.startswith(b"\xef\xbb\xbf")  # or a spreadsheet takes it for another alphabet
    read = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert read == [["name", "text"], ["a", shown]]


def test_numbers_stay_numbers_and_heads_run_nothing_either():
    assert spreadsheet.write(("=head",), [(-1.5,)]).decode("utf-8-sig") == "'=head\r\n-1.5\r\n"
