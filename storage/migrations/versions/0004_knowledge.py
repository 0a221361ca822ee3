"""Documents, and the index of their words."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)

_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"
_IN_PLACE = "INSERT INTO document_words(rowid, owner, title, labels, content) VALUES (new.number, new.owner, new.title, new.labels, new.content);"
_GONE = "INSERT INTO document_words(document_words, rowid, owner, title, labels, content) VALUES ('delete', old.number, old.owner, old.title, old.labels, old.content);"


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("category", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("tags", TEXT, nullable=False),
        sa.Column("metrics", TEXT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("labels", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_documents"),
    )
    for name, condition in (("place", "place <> ''"), ("metrics", "metrics <> ''")):
        columns = ["tenant", "place"] if name == "place" else ["tenant"]
        op.create_index(
            f"ix_documents_{name}", "documents", columns,
            sqlite_where=sa.text(condition), postgresql_where=sa.text(condition),
        )  # fmt: skip
    if op.get_context().dialect.name == "postgresql":
        _on_postgres()
    else:
        _on_sqlite()


def _on_postgres() -> None:
    """Everyone's documents are read by all and changed by none of them."""
    op.execute(
        "CREATE INDEX ix_documents_words ON documents USING gin "
        "(string_to_array(title || labels || content, ' '))"
    )
    op.execute("ALTER TABLE documents ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE documents FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_wall ON documents USING ({_MINE})")
    op.execute("CREATE POLICY everyones ON documents FOR SELECT USING (tenant = '')")


def _on_sqlite() -> None:
    """The terms are made by the program, so that both engines find the same; the tokenizer only parts them."""
    op.execute(
        "CREATE VIRTUAL TABLE document_words USING fts5(owner, title, labels, content, content='documents', "
        "content_rowid='number', tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
    )
    op.execute(
        "CREATE INDEX ix_documents_glance ON documents "
        "(number, tenant, origin, category, updated_at, tags, title, id)"
    )
    op.execute(f"CREATE TRIGGER documents_come AFTER INSERT ON documents BEGIN {_IN_PLACE} END")
    op.execute(f"CREATE TRIGGER documents_go AFTER DELETE ON documents BEGIN {_GONE} END")
    op.execute(
        "CREATE TRIGGER documents_change AFTER UPDATE OF number, owner, title, labels, content ON documents "
        f"BEGIN {_GONE} {_IN_PLACE} END"
    )
