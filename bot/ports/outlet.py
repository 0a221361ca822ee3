"""An outside ticket system: one place on a platform of its own, that only listens."""

from typing import Protocol

from bot.model.message import Place
from bot.model.parcel import Receipt
from bot.model.reply import Link
from bot.ports.platform import Platform


class Outlet(Platform, Protocol):
    """It is told of tickets as chats are, by the same outbox."""

    @property
    def place(self) -> Place:
        """Where tickets are told."""
        ...

    def named(self, receipt: Receipt) -> Link:
        """What a ticket is called there, and the page where people open it; empty where it never said."""
        ...
