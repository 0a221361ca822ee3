"""What was answered is found again, where it was said."""

from bot.model.parcel import Kept, Subject
from bot.ports.storage import Storage
from bot.ports.tools import Turn


class KeptAnswers:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def find(self, turn: Turn, subject: str) -> Kept | None:
        async with self._storage.work(turn.tenant) as work:
            found = await work.parcels.said(turn.place, Subject(subject))
            if found is None and turn.place.thread:  # perhaps it is what this thread hangs on
                found = await work.parcels.said(turn.place.in_thread(""), Subject(subject))
        return found
