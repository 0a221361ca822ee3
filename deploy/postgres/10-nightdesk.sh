#!/bin/sh
# The bot's own role: it owns its database and nothing more. A superuser would pass through row-level security, the
# second wall between tenants.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$POSTGRES_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE nightdesk LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE DATABASE nightdesk OWNER nightdesk;
SQL
