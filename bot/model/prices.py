"""Tokens, and what they cost: a table kept as data beside this file, each line with its date and where it was read."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

OLD = timedelta(days=180)
_DATED = re.compile(r"-(\d{4}-\d\d-\d\d|20\d{6})$")


_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Tokens:
    read: int
    written: int
    cached: int = 0  # of those that were read
    estimated: bool = False  # the server did not count them

    @property
    def all(self) -> int:
        return self.read + self.written


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    read: Decimal
    written: Decimal
    cached: Decimal

    def of(self, tokens: Tokens) -> Decimal:
        fresh = tokens.read - tokens.cached
        whole = self.read * fresh + self.cached * tokens.cached + self.written * tokens.written
        return whole / _MILLION


def priced(read: str, written: str, cached: str = "") -> Price:
    return Price(Decimal(read), Decimal(written), Decimal(cached or read))


@dataclass(frozen=True, slots=True)
class Listed:
    price: Price
    as_of: date | None  # None: nobody has compared it with a page
    source: str


def read(text: str) -> Mapping[str, Listed]:
    """Raises ValueError where a line is not what it should be."""
    return {model: _listed(model, row) for model, row in tomllib.loads(text).items() if model != "compared"}


def _listed(model: str, row: Any) -> Listed:
    try:
        price = priced(row["read"], row["written"], row.get("cached", ""))
        good = all(Decimal(0) <= one.normalize() < 1000 for one in (price.read, price.written, price.cached))
        if not good or (row["source"] and not isinstance(row["as_of"], date)):
            raise ValueError
        return Listed(price, row.get("as_of"), row["source"])
    except (KeyError, TypeError, ArithmeticError, ValueError) as problem:
        raise ValueError(f"the price of {model} cannot be read") from problem


def base(model: str) -> str:
    """A dated version of a model costs what the model costs."""
    return _DATED.sub("", model)


def price_of(model: str, prices: Mapping[str, Price]) -> Price | None:
    return prices.get(model) or prices.get(base(model))


def age(models: Iterable[str], own: Mapping[str, Price], today: date) -> str:
    """A sentence on how old the prices of these models are; empty where none is from the table."""
    listed = {model: LISTED[base(model)] for model in models if model not in own and base(model) in LISTED}
    unchecked = [model for model, one in listed.items() if one.as_of is None]
    if unchecked:
        return f"The price of {', '.join(unchecked)} was never compared with its maker's page."
    if not listed:
        return ""
    oldest = min(one.as_of for one in listed.values() if one.as_of)
    days = (today - oldest).days
    remark = ": compare them with the maker's page (OPENAI_PRICES)" if today - oldest > OLD else ""
    return f"Its prices are of {oldest}, {days:,} days ago{remark}." if days > 1 else f"Its prices are of {oldest}."


LISTED = read(resources.files("bot.model").joinpath("prices.toml").read_text(encoding="utf-8"))
PRICES: Mapping[str, Price] = {model: one.price for model, one in LISTED.items()}
