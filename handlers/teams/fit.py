"""Making a card fit: first everything smaller, then less of it, and never without saying so."""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from bot.model import plain
from bot.model.reply import File, Reply
from handlers.platform import Linker
from handlers.teams import limits
from handlers.teams.runs import rich, run
from handlers.teams.sheet import Element, Sheet

SCALES = (1.0, 0.5, 0.25, 0.1, 0.03)
ANSWER = "answer.txt"
Message: TypeAlias = dict[str, Any]


def weights(payload: Any) -> tuple[int, int]:
    """Bytes as it travels (UTF-8), and as Teams counts (UTF-16)."""
    written = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return len(written.encode()), len(written.encode("utf-16-le"))


class Fitting:
    """`parts` are drawn in order of what to keep first; `wrap` makes a message of what was drawn."""

    def __init__(
        self,
        reply: Reply,
        link: Linker,
        parts: Callable[[Reply, Sheet], Iterable[list[Element]]],
        wrap: Callable[[Reply, Sheet, list[Element]], Message],
    ) -> None:
        self._reply = reply
        self._link = link
        self._parts = parts
        self._wrap = wrap

    def within(self, budget: int) -> tuple[Message, Sheet]:
        for scale in SCALES:
            sheet = Sheet(self._link, scale)
            body = [element for part in self._parts(self._reply, sheet) for element in part]
            message = self._noted(body, sheet)
            if _fits(message, budget):
                return message, sheet
        return self._cut(budget)

    def _cut(self, budget: int) -> tuple[Message, Sheet]:
        """As many whole parts as there is room for, at the smallest scale."""
        sheet = Sheet(self._link, SCALES[-1], shortened=True)
        room = budget - limits.RESERVE_BYTES - limits.URL
        kept: list[Element] = []
        before = list(sheet.claims), dict(sheet.mentions), list(sheet.files)
        for part in self._parts(self._reply, sheet):
            if not _fits(self._wrap(self._reply, sheet, [*kept, *part]), room):
                sheet.claims, sheet.mentions, sheet.files = before
                break
            kept += part
            before = list(sheet.claims), dict(sheet.mentions), list(sheet.files)
        return self._noted(kept, sheet), sheet

    def _noted(self, body: Sequence[Element], sheet: Sheet) -> Message:
        if not sheet.shortened:
            return self._wrap(self._reply, sheet, list(body))
        opened = {"type": "Action.OpenUrl", "url": sheet.attach(self._whole)}
        told = run("Shortened to what Teams takes. The whole answer: ", isSubtle=True)
        note = rich([told, run(ANSWER, underline=True, selectAction=opened)], separator=True)
        return self._wrap(self._reply, sheet, [*body, note])

    @cached_property
    def _whole(self) -> File:
        return File(ANSWER, "text/plain; charset=utf-8", plain.render(self._reply).encode("utf-8", "replace"))


def _fits(message: Message, budget: int) -> bool:
    travels, counts = weights(message)
    return travels <= budget and counts <= limits.MESSAGE_UTF16_BYTES
