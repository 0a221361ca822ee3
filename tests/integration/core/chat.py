"""A chat that keeps what is posted, and fails as it is told: a platform as the core sees one."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.tenant import TenantId
from bot.ports.platform import Order, Pace, Step


class Chat:
    """`faults`: an exception to raise instead of posting, or ("lost", exception) to raise after posting."""

    name = "slack"
    pace = Pace(burst=100, every=0.001)

    def __init__(self) -> None:
        self.posts: dict[str, Order] = {}
        self.log: list[str] = []
        self.updates: list[Order] = []
        self.faults: list[object] = []
        self.looked_for: list[str] = []
        self.steps: list[str] = []
        self.changed = asyncio.Event()
        self.live = False
        self.profiles: dict[str, Account] = {}
        self.profiles_asked: list[str] = []

    async def workspace(self) -> str:
        return "T0NIGHT"

    async def profile(self, tenant: TenantId, account: Account) -> Account | None:
        self.profiles_asked.append(account.user)
        return self.profiles.get(account.user)

    async def by_email(self, tenant: TenantId, email: str) -> Account | None:
        return next((one for one in self.profiles.values() if one.email == email), None)

    def personal(self, account: Account) -> Place:
        return Place(account.platform, account.workspace, account.user, kind=PlaceKind.PERSONAL)

    async def send(self, order: Order) -> Receipt:
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, BaseException):
            raise fault
        if order.receipt:
            self.updates.append(order)
            receipt = Receipt(order.receipt.id)
        else:
            receipt = Receipt(f"ts-{len(self.log)}")
            self.posts[receipt.id] = order
        self.log.append(order.reply.summary)
        self.changed.set()
        if isinstance(fault, tuple):
            raise fault[1]
        return receipt

    async def find(self, tenant: TenantId, place: Place, key: str, since: datetime) -> Receipt | None:
        self.looked_for.append(key)
        return next((Receipt(ts) for ts, order in self.posts.items() if order.key == key), None)

    async def begin(self, tenant: TenantId, place: Place, to: Account) -> Receipt | None:
        return Receipt("live-1", live=True) if self.live else None

    async def progress(self, tenant: TenantId, place: Place, step: Step, receipt: Receipt | None) -> None:
        self.steps.append(f"{step.state}: {step.text}")
        self.changed.set()

    async def until(self, count: int, of: Iterable[str] | None = None) -> None:
        async with asyncio.timeout(10):
            while len(self.log if of is None else list(of)) < count:
                self.changed.clear()
                await self.changed.wait()
