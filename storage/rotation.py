"""`nightdesk keys rotate`: every secret is rewritten under the newest key, in small steps beside a running process."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, select, tuple_, update

from storage.credentials import Credentials
from storage.database import Database
from storage.tables import installations

BATCH = 100


async def rewrite_secrets(database: Database, credentials: Credentials) -> int:
    """How many there were. May be repeated; what was rewritten already is merely rewritten again."""
    after, count = ("", ""), 0
    while True:
        async with database.writing() as connection:
            batch = (
                select(installations.c.platform, installations.c.workspace, installations.c.secrets)
                .where(
                    tuple_(installations.c.platform, installations.c.workspace) > after,
                    installations.c.secrets.is_not(None),
                )
                .order_by(installations.c.platform, installations.c.workspace)
                .limit(BATCH)
                .with_for_update()
            )
            rows = (await connection.execute(batch)).all()
            if not rows:
                return count
            renewed = [
                {"platform_": row.platform, "workspace_": row.workspace, "sealed_": credentials.renewed(row.secrets)}
                for row in rows
            ]
            await connection.execute(_REWRITE, renewed)
        after, count = (rows[-1].platform, rows[-1].workspace), count + len(rows)


async def sealed_rows(database: Database) -> Sequence[str]:
    sealed = select(installations.c.secrets).where(installations.c.secrets.is_not(None))
    async with database.reading() as connection:
        return [str(secret) for secret in (await connection.execute(sealed)).scalars()]


_REWRITE = (
    update(installations)
    .where(
        and_(installations.c.platform == bindparam("platform_"), installations.c.workspace == bindparam("workspace_"))
    )
    .values(secrets=bindparam("sealed_"))
)
