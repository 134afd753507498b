"""ServiceNow's incident log: one row per update of an incident (imports.md 5.3, 7.1)."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from trueup.audit.intake.convert import Converted, Settings
from trueup.audit.intake.reading import FILE_STEP, LINE, Rejected, Sheet, combined
from trueup.audit.intake.values import (
    date_shape,
    instant_sql,
    leading_int_sql,
    pseudonym_table,
    yes_sql,
)
from trueup.core.refusals import Refused
from trueup.core.words import N_

NAME = "servicenow.log"
NEED = ("number", "incident_state", "sys_mod_count")
ANY = ("sys_updated_at", "sys_updated_on", "made_sla")
REPEATS = "number"

STATES = {
    "new": "open", "active": "open", "in progress": "open", "awaiting user info": "waiting",
    "awaiting vendor": "waiting", "awaiting problem": "waiting", "awaiting evidence": "waiting",
    "awaiting caller": "waiting", "awaiting change": "waiting", "on hold": "waiting",
    "resolved": "resolved", "closed": "closed", "canceled": "cancelled", "cancelled": "cancelled",
}  # fmt: skip
WAITING_FOR = {
    "awaiting user info": "customer", "awaiting caller": "customer",
    "awaiting vendor": "supplier", "awaiting problem": "problem",
    "awaiting change": "change", "awaiting evidence": "internal", "on hold": "other",
}  # fmt: skip
CHANNELS = {
    "phone": "phone", "email": "mail", "mail": "mail", "self service": "portal",
    "self-service": "portal", "portal": "portal", "web": "portal", "ivr": "phone",
    "chat": "chat", "direct opening": "walk_in", "walk-in": "walk_in", "monitoring": "monitoring",
}  # fmt: skip
DATES = ("opened_at", "sys_created_at", "sys_created_on", "sys_updated_at", "sys_updated_on",
         "resolved_at", "closed_at")  # fmt: skip
PEOPLE = ("caller_id", "opened_by", "sys_updated_by", "assigned_to", "resolved_by")
CLASSIFIED = ("category", "subcategory", "u_symptom", "cmdb_ci", "impact", "urgency")
LINKED = ("problem_id", "rfc", "caused_by")
EDITED = ("caller_id", "contact_type", "location", "knowledge", "u_priority_confirmation",
          "notify", "vendor", "opened_by", "short_description")  # fmt: skip
LOOK_AHEAD = ("resolved_at", "resolved_by", "closed_at", "closed_code")


def convert(sheets: list[Sheet], settings: Settings) -> Converted:
    """Records as last known and one event per difference between neighbouring rows."""
    sheet = combined(sheets)
    con = duckdb.connect(config={"autoinstall_known_extensions": False})
    con.register("source", sheet.rows)
    have = [name for name in sheet.headings if name != LINE]
    columns = {name: name if name in have else "" for name in _wanted()}
    shape = date_shape(con, "source", [name for name in DATES if name in have])
    if shape is None:
        raise Refused(
            N_("The dates of %(file)s cannot be read. Name their shape in a mapping file."),
            file=sheet.file.name,
        )
    _load(con, columns, shape.format)
    order = _order(con)
    rejected = [*sheet.rejected, *_reject(con, sheets)]
    pseudonym_table(
        con,
        " UNION ".join(f'SELECT "{c}" FROM log WHERE "{c}" IS NOT NULL' for c in PEOPLE),
        bytes.fromhex(settings.name_key or sheet.file.sha256),
        settings.keep_names,
    )
    con.execute(_neighbours())
    tables = {"record": _records(con), "event": _events(con), "person": _people(con)}
    facts = _facts(con)
    return Converted(
        NAME,
        tables,
        facts.pop("latest"),
        sum(one.read for one in sheets),
        tables["record"].num_rows,
        facts.pop("rows") - tables["record"].num_rows + sheet.merged,
        rejected,
        {
            "mode": "B",
            "dates": f"{shape.format}"
            + (f", proved by {shape.proof}" if shape.proof else ", assumed"),
            "recording_time": "known for opening",
            "order": "recorded by sys_mod_count",
            "look_ahead": [c for c in LOOK_AHEAD if c in have],
            "rejected_wrong_type": 0,
            "words": _counted(con, 'SELECT "{}", count(*) FROM source', columns["incident_state"]),
            "rows_per_record": _counted(
                con,
                'SELECT n, count(*) FROM (SELECT count(*) AS n FROM source GROUP BY "{}")',
                columns["number"],
            ),
            **order,
            **facts,
        },
        {c: c for c in have if c in _wanted()},
        {c: "no place in the evidence" for c in have if c not in _wanted()},
    )


def _counted(con: duckdb.DuckDBPyConnection, sql: str, heading: str) -> dict[str, int]:
    """Counts of the file's own rows by a word, rejected rows among them."""
    rows = con.execute(sql.format(heading) + " GROUP BY 1 ORDER BY 1").fetchall()
    return {str(word): int(n) for word, n in rows if word is not None}


