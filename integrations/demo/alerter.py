"""A small Alertmanager of the demo world: looks at the rules, and posts what begins and what is over to the bot."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import aiohttp

from bot.ports.services import Clock
from integrations.demo.alerts import Alert, fingerprint, payload
from integrations.demo.hush import Hush
from integrations.demo.links import Links
from integrations.demo.ruler import Broken, Ruler
from integrations.demo.rules import RULES, Rule
from integrations.demo.world import DemoWorld

log = logging.getLogger(__name__)

FIRST = timedelta(seconds=3)  # until then whoever listens has been started
ROUND = timedelta(seconds=15)  # every rule once, one after the other
REPEAT = timedelta(minutes=4)
PATIENCE = aiohttp.ClientTimeout(total=10)


@dataclass(slots=True)
class Group:
    """What was posted together: the fingerprints that the other side believes to fire."""

    told: set[str] = field(default_factory=set)
    told_at: datetime | None = None


class Alerter:
    def __init__(self, world: DemoWorld, clock: Clock, session: aiohttp.ClientSession, url: str, links: Links) -> None:
        self._clock, self._session, self._url, self._links = clock, session, url, links
        self._ruler = Ruler(world)
        self._alerts: dict[str, Alert] = {}
        self._ended: dict[str, datetime] = {}
        self._groups: dict[tuple[str, ...], Group] = {}
        self._woken = asyncio.Event()
        self._heard = True
        self.hush = Hush(clock, self.ringing)

    def ringing(self) -> Sequence[tuple[str, Mapping[str, str]]]:
        """Title and labels of all that fires."""
        return [(alert.title, alert.labels) for alert in self._alerts.values() if alert.ends_at is None]

    def wake(self) -> None:
        """Something changed in the world; look at every rule now."""
        self._woken.set()

    async def run(self) -> None:
        await self._clock.sleep(FIRST.total_seconds())
        self.wake()
        while True:
            for rule in RULES:
                try:
                    if self._woken.is_set():
                        self._woken.clear()
                        await self.look(*RULES)
                    else:
                        await self.look(rule)
                    await self.tell()
                except Exception:  # the world goes on, and so do its other rules
                    log.exception("demo_rule_failed", extra={"rule": rule.name})
                await self._pause(ROUND / len(RULES))

    async def look(self, *rules: Rule) -> None:
        now = self._clock.now()
        for rule in rules:
            self._take(rule, await asyncio.to_thread(self._ruler.look, rule, now), now)

    def _take(self, rule: Rule, found: Sequence[Broken], now: datetime) -> None:
        firing = {fingerprint(broken.labels): broken for broken in found}
        for key, broken in firing.items():
            known = self._alerts.get(key)
            if known is None or known.ends_at:
                # What fires again began after it was over, however the averages run together.
                self._alerts[key] = Alert(broken, max(broken.since, self._ended.get(key, broken.since)))
            else:
                self._alerts[key] = replace(known, broken=broken)
        for key, alert in self._alerts.items():
            if alert.broken.rule is rule and alert.ends_at is None and key not in firing:
                self._alerts[key] = replace(alert, ends_at=now)
                self._ended[key] = now

    async def tell(self) -> None:
        now = self._clock.now()
        for group, alerts in self._by_group().items():
            state = self._groups.setdefault(group, Group())
            due = self._due(state, alerts, now)
            if due and await self._post(group, list(due.values())):
                state.told = {key for key, alert in due.items() if alert.ends_at is None}
                state.told |= {key for key in alerts if key not in due and key in state.told}
                state.told_at = now
            for key, alert in alerts.items():
                if alert.ends_at and key not in state.told:
                    del self._alerts[key]

    def _by_group(self) -> Mapping[tuple[str, ...], dict[str, Alert]]:
        groups: dict[tuple[str, ...], dict[str, Alert]] = {}
        for key, alert in self._alerts.items():
            groups.setdefault(alert.group, {})[key] = alert
        return groups

    def _due(self, state: Group, alerts: Mapping[str, Alert], now: datetime) -> dict[str, Alert]:
        """Nothing, unless something began or is over, or it is time to say again what fires. Silenced is not said."""
        loud = {key: alert for key, alert in alerts.items() if not self.hush.covers(alert.labels, now)}
        firing = {key for key, alert in loud.items() if alert.ends_at is None}
        over = {key for key, alert in loud.items() if alert.ends_at and key in state.told}
        again = bool(firing) and state.told_at is not None and now - state.told_at >= REPEAT
        if firing - state.told or over or again:
            return {key: loud[key] for key in loud if key in firing | over}
        return {}

    async def _post(self, group: tuple[str, ...], alerts: Sequence[Alert]) -> bool:
        """False: not heard; it is said again in the next round."""
        says = ""
        try:
            body = payload(group, alerts, self._links)
            async with self._session.post(self._url, json=body, timeout=PATIENCE) as answer:
                if answer.status >= 300:
                    says = f"answered {answer.status}"
        except (TimeoutError, aiohttp.ClientError, OSError) as problem:
            says = type(problem).__name__
        if bool(says) is self._heard:  # one line when it goes away, one when it is back
            log.warning("demo_alerts_not_heard", extra={"reason": says}) if says else log.info("demo_alerts_heard")
        self._heard = not says
        return self._heard

    async def _pause(self, span: timedelta) -> None:
        """Until then, or until something changes in the world."""
        waiting = [
            asyncio.ensure_future(self._clock.sleep(span.total_seconds())),
            asyncio.ensure_future(self._woken.wait()),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
