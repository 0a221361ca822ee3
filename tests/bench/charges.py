"""What AI costs: how long a batch takes to be kept, and the sums of a month of a million charges, on SQLite."""

import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from bot.model.charge import By, Charge
from bot.model.tenant import DEFAULT_TENANT
from bot.model.usage import Tokens
from storage.storage import open_storage
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock

MANY, BATCH, ROUNDS = 1_000_000, 2_000, 5
MONTH, DAY = timedelta(days=30), timedelta(days=1)
TOOLS = ("Document Analyzer", "Chatbot", "Content Generator", "Lead Scoring")
MODELS = ("gpt-4o", "gpt-4o-mini", "claude-sonnet-4")
ASKED: tuple[tuple[str, Sequence[By], timedelta | None], ...] = (
    ("by tool", (By.TOOL,), None),
    ("by tool and model, by the day", (By.TOOL, By.MODEL), DAY),
    ("by the hour", (), timedelta(hours=1)),
    ("by person", (By.PERSON,), None),
)


async def main(folder: Path) -> None:
    dice, since = random.Random(7), NOON - MONTH
    async with open_storage(f"sqlite:///{folder}/charges.sqlite3", keys=[KEY], clock=DrivenClock()) as storage:
        began = time.process_time()
        for start in range(0, MANY, BATCH):
            charges = [_charge(dice, number) for number in range(start, start + BATCH)]
            async with storage.work(DEFAULT_TENANT) as work:
                await work.charges.add(charges)
        each = (time.process_time() - began) / MANY * 1_000_000
        print(f"charges: {MANY:,} kept in batches of {BATCH:,}   CPU {each:5.0f} us each")
        for what, by, every in ASKED:
            times = []
            for _ in range(ROUNDS):
                began = time.process_time()
                async with storage.work(DEFAULT_TENANT) as work:
                    await work.charges.sums(since + timedelta(minutes=7), NOON - timedelta(minutes=7), by, every)
                times.append((time.process_time() - began) * 1000)
            print(f"charges: a month {what:<30} CPU {min(times):6.0f} to {max(times):6.0f} ms")


def _charge(dice: random.Random, number: int) -> Charge:
    at = NOON - MONTH * dice.random()
    tokens = Tokens(dice.randrange(200, 4000), dice.randrange(20, 900))
    tool, model = dice.choice(TOOLS), dice.choice(MODELS)
    failed = int(dice.random() < 0.02)
    return Charge(
        f"c{number}", "http", at, tool, model, dice.choice(("chat", "embeddings")), f"p{dice.randrange(300)}",
        f"/api/{tool.lower()}", 1, failed, tokens, Decimal(tokens.all) / 100_000, timedelta(seconds=2),
        "timeout" if failed else "",
    )  # fmt: skip


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(main(Path(name)))
