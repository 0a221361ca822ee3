"""Any JSON that the plan's mapping leads us through."""

from collections.abc import Sequence
from typing import Literal

from bot.model.errors import Malformed
from bot.model.plan import JsonSource
from bot.model.severity import severity_of
from bot.model.signal import LONGEST_NAME, LONGEST_TEXT, LONGEST_VALUE, MOST_LABELS, Signal
from integrations.generic.paths import find
from integrations.integration import Arrived, Webhook
from integrations.reading import (
    MOST_SIGNALS,
    address,
    began,
    identity,
    identity_of,
    instant,
    literal,
    one_line,
    text_of,
)

_ACKNOWLEDGED = ("acknowledged", "acked", "acknowledge")


def parse(arrived: Arrived) -> Sequence[Signal]:
    mapping = arrived.mapping
    if mapping is None:
        raise Malformed("map", "There is no mapping of this name in the plan.")
    return [_signal(_Item(one, path, mapping), arrived) for one, path in _items(arrived.body, mapping.each)]


def _items(body: object, each: str) -> Sequence[tuple[object, str]]:
    found = find(body, each) if each else [body]
    if len(found) == 1 and isinstance(found[0], list):
        found = found[0]
    if len(found) > MOST_SIGNALS:
        raise Malformed(each, f"has more than {MOST_SIGNALS} entries")
    if each and not found and find(body, each.removesuffix("[]")) == []:
        raise Malformed(each, "is not there")
    name = each.removesuffix("[]")
    return [(one, f"{name}[{number}]" if name or isinstance(body, list) else "") for number, one in enumerate(found)]


class _Item:
    """One alert in the payload, read where its mapping points."""

    def __init__(self, value: object, path: str, mapping: JsonSource) -> None:
        self.mapping = mapping
        self._value = value
        self._path = path

    def at(self, path: str) -> str:
        return f"{self._path}.{path}" if self._path else path

    def text(self, path: str, most: int = LONGEST_VALUE) -> str:
        """Several values, by `[]`, are one text; what is not there is empty."""
        values = [one for one in find(self._value, path) if one is not None] if path else []
        return literal(", ".join(text_of(one, self.at(path), most) for one in values[:100]), most).strip()

    def instant(self, path: str) -> object:
        return next(iter(find(self._value, path)), None) if path else None


def _signal(item: _Item, arrived: Arrived) -> Signal:
    mapping = item.mapping
    title = one_line(item.text(mapping.title, LONGEST_TEXT))
    if not title:
        raise Malformed(item.at(mapping.title), "is missing or blank")
    labels = _labels(item)
    status = _status(item)
    return Signal(
        source="generic",
        fingerprint=identity(item.text(mapping.fingerprint)) or identity_of({**labels, "\0title": title}),
        status=status,
        severity=severity_of(item.text(mapping.severity)),
        title=title,
        started_at=began(instant(item.instant(mapping.started_at), item.at(mapping.started_at)), arrived.now),
        ended_at=arrived.now if status == "resolved" else None,
        description=item.text(mapping.description, LONGEST_TEXT),
        labels=labels,
        graph=address(item.text(mapping.link, LONGEST_TEXT)),
    )


def _status(item: _Item) -> Literal["firing", "acknowledged", "resolved"]:
    word = item.text(item.mapping.status).lower()
    if word and word in {one.lower() for one in item.mapping.resolved}:
        return "resolved"
    return "acknowledged" if word in _ACKNOWLEDGED else "firing"


def _labels(item: _Item) -> dict[str, str]:
    names = list(item.mapping.labels.items())[:MOST_LABELS]
    found = {literal(name, LONGEST_NAME): item.text(path) for name, path in names}
    return {name: value for name, value in found.items() if name and value}


WEBHOOK = Webhook("generic", "Generic JSON", parse)
