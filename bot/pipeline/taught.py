"""The runbook that people taught for an alert or a service goes before the one that its source names."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.signal import Signal
from bot.ports.storage import UnitOfWork
from bot.query import corrected


async def runbooks(work: UnitOfWork, signals: Sequence[Signal], now: datetime) -> Sequence[Signal]:
    rules = await work.rules.active(now) if signals else ()
    if not rules:
        return signals
    taught = [corrected.runbook((one.labels.get("alertname", ""), one.title, one.service), rules) for one in signals]
    return [replace(one, runbook=page) if page else one for one, page in zip(signals, taught, strict=True)]