def _wanted() -> tuple[str, ...]:
    fixed = ("number", "incident_state", "sys_mod_count", "made_sla", "reopen_count",
             "reassignment_count", "assignment_group", "priority", "closed_code")  # fmt: skip
    return tuple(dict.fromkeys((*fixed, *DATES, *PEOPLE, *CLASSIFIED, *LINKED, *EDITED)))


def _load(con: duckdb.DuckDBPyConnection, columns: dict[str, str], shape: str) -> None:
    """The typed log: one row per line, absent columns null, instants read."""
    picks = []
    for name, heading in columns.items():
        cell = f'trim("{heading}")' if heading else "NULL::VARCHAR"
        picks.append(f'{instant_sql(cell, shape) if name in DATES else cell} AS "{name}"')
    states = " ".join(f"WHEN '{word}' THEN '{state}'" for word, state in STATES.items())
    con.execute(
        f"CREATE TEMP TABLE log AS SELECT *, CASE lower(incident_state) {states} END AS state, "
        "CAST(coalesce(sys_updated_at, sys_updated_on) AS TIMESTAMP) AS written "
        f"FROM (SELECT {', '.join(picks)}, {LINE} AS line FROM source)"
    )


def _reject(con: duckdb.DuckDBPyConnection, sheets: list[Sheet]) -> list[Rejected]:
    """Rows without number, time or a known state word leave the log and are told."""
    found = con.execute(
        "SELECT line, number, incident_state, written, opened_at FROM log WHERE state IS NULL "
        "OR number IS NULL OR written IS NULL OR opened_at IS NULL ORDER BY line"
    ).fetchall()
    out = []
    for line, number, state, written, opened in found:
        column, why = (
            ("number", "no number")
            if number is None
            else ("incident_state", "a state word that is not known")
            if state is None or str(state).lower() not in STATES
            else ("sys_updated_at", "no update time")
            if written is None
            else ("opened_at", "no opening time")
        )
        raw = {"incident_state": state, "sys_updated_at": written, "opened_at": opened}
        code = "unknown_word" if column == "incident_state" else "missing"
        place, at = divmod(line, FILE_STEP)
        out.append(
            Rejected(sheets[place].file.name, at, number or "", column, code, why,
                     str(raw.get(column) or ""))
        )  # fmt: skip
    con.execute(
        "DELETE FROM log WHERE state IS NULL OR number IS NULL OR written IS NULL "
        "OR opened_at IS NULL"
    )
    return out


def _neighbours() -> str:
    """Each row beside the one before it, in the order of the write counter as a number."""
    compared = (
        "incident_state", "state", "assignment_group", "assigned_to", "priority",
        *CLASSIFIED, *LINKED, *EDITED,
    )  # fmt: skip
    before = ", ".join(f'lag("{c}") OVER w AS "p_{c}"' for c in compared)
    return (
        "CREATE TEMP TABLE steps AS SELECT *, row_number() OVER w AS rn, "
        "row_number() OVER (PARTITION BY number ORDER BY TRY_CAST(sys_mod_count AS BIGINT) DESC, "
        f"written DESC, line DESC) AS back, {before} FROM log WINDOW w AS (PARTITION BY number "
        "ORDER BY TRY_CAST(sys_mod_count AS BIGINT), written, line)"
    )


