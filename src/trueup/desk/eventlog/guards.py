"""Guards in the database: triggers that refuse changes, and the rights of the application.

They are a second wall only. Whoever owns the database can take them down, and is found out by
`verify` against checkpoints kept elsewhere.
"""

from __future__ import annotations

from psycopg import sql

SEALED = ("event", "event_seal", "checkpoint")
QUEUES = ("event_pending", "event_seal_state", "follower_position", "event_data_key")

_REFUSE = """
CREATE FUNCTION event_log_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'The event log is append-only: % on % refused.', TG_OP, TG_TABLE_NAME; END $$
"""


def triggers(vendor: str) -> list[str]:
    """The statements that set up the triggers on a kind of database."""
    return _postgresql() if vendor == "postgresql" else _sqlite()


def _postgresql() -> list[str]:
    made = [_REFUSE]
    for table in SEALED:
        made.append(_pg(table, "UPDATE OR DELETE", "ROW"))
        made.append(_pg(table, "TRUNCATE", "STATEMENT"))
    made.append(_pg("event_private", "UPDATE", "ROW"))
    made.append(_pg("event_private", "TRUNCATE", "STATEMENT"))
    return made


def _pg(table: str, what: str, each: str) -> str:
    name = f"{table}_refuses_{what.split()[0].lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {what} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION event_log_refuses()"
    )


def _sqlite() -> list[str]:
    made = [_lite(table, what) for table in SEALED for what in ("UPDATE", "DELETE")]
    return [*made, _lite("event_private", "UPDATE")]


def _lite(table: str, what: str) -> str:
    return (
        f"CREATE TRIGGER {table}_refuses_{what.lower()} BEFORE {what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'The event log is append-only.'); END"
    )


def grants(role: str, eraser: str | None = None) -> list[sql.Composed]:
    """The statements that give the application's role its rights on the log (PostgreSQL).

    It may add and read. The right to destroy private texts goes to `eraser`, a role of its own,
    or to the application where none is named. Run them as the owner of the tables.
    """
    made = [_grant("SELECT, INSERT", table, role) for table in (*SEALED, "event_private")]
    made += [_grant("SELECT, INSERT, UPDATE, DELETE", table, role) for table in QUEUES]
    made.append(_grant("SELECT, DELETE", "event_private", eraser or role))
    if eraser:
        made += [_grant("SELECT, UPDATE, DELETE", "event_data_key", eraser)]
        made += [_grant("SELECT, INSERT", "event", eraser)]
        made += [_grant("INSERT", "event_pending", eraser)]
    made.append(
        sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(sql.Identifier(role))
    )
    return made


def _grant(rights: str, table: str, role: str) -> sql.Composed:
    return sql.SQL("GRANT {} ON {} TO {}").format(
        sql.SQL(rights),
        sql.Identifier(table),
        sql.Identifier(role),
    )
