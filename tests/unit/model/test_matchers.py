"""Matchers mean what they mean to Alertmanager; tests/integration/alertmanager compares the two."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.matchers import LONGEST, Matcher, Matchers, read_matcher, read_matchers, split


@pytest.mark.parametrize(
    ("text", "name", "sign", "value"),
    [
        ('service="checkout"', "service", "=", "checkout"),
        ("service=checkout", "service", "=", "checkout"),
        ("  a:b  =  c  ", "a:b", "=", "c"),
        ('a != "b"', "a", "!=", "b"),
        ('a=~"b|c"', "a", "=~", "b|c"),
        ("a!~b.*", "a", "!~", "b.*"),
        ("a=", "a", "=", ""),
        ('a=""', "a", "=", ""),
        ("a={x}", "a", "=", "{x}"),
        ("a=b c", "a", "=", "b c"),
        ("a = ~b", "a", "=", "~b"),
        (r'a="\d\.\n\"\\"', "a", "=", '\\d\\.\n"\\'),  # what escapes nothing stays as it is
        ("a=b\\", "a", "=", "b\\"),
        ('a="line\nbreak"', "a", "=", "line\nbreak"),
        ('http.status="500"', "http.status", "=", "500"),
        ("1a=x", "1a", "=", "x"),
        ("grün=ja", "grün", "=", "ja"),
        ('"service name"="x"', "service name", "=", "x"),
        (r'"a b"="é\t\x41\101\U0001F600"', "a b", "=", "é\tAA\U0001f600"),
    ],
)
def test_it_is_read_as_alertmanager_reads_it(text: str, name: str, sign: str, value: str) -> None:
    assert read_matcher(text) == Matcher(name, sign, value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "", "service", "=x", 'a="b', 'a=b"', 'a="b"c"', r'a="b\"', 'a="b" c', '""="x"', 'a b="c"',
        r'"a b"="\q"', r'"a b"="\xff"', r'"a b"="\ud800"', 'a.b="c" d', "a" * LONGEST + "=b",
    ],
)  # fmt: skip
def test_what_is_no_matcher_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="matcher"):
        read_matcher(text)


@pytest.mark.parametrize("expression", ["(", "a{1001}", r"(?=a)", r"\1", "(a{100}){100}", "*"])
def test_an_expression_that_re2_refuses_is_told(expression: str) -> None:
    with pytest.raises(ValueError, match="cannot be read") as problem:
        read_matcher(f'a=~"{expression}"')
    assert "b'" not in str(problem.value)


@pytest.mark.parametrize(
    ("text", "labels", "fits"),
    [
        ('a="b"', {"a": "b"}, True),
        ('a="b"', {"a": "bb"}, False),
        ('a=""', {}, True),  # a label that is absent is empty
        ('a!="b"', {}, True),
        ('a=~"b"', {"a": "abc"}, False),  # anchored
        ('a=~"b|bc"', {"a": "bc"}, True),
        ('a=~".*"', {}, True),
        ('a=~".+"', {}, False),
        ('a!~"b.*"', {"a": "c"}, True),
        ('a!~"b.*"', {"a": "bc"}, False),
        ('a=~".*"', {"a": "two\nlines"}, False),
        ('a=~"(?s).*"', {"a": "two\nlines"}, True),
        ('a=~"x$"', {"a": "x\n"}, False),  # the end is the end
        ('a=~"(?i)ÄB"', {"a": "äb"}, True),
        ('a=~"a)|(b"', {"a": "xb"}, True),  # as Alertmanager puts it together: ^(?:a)|(b)$
        ('a=~"a)|(b"', {"a": "x"}, False),
    ],
)
def test_it_fits_what_it_fits_in_alertmanager(text: str, labels: dict[str, str], fits: bool) -> None:
    assert read_matcher(text).fits(labels) is fits


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('{a="1", b=~"2.*"}', ('a="1"', 'b=~"2.*"')),
        ('a="1",b="2",', ('a="1"', 'b="2"')),
        ('a="1,2", b=3', ('a="1,2"', "b=3")),
        (r'a="\",", b="\\", c=d', (r'a="\","', r'b="\\"', "c=d")),
        ("{}", ()),
        ("", ()),
    ],
)
def test_a_list_is_split_at_its_commas(text: str, parts: tuple[str, ...]) -> None:
    assert split(text) == parts


def test_all_have_to_fit_and_none_fits_everything() -> None:
    both = read_matchers(("a=1", "b=~2.*"))
    assert both.fit({"a": "1", "b": "22"})
    assert not both.fit({"a": "1", "b": "3"})
    assert Matchers().fit({})


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.sampled_from(("=", "!=")),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)
def test_what_is_written_is_read_again(name: str, sign: str, value: str) -> None:
    matcher = Matcher(name, sign, value)  # type: ignore[arg-type]
    assert read_matcher(str(matcher)) == matcher


@given(st.text(max_size=80))
def test_any_text_is_a_matcher_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        matcher = read_matcher(text)
        assert matcher.fits({matcher.name: "x"}) in (True, False)


def test_expressions_take_linear_time() -> None:
    evil = read_matcher(r'a=~"(a*)*(a|aa)+(.*a){20}$"')
    began = time.perf_counter()
    evil.fits({"a": "a" * 1000 + "!"})
    assert time.perf_counter() - began < 1