def _records(con: duckdb.DuckDBPyConnection) -> pa.Table:
    channels = " ".join(f"WHEN '{word}' THEN '{to}'" for word, to in CHANNELS.items())
    sql = f"""
      SELECT s.number AS id, 'incident' AS kind, s.cmdb_ci AS ci, r.id AS requester,
        s.assignment_group AS team, a.id AS assignee,
        CASE WHEN s.contact_type IS NOT NULL THEN
          CASE lower(s.contact_type) {channels} ELSE 'other' END END AS channel,
        s.category, s.subcategory, {leading_int_sql("s.priority")} AS priority,
        {leading_int_sql("s.impact")} AS impact, {leading_int_sql("s.urgency")} AS urgency,
        s.state, s.incident_state AS source_state, s.opened_at, s.resolved_at, s.closed_at,
        TRY_CAST(s.reopen_count AS BIGINT) AS reopen_count,
        TRY_CAST(s.reassignment_count AS BIGINT) AS reassignment_count,
        s.closed_code AS close_code, s.problem_id AS problem, s.caused_by AS caused_by_change,
        {yes_sql("s.knowledge")} AS article_used, {yes_sql("s.made_sla")} AS reported_sla_met
      FROM steps s LEFT JOIN people r ON r.name = s.caller_id
        LEFT JOIN people a ON a.name = s.assigned_to
      WHERE s.back = 1"""
    return con.sql(sql).to_arrow_table()


def _changes() -> list[str]:
    """One SELECT per kind of difference: rank, activity, source word, field, old, new, reason."""
    started = (
        "(rn = 1 AND state = 'open' AND lower(incident_state) <> 'new') OR (rn > 1 AND "
        "lower(p_incident_state) = 'new' AND state = 'open' AND lower(incident_state) <> 'new')"
    )
    ended = "p_state IN ('resolved', 'closed')"
    state = "'state', p_incident_state, incident_state"
    none = "NULL, NULL, NULL"
    waits = " ".join(f"WHEN '{word}' THEN '{to}'" for word, to in WAITING_FOR.items())
    reason = f"incident_state, CASE lower(incident_state) {waits} END"
    picks = [
        (1, "opened", none, "NULL, NULL", "rn = 1"),
        (7, "started", state, "NULL, NULL", started),
        (9, "paused", state, reason, "state = 'waiting' AND (rn = 1 OR p_state <> 'waiting')"),
        (10, "resumed", state, "NULL, NULL", "rn > 1 AND state = 'open' AND p_state = 'waiting'"),
        (17, "resolved", state, "NULL, NULL",
         "state = 'resolved' AND (rn = 1 OR p_state <> 'resolved')"),
        (8, "reopened", state, "NULL, NULL",
         f"rn > 1 AND {ended} AND state IN ('open', 'waiting')"),
        (20, "closed", state, "NULL, NULL", "state = 'closed' AND (rn = 1 OR p_state <> 'closed')"),
        (21, "cancelled", state, "NULL, NULL",
         "state = 'cancelled' AND (rn = 1 OR p_state <> 'cancelled')"),
        (22, "edited", "'hold_reason', p_incident_state, incident_state", "NULL, NULL",
         "rn > 1 AND state = 'waiting' AND p_state = 'waiting' "
         "AND incident_state <> p_incident_state"),
        (22, "edited", state, "NULL, NULL",
         "rn > 1 AND state = 'open' AND p_state = 'open' AND lower(incident_state) <> "
         "lower(p_incident_state) AND lower(p_incident_state) <> 'new'"),
        (5, "assigned", "'team', p_assignment_group, assignment_group", "NULL, NULL",
         "rn > 1 AND (assignment_group IS DISTINCT FROM p_assignment_group OR "
         "assigned_to IS DISTINCT FROM p_assigned_to)"),
        (4, "priority_changed", "'priority', p_priority, priority", "NULL, NULL",
         "rn > 1 AND priority IS DISTINCT FROM p_priority"),
    ]  # fmt: skip
    for rank, activity, columns in (
        (3, "classified", CLASSIFIED), (11, "linked", LINKED), (22, "edited", EDITED),
    ):  # fmt: skip
        picks += [
            (rank, activity, f"'{c}', p_{c}, {c}", "NULL, NULL",
             f'rn > 1 AND "{c}" IS DISTINCT FROM "p_{c}"')
            for c in columns
        ]  # fmt: skip
    return [
        f"SELECT number, rn, line, {rank} AS rank, '{activity}' AS activity, {field}, {why} "
        f"FROM steps WHERE {where}"
        for rank, activity, field, why, where in picks
    ]


