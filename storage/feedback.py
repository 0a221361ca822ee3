"""Thumbs, stars and comments: of answers, and of whole sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, bindparam, case, func, literal_column, select

from bot.model.message import PersonId
from bot.ports.sessions import Rated
from storage import upsert
from storage.columns import Instant
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.tables import feedback

OF_SESSIONS = "session:"
_BEST: ColumnElement[int] = literal_column("5")  # what a thumb counts as
_WORST: ColumnElement[int] = literal_column("1")
COMMENTS = 10


class SqlFeedback(OfTenant):
    async def keep(
        self,
        person: PersonId,
        subject: str,
        *,
        positive: bool,
        comment: str,
        at: datetime,
        rating: int | None = None,
        categories: Sequence[str] = (),
    ) -> None:
        row = {
            "tenant": self._tenant,
            "person": person,
            "subject": subject,
            "positive": positive,
            "comment": comment,
            "created_at": at,
            "rating": rating,
            "categories": list(categories),
        }
        await upsert.save(self._connection, feedback, [row])

    async def rated(self, since: datetime, *, sessions: bool) -> Rated:
        asked = {"tenant": self._tenant, "since": since}
        counts, comments = _OF[sessions]
        stars = {int(row.stars): int(row.count) for row in await counts.all(self._connection, **asked)}
        said = await comments.scalars(self._connection, **asked, limit=COMMENTS)
        return Rated(stars, tuple(said))


def _asked(*, sessions: bool) -> tuple[Prepared, Prepared]:
    of_session = feedback.c.subject.like(f"{OF_SESSIONS}%")
    mine = (
        feedback.c.tenant == bindparam("tenant"),
        feedback.c.created_at >= bindparam("since", type_=Instant()),
        of_session if sessions else ~of_session,
    )
    stars = func.coalesce(feedback.c.rating, case((feedback.c.positive, _BEST), else_=_WORST)).label("stars")
    counts = select(stars, func.count().label("count")).where(*mine).group_by(stars)
    comments = select(feedback.c.comment).where(*mine, feedback.c.comment != "")
    newest = comments.order_by(feedback.c.created_at.desc()).limit(bindparam("limit", type_=Integer()))
    return Prepared(counts), Prepared(newest)


_OF = {sessions: _asked(sessions=sessions) for sessions in (True, False)}
