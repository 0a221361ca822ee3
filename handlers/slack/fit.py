"""One message out of many blocks: as much as Slack takes, from the top, with room for what must stand at the end."""

from collections.abc import Iterable, Sequence
from typing import Any

from handlers.slack import limits
from handlers.slack.rich import BlockKit
from handlers.slack.text import size

# Not read by people, so not counted as text.
_UNREAD = frozenset({"type", "action_id", "block_id", "value", "url", "style", "align", "format", "user_id"})


def measure(block: Any) -> int:
    """All the text that people can see in a block. Without recursion, for every message is measured."""
    total, waiting = 0, [block]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            total += size(one)
        elif isinstance(one, dict):
            waiting += [inner for name, inner in one.items() if name not in _UNREAD]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, float):
            total += 8
    return total


def fit(body: Sequence[BlockKit], tail: Sequence[BlockKit], most_blocks: int) -> tuple[list[BlockKit], bool]:
    """The beginning of the body and the whole tail, with room for one more line; True where something is left out."""
    blocks = most_blocks - len(tail) - 1
    text = limits.BLOCK_TEXT_KEPT - sum(map(measure, tail))
    kept = within(body, blocks, text)
    return [*kept, *tail], len(kept) < len(body)


def within(body: Iterable[BlockKit], blocks: int, text: int) -> list[BlockKit]:
    kept: list[BlockKit] = []
    for block in body:
        text -= measure(block)
        if len(kept) == blocks or text < 0:
            break
        kept.append(block)
    return kept
