"""What people thought of an answer, kept with the person and the answer."""

from collections.abc import Sequence

from bot.ports.storage import Storage
from bot.ports.tools import Turn


class KeptFeedback:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def keep(
        self,
        turn: Turn,
        subject: str,
        *,
        positive: bool,
        comment: str,
        rating: int | None = None,
        categories: Sequence[str] = (),
    ) -> None:
        async with self._storage.work(turn.tenant) as work:
            await work.feedback.keep(
                turn.person.id, subject, positive=positive, comment=comment, at=turn.at,
                rating=rating, categories=categories,
            )  # fmt: skip
