"""`nightdesk keys rotate`: every secret is rewritten under the newest key, in small steps beside a running process."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, and_, bindparam, select, tuple_, update

from storage.credentials import Credentials
from storage.database import Database
from storage.prompt_tables import model_prompts
from storage.source_tables import datasources
from storage.tables import installations

BATCH = 100
NEEDED: tuple[Table, ...] = (installations, datasources)
SEALED: tuple[Table, ...] = (*NEEDED, model_prompts)  # each with its sealed text in `secrets`


async def rewrite_secrets(database: Database, credentials: Credentials) -> int:
    """How many there were. May be repeated; what was rewritten already is merely rewritten again."""
    return sum([await _rewrite(table, database, credentials) for table in SEALED])


async def sealed_rows(database: Database) -> Sequence[str]:
    """All that the process needs to work, and one prompt: of these there may be very many."""
    async with database.reading() as connection:
        found = [await connection.execute(select(table.c.secrets).where(_kept(table))) for table in NEEDED]
        found.append(await connection.execute(select(model_prompts.c.secrets).limit(1)))
        return [str(secret) for one in found for secret in one.scalars()]


async def _rewrite(table: Table, database: Database, credentials: Credentials) -> int:
    keys = [*table.primary_key]
    renewing = (
        update(table)
        .where(and_(*(key == bindparam(f"{key.name}_") for key in keys)))
        .values(secrets=bindparam("sealed_"))
    )
    after, count = ("",) * len(keys), 0
    while True:
        async with database.writing() as connection:
            batch = (
                select(*keys, table.c.secrets)
                .where(tuple_(*keys) > after, _kept(table))
                .order_by(*keys)
                .limit(BATCH)
                .with_for_update()
            )
            rows = (await connection.execute(batch)).all()
            if not rows:
                return count
            renewed = [
                {
                    **{f"{key.name}_": row._mapping[key.name] for key in keys},
                    "sealed_": credentials.renewed(row.secrets),
                }
                for row in rows
            ]
            await connection.execute(renewing, renewed)
        after, count = tuple(rows[-1][: len(keys)]), count + len(rows)


def _kept(table: Table) -> ColumnElement[bool]:
    return table.c.secrets.is_not(None)
