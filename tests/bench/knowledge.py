"""Looking something up among many pages: the time of a search as an answer asks for it, on SQLite.

A page is about one thing and its trouble, in 160 words whose frequency falls off as that of real words does.
"""

import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path

from bot.clock import SystemClock
from bot.desk.knowledge import Knowledge
from bot.model.document import Document, id_of
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.knowledge import Search
from storage.storage import open_storage

PAGES, ASKED, AT_ONCE = 10_000, 400, 500
THINGS = (
    "checkout payments search catalog kafka redis postgres oauth certificate deploy queue webhook cart billing".split()
)
TROUBLES = "slow failing full expired restarting unreachable growing stuck refused missing delayed leaking".split()
STEPS = "restart drain roll back scale rotate renew empty grow move check ask tell wait look repeat".split()


async def main(folder: Path) -> None:
    dice, clock = random.Random(5), SystemClock()
    async with open_storage(f"sqlite:///{folder}/knowledge.sqlite3", keys=[], clock=clock) as storage:
        for start in range(0, PAGES, AT_ONCE):
            async with storage.work(DEFAULT_TENANT) as work:
                await work.documents.save([_page(number, dice, clock) for number in range(start, start + AT_ONCE)])
        desk = Knowledge(storage, clock, {})
        times, spent = [], time.process_time()
        for _ in range(ASKED):
            search = Search(_question(dice), issues=dice.random() < 0.2, tags=_some_tag(dice))
            began = time.perf_counter()
            await desk.search(DEFAULT_TENANT, search)
            times.append((time.perf_counter() - began) * 1000)
        spent = (time.process_time() - spent) / ASKED * 1000
    times.sort()
    p50, p95 = statistics.median(times), times[int(ASKED * 0.95)]
    found = f"p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   CPU {spent:5.1f} ms each"
    print(f"knowledge: a search among {PAGES:,} pages, {ASKED} asked   {found}")


def _page(number: int, dice: random.Random, clock: SystemClock) -> Document:
    thing, trouble = dice.choice(THINGS), dice.choice(TROUBLES)
    own = dice.choices((thing, trouble, *dice.sample(STEPS, 4), *dice.sample(THINGS, 2)), k=30)
    said = " ".join((*own, *(f"word{int(dice.paretovariate(0.6)) % 20_000}" for _ in range(130))))
    tags = (thing, dice.choice(THINGS))
    origin = "issue" if number % 3 == 0 else "folder"
    title = f"{thing} is {trouble} in region {number % 40}"
    return Document(id_of("folder", str(number)), title, said, clock.now(), origin, "troubleshooting", tags)  # type: ignore[arg-type]


def _question(dice: random.Random) -> str:
    rare = f"word{dice.randrange(20_000)}" if dice.random() < 0.3 else ""
    return f"how do I {dice.choice(STEPS)} {dice.choice(THINGS)} when it is {dice.choice(TROUBLES)} {rare}"


def _some_tag(dice: random.Random) -> tuple[str, ...]:
    return (dice.choice(THINGS),) if dice.random() < 0.3 else ()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(main(Path(name)))
