"""The table of prices: whole, dated, and told of when it is old."""

from datetime import date
from decimal import Decimal

import pytest

from bot.model.prices import LISTED, PRICES, age, price_of, priced, read

TODAY = date(2026, 11, 30)
LINE = '["m"]\nread = "1"\nwritten = "2"\nas_of = 2026-01-02\nsource = "x"\n'


def test_every_price_says_when_and_where_it_was_read():
    unchecked = [model for model, one in LISTED.items() if not one.source or one.as_of is None]
    assert unchecked == ["gpt-4-turbo"]
    assert all(date(2025, 1, 1) < one.as_of <= TODAY for one in LISTED.values() if one.as_of)
    assert all(one.cached <= one.read <= one.written for one in PRICES.values())


@pytest.mark.parametrize(
    ("model", "of"),
    [
        ("gpt-4o-mini", "gpt-4o-mini"),
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4"),
        ("gpt-4o-2", None),
        ("local-7b", None),
    ],
)
def test_a_dated_version_costs_what_the_model_costs(model, of):
    assert price_of(model, PRICES) == (PRICES[of] if of else None)


def test_one_line():
    [(model, one)] = read(LINE).items()
    assert (model, one.price, one.as_of) == ("m", priced("1", "2"), date(2026, 1, 2))
    assert one.price.cached == Decimal(1)


@pytest.mark.parametrize(
    "wrong",
    [
        LINE.replace('read = "1"\n', ""),
        LINE.replace('"2"', '"two"'),
        LINE.replace('"2"', '"-2"'),
        LINE.replace('"2"', '"nan"'),
        LINE.replace("as_of = 2026-01-02\n", ""),
        LINE.replace("2026-01-02", '"lately"'),
        LINE.replace('source = "x"\n', ""),
    ],
)
def test_a_line_that_is_wrong_is_named(wrong):
    with pytest.raises(ValueError, match="the price of m cannot be read"):
        read(wrong)


@pytest.mark.parametrize(
    ("models", "own", "says"),
    [
        (["gpt-4.1", "gpt-4o-mini-2024-07-18"], {}, "Its prices are of 2026-03-21, 254 days ago: compare"),
        (["gpt-5-mini"], {}, "Its prices are of 2026-11-30."),
        (["gpt-4-turbo"], {}, "The price of gpt-4-turbo was never compared"),
        (["gpt-4o"], {"gpt-4o": priced("1", "2")}, ""),
        (["local-7b"], {}, ""),
    ],
)
def test_how_old_it_is(models, own, says):
    assert age(models, own, TODAY).startswith(says)
    assert bool(age(models, own, TODAY)) is bool(says)
