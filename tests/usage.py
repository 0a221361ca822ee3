"""AI usage that tests are about: a month that comes to round figures, and a chatbot whose prompts grew."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from bot.model.charge import Charge, Charged
from bot.model.tenant import TenantId
from bot.model.usage import DearSession, Talks, Tokens
from tests.builders import KNOWN

MONTH = (  # tool, model, calls, tokens, cost
    ("Document Analyzer", "gpt-4", 156, 89_450, "23.45"),
    ("Chatbot", "gpt-4o", 892, 45_230, "15.32"),
    ("Content Generator", "gpt-4", 43, 28_100, "8.46"),
)
APART = timedelta(minutes=14)
DOCUMENTS = "/api/documents/analyze"


def month(first: datetime, now: datetime) -> list[Charge]:
    """1,091 calls from `first` until now that cost 47.23 USD."""
    return [
        charge
        for tool, model, calls, tokens, cost in MONTH
        for charge in spread(tool, model, calls, tokens, Decimal(cost), first, now)
    ]


def spread(
    tool: str, model: str, calls: int, tokens: int, cost: Decimal, first: datetime, now: datetime
) -> Iterator[Charge]:
    """Evenly over the time; every fiftieth call fails, and the last one bears what does not divide."""
    every, each = (now - first) / calls, tokens // calls
    dear = (cost / calls).quantize(Decimal("0.000001"), ROUND_DOWN)
    for place in range(calls):
        last = place == calls - 1
        size = tokens - each * (calls - 1) if last else each
        yield Charge(
            id=f"{tool}-{first:%m%d}-{place}",
            source="http",
            at=first + place * every,
            tool=tool,
            model=model,
            operation="answer",
            person="kim.lee@example.com" if place % 3 else "mei.tanaka@example.com",
            failed=1 if place % 50 == 49 else 0,
            error="timeout" if place % 50 == 49 else "",
            endpoint=DOCUMENTS if tool == "Document Analyzer" else f"/api/{tool.lower().replace(' ', '-')}",
            tokens=Tokens(size - size // 4, size // 4),
            cost=cost - dear * (calls - 1) if last else dear,
            took=timedelta(seconds=1.5),
        )


def slow_chatbot(now: datetime, days: int = 20) -> list[Charge]:
    """Usual until a day ago: 1.5 s on average, 2.5 s at worst, 800 tokens read. Then 3.2 s, 5.8 s and 2,400."""
    since = now - timedelta(days=1)
    usual = [_call(since - (place + 1) * APART, place, False) for place in range(days * 100)]
    lately = [_call(since + place * APART, place, True) for place in range(100)]
    return usual + lately


def _call(at: datetime, place: int, slow: bool) -> Charge:
    """Of twenty calls two are slow; once a day one is slower still."""
    usual, p95 = (2.9111, 5.8) if slow else (1.389, 2.5)
    seconds = p95 if place % 10 == 9 else usual
    seconds = 8.1 if slow and place == 57 else seconds
    return Charge(
        id=f"chat-{'slow' if slow else 'usual'}-{place}",
        source="http",
        at=at,
        tool="Chatbot",
        model="gpt-4",
        operation="chat",
        endpoint="/api/chat",
        tokens=Tokens(2400 if slow else 800, 200),
        cost=Decimal("0.084") if slow else Decimal("0.036"),
        took=timedelta(seconds=seconds),
        failed=1 if slow and place % 25 == 24 else 0,
        error="rate_limit" if slow and place % 25 == 24 else "",
    )


def record(one: Charge) -> dict[str, Any]:
    """As a program posts it."""
    return {
        "id": one.id, "timestamp": one.at.isoformat(), "tool": one.tool, "model": one.model,
        "operation": one.operation, "person": one.person, "endpoint": one.endpoint, "failed": one.failed,
        "error": one.error, "cost": str(one.cost),
        "input_tokens": one.tokens.read if one.tokens else None,
        "output_tokens": one.tokens.written if one.tokens else None,
        "latency_ms": one.took.total_seconds() * 1000 if one.took else None,
    }  # fmt: skip


CHARGED = replace(
    KNOWN,
    ai_tools=("Document Analyzer", "Chatbot", "Content Generator", "Lead Scoring"),
    ai_models=("gpt-4", "gpt-4o", "gpt-4o-mini"),
)


class NoUsage:
    """Fills bot.ports.ledger.LedgerDesk where nothing is told."""

    def of(self, tenant: TenantId) -> "NoUsage":
        return self

    async def names(self, tenant: TenantId) -> tuple[Sequence[str], Sequence[str]]:
        return (), ()

    async def sums(self, *_: object, **__: object) -> Sequence[Charged]:
        return ()

    async def each(self, *_: object, **__: object) -> Sequence[Charge]:
        return ()

    async def talks(self, *_: object) -> Talks:
        return Talks(0, 0)

    async def dearest(self, *_: object) -> Sequence[DearSession]:
        return ()

    async def known(self) -> tuple[datetime, datetime] | None:
        return None
