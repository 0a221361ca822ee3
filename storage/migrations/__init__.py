"""How the schema came to be; Alembic runs it on both engines."""