def _events(con: duckdb.DuckDBPyConnection) -> pa.Table:
    con.execute(
        "CREATE TEMP TABLE found(number VARCHAR, rn BIGINT, line BIGINT, rank INT, "
        "activity VARCHAR, field VARCHAR, old VARCHAR, new VARCHAR, reason VARCHAR, "
        "waiting_for VARCHAR)"
    )
    for pick in _changes():
        con.execute(f"INSERT INTO found {pick}")
    con.execute(
        "INSERT INTO found SELECT number, rn, line, 23, 'other', NULL, NULL, NULL, 'update', NULL "
        "FROM steps s WHERE rn > 1 AND NOT EXISTS (SELECT 1 FROM found f WHERE "
        "f.number = s.number AND f.rn = s.rn)"
    )
    sql = """
      SELECT row_number() OVER (ORDER BY recorded, sort_number, rn, rank, field) AS seq,
        'record' AS entity, number AS entity_id, activity, source_activity, field, old, new, reason,
        actor, 'person' AS actor_kind, team, waiting_for, 'import' AS via, occurred AS at_occurred,
        recorded AS at_recorded
      FROM (SELECT f.*, s.number AS sort_number, s.incident_state AS source_activity,
          CASE WHEN f.activity = 'opened' THEN o.id ELSE u.id END AS actor,
          s.assignment_group AS team,
          CASE WHEN f.activity = 'opened' THEN s.opened_at ELSE s.written END AS occurred,
          CASE WHEN f.activity = 'opened'
            THEN greatest(s.opened_at, coalesce(s.sys_created_at, s.sys_created_on, s.opened_at))
            ELSE s.written END AS recorded
        FROM found f JOIN steps s ON s.number = f.number AND s.rn = f.rn
          LEFT JOIN people u ON u.name = s.sys_updated_by
          LEFT JOIN people o ON o.name = s.opened_by)"""
    return con.sql(sql).to_arrow_table()


def _people(con: duckdb.DuckDBPyConnection) -> pa.Table:
    return con.sql("SELECT DISTINCT id FROM people ORDER BY id").to_arrow_table()


def _facts(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What the intake report says of the rows that were used."""
    latest = "greatest(max(written), max(resolved_at), max(closed_at), max(opened_at))"
    row = con.execute(
        f"""SELECT count(*), {latest},
          count(*) FILTER (WHERE back = 1 AND resolved_at IS NULL),
          count(*) FILTER (WHERE back = 1 AND coalesce(sys_created_at, sys_created_on) IS NULL)
        FROM steps"""
    ).fetchone()
    assert row is not None
    names = ("rows", "latest", "resolved_at_missing", "created_at_missing")
    return dict(zip(names, row, strict=True))


def _order(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Records whose write counter leaves something out, or whose instants do not tell the order.

    Rows that will be rejected count here: they were written too.
    """
    row = con.execute(
        """WITH n AS (SELECT number, written, TRY_CAST(sys_mod_count AS BIGINT) AS counter,
              lag(written) OVER w AS before, lag(TRY_CAST(sys_mod_count AS BIGINT)) OVER w AS last
              FROM log WINDOW w AS (PARTITION BY number
                ORDER BY TRY_CAST(sys_mod_count AS BIGINT), written, line))
        SELECT count(DISTINCT number) FILTER (WHERE counter > last + 1),
          count(DISTINCT number) FILTER (WHERE written = before),
          count(*) FILTER (WHERE written < before) FROM n"""
    ).fetchone()
    assert row is not None
    names = ("gaps_in_write_counter", "equal_instants", "contradictions_of_order")
    return dict(zip(names, row, strict=True))
