"""What was said in a session is erased; that there was one remains, without a word of it.

What was kept of calls of models is left to `prompts`: it is for audit, and goes when the plan says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, and_, delete, exists, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.plan import Plan
from bot.model.session import PROGRAMS, SessionStatus, place_of
from bot.model.tenant import TenantId
from storage import bodies
from storage.incident_tables import plans
from storage.tables import conversations, feedback, inbox, messages, outbox, receipts
from storage.usage_tables import model_usage

ANSWER, OF_SESSIONS, ERASED = "answer:", "session:", "erased"
_IT = conversations.c


async def erase(connection: AsyncConnection, tenant: str, conversation: str) -> int:
    """How many messages went. What is still being answered comes after it, and goes with `left`."""
    found = await connection.execute(select(conversations).where(_IT.tenant == tenant, _IT.id == conversation))
    session = found.one_or_none()
    if session is None:
        return 0
    its = and_(messages.c.tenant == tenant, messages.c.conversation == conversation)
    about = await connection.execute(select(messages.c.about).where(its, messages.c.about != "").distinct())
    answers = list(about.scalars())
    for statement in _of_answers(tenant, answers, session):
        await connection.execute(statement)
    gone = await connection.execute(delete(messages).where(its))
    mine = and_(_IT.tenant == tenant, _IT.id == conversation)
    await connection.execute(update(conversations).where(mine).values(_blank(tenant, conversation)))
    return gone.rowcount


async def left(connection: AsyncConnection) -> int:
    """Of sessions that were deleted while something was still being answered."""
    late = exists().where(messages.c.tenant == _IT.tenant, messages.c.conversation == _IT.id)
    deleted = select(_IT.tenant, _IT.id).where(_IT.status == SessionStatus.DELETED.value, late)
    found = (await connection.execute(deleted)).all()
    return sum([await erase(connection, one.tenant, one.id) for one in found])


async def beyond(connection: AsyncConnection, now: datetime) -> Sequence[tuple[str, datetime]]:
    """Since when each tenant's plan, as it is now, lets conversations be kept."""
    with_plans = conversations.outerjoin(plans, plans.c.tenant == _IT.tenant)
    found = await connection.execute(select(_IT.tenant, plans.c.body).select_from(with_plans).distinct())
    return [
        (tenant, now - timedelta(days=(bodies.to_plan(body) if body else Plan()).keep_conversations_days))
        for tenant, body in found.all()
    ]


def _of_answers(tenant: str, answers: Sequence[str], session: Row[Any]) -> Iterator[Executable]:
    """Letters stay, without a word, so that one that comes again is known; stars stay, without their comment."""
    place, since, until = bodies.to_place(session.address).key, session.created_at, session.ended_at
    letters = inbox.c.id.in_([one.removeprefix(ANSWER) for one in answers])
    came: ColumnElement[bool] = false()
    said: ColumnElement[bool] = false()
    if bodies.to_place(session.address).platform == PROGRAMS:  # in a chat other things are told there, too
        came = and_(inbox.c.conversation == place, inbox.c.received_at >= since, inbox.c.received_at <= until)
        said = and_(outbox.c.place == place, outbox.c.put_at >= since, outbox.c.put_at <= until)
    judged = or_(feedback.c.subject.in_(answers), feedback.c.subject == f"{OF_SESSIONS}{session.id}")
    done = inbox.c.done_at.is_not(None)
    yield update(inbox).where(inbox.c.tenant == tenant, done, or_(letters, came)).values(body="")
    yield delete(outbox).where(outbox.c.tenant == tenant, or_(outbox.c.subject.in_(answers), said))
    yield delete(receipts).where(receipts.c.tenant == tenant, receipts.c.subject.in_(answers))
    yield update(feedback).where(feedback.c.tenant == tenant, judged).values(comment="")
    yield update(model_usage).where(model_usage.c.tenant == tenant, model_usage.c.about.in_(answers)).values(error="")


def _blank(tenant: str, conversation: str) -> dict[str, Any]:
    """Its place is free, and its name forgotten."""
    nowhere = place_of(TenantId(tenant), f"{ERASED}:{conversation}")
    return {
        "status": SessionStatus.DELETED.value,
        "place": nowhere.key,
        "address": asdict(nowhere),
        "title": "",
        "memory": {},
        "context": {},
        "participants": [],
    }
