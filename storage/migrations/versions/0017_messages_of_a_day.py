"""Messages by when they were said, so that those of a day are counted without reading the others."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_index("ix_messages_said", "messages", ["tenant", "created_at", "conversation"])
