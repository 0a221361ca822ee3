"""What a visitor can make happen in the demo world: stories outside the calendar, which its rules then find."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.model.errors import Missing
from bot.ports.services import Clock
from integrations.demo.events import Effect, Kind, State, Story
from integrations.demo.town import CLUSTER, SHOPS_REGION
from integrations.demo.world import DemoWorld, milliseconds

# Whatever is begun or stopped by hand happened this long ago: every rate over five minutes shows it in full at once.
# So alert and answer agree from the first second, and nobody waits for an average. What ends by itself fades from them.
LEAD = timedelta(minutes=5, seconds=30)
LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Prepared:
    id: str
    title: str
    says: str
    kind: Kind
    cause: str
    effects: tuple[Effect, ...]
    lasts: timedelta = LASTS


PREPARED: tuple[Prepared, ...] = (
    Prepared(
        "slow-checkout", "Checkout is slow", "Its p95 is several times the usual. Medium.",
        "slow database", "A report locks tables of orders-db, so checkout waits for it.",
        (Effect("checkout", State(slow=5.4, cpu=1.2)), Effect("orders-db", State(slow=3.1, pool=9))),
    ),
    Prepared(
        "failing-payments", "Payments fail in eu-west-1", "One in six ends with an error. High: somebody is called.",
        "rejected cards", "A certificate of payments in eu-west-1 has expired.",
        (Effect("payments", State(errors=0.17), "eu-west-1"),),
    ),
    Prepared(
        "full-pool", "Database pool used up", "catalog-db has no connection left. Medium.",
        "pool exhaustion", "A report holds connections of catalog-db until none are left.",
        (Effect("catalog-db", State(slow=4.0, pool=41)), Effect("catalog", State(slow=1.8))),
    ),
    Prepared(
        "lost-shipping", "Shipping is down", "In every region. Critical: somebody is called, a ticket is opened.",
        "lost service", "A broken configuration of shipping was rolled out everywhere.",
        (Effect("shipping", State(load=0.0, cpu=0.05, up=False)),),
    ),
    Prepared(
        "storm", "A storm of 300 alerts", "The pods of 60 merchants at once: one message that counts.",
        "lost cluster", f"The nodes of the merchants' cluster in {SHOPS_REGION} have lost their network.",
        (Effect(CLUSTER, State(up=False), SHOPS_REGION),), timedelta(minutes=5),
    ),
)  # fmt: skip


class Incidents:
    def __init__(self, world: DemoWorld, clock: Clock, changed: Callable[[], None]) -> None:
        self._world, self._clock, self._changed = world, clock, changed
        self._stories: dict[str, Story] = {}

    def list(self) -> Sequence[dict[str, object]]:
        return [
            {"id": one.id, "title": one.title, "says": one.says, "running": self._running(one.id) is not None}
            for one in PREPARED
        ]

    def start(self, incident: str) -> bool:
        """False: it happens already."""
        prepared = next((one for one in PREPARED if one.id == incident), None)
        if prepared is None:
            raise Missing(f"There is no prepared incident “{incident}”.")
        if self._running(incident):
            return False
        now = self._clock.now()
        start, end = milliseconds(now - LEAD), milliseconds(now + prepared.lasts)
        story = Story(prepared.kind, prepared.cause, start, end, prepared.effects, sudden=True)
        self._world.force(story)
        self._stories[incident] = story
        self._changed()
        return True

    def stop(self, incident: str) -> bool:
        """False: it was over already."""
        if all(one.id != incident for one in PREPARED):
            raise Missing(f"There is no prepared incident “{incident}”.")
        story = self._running(incident)
        if story is None:
            return False
        self._stories[incident] = self._world.change(story, milliseconds(self._clock.now() - LEAD))
        self._changed()
        return True

    def stop_all(self) -> int:
        return sum(self.stop(one.id) for one in PREPARED)

    def _running(self, incident: str) -> Story | None:
        story = self._stories.get(incident)
        return story if story and story.end > milliseconds(self._clock.now()) else None
