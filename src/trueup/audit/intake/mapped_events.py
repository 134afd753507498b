"""Events of mapped sheets: from instants, histories, intervals and logs (imports.md section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import Any

import duckdb
import pyarrow as pa

from trueup.audit.intake.cells import Cells, case, literal
from trueup.audit.intake.mapping import EventsMap, Mapping, Names, plain
from trueup.audit.intake.reading import LINE, Rejected
from trueup.core import evidence

RANK = ("opened", "triaged", "classified", "priority_changed", "assigned", "escalated", "started",
        "commented", "paused", "resumed", "linked", "approved", "rejected", "scheduled",
        "implemented", "backed_out", "resolved", "confirmed", "reopened", "closed", "cancelled",
        "edited", "other")  # fmt: skip
STRENGTH = {"history": 1, "intervals": 2, "log": 3, "instants": 4}
ACTIVITY_OF = {
    "priority": "priority_changed", "category": "classified", "subcategory": "classified",
    "impact": "classified", "urgency": "classified", "service": "classified", "ci": "classified",
    "problem": "linked", "change": "linked", "parent": "linked", "duplicate": "linked",
    "article": "linked", "public_word": "commented", "private_word": "commented",
    "escalation": "escalated", "other": "edited",
}  # fmt: skip
NEW = ("new", "to do", "neu", "nouveau", "nuevo", "created", "registered", "logged", "1")
INSTANTS = (("opened", "opened_at"), ("commented", "first_response_at"),
            ("resolved", "resolved_at"), ("closed", "closed_at"))  # fmt: skip
# The record's columns under names that no export has, beside the columns of the sheet.
RECORD = ", ".join(f"{name} AS r__{name}" for name in (
    "id", "state", "source_state", "team", "opened_at", "first_response_at", "resolved_at",
    "closed_at")) + ", line__ AS r__line"  # fmt: skip
ENDED = "('resolved', 'closed', 'cancelled')"


@dataclass(slots=True)
class Events:
    """Collects the events of all sheets of one run in the temporary table ``ev``."""

    con: duckdb.DuckDBPyConnection
    staged: set[str]
    notes: dict[str, Any]

    def __post_init__(self) -> None:
        self.con.execute(
            "CREATE TEMP TABLE ev(record VARCHAR, activity VARCHAR, source VARCHAR, field VARCHAR, "
            "old VARCHAR, new VARCHAR, reason VARCHAR, actor VARCHAR, team VARCHAR, level BIGINT, "
            "waiting VARCHAR, moment TIMESTAMP, recorded TIMESTAMP, ord BIGINT, strength INT)"
        )

    def add(self, number: int, mapping: Mapping, cells: Cells) -> list[Rejected]:
        """The events that one sheet gives; rows that give none for a reason are told."""
        told = mapping.events or EventsMap()
        records = any(t.into == "record" for t in mapping.tables) and "record" in self.staged
        if records and told.mode != "log":
            self._instants(number, told, cells)
        if told.file and not fnmatch(PurePosixPath(cells.file).name, told.file):
            return []
        if told.mode in ("history", "intervals") and cells.column(told.record):
            return self._history(number, told, cells)
        if told.mode == "log" and "record" in self.staged:
            return self._log(number, told, cells)
        return []

    # -- mode C ----------------------------------------------------------------------------
    def _instants(self, number: int, told: EventsMap, cells: Cells) -> None:
        recorded = self._instant(cells, told.recorded)
        for activity, column in INSTANTS:
            actor = self._actor(cells, told.actors.get(activity, ()))
            written = f"greatest(coalesce({recorded}, r__{column}), r__{column})" if (
                activity == "opened" and recorded != "NULL"
            ) else f"r__{column}"  # fmt: skip
            team = "r__team" if activity == "opened" else "NULL"
            self._insert(number, cells, activity, f"r__{column}", written, actor, team)
        cancelled = "coalesce(r__closed_at, r__resolved_at)"
        self._insert(
            number, cells, "cancelled", cancelled, cancelled, "NULL", "NULL",
            "r__state = 'cancelled'",
        )  # fmt: skip
        self.con.execute(
            "DELETE FROM ev WHERE activity = 'closed' AND strength = 4 AND record IN "
            "(SELECT record FROM ev WHERE activity = 'cancelled' AND strength = 4)"
        )
        # The instant at which a ticket was cancelled is no second event, a resolving.
        self.con.execute(
            "DELETE FROM ev WHERE activity = 'resolved' AND strength = 4 AND (record, moment) IN "
            "(SELECT (record, moment) FROM ev WHERE activity = 'cancelled' AND strength = 4)"
        )
        for extra in told.extra:
            at = self._instant(cells, _names(extra.get("at")))
            if at != "NULL":
                actor = self._actor(cells, _names(extra.get("actor")))
                self._insert(number, cells, str(extra["activity"]), at, at, actor, "NULL")

    def _insert(
        self, number: int, cells: Cells, activity: str, at: str, recorded: str, actor: str,
        team: str, where: str = "true",
    ) -> None:  # fmt: skip
        source = "r__source_state" if activity in ("resolved", "closed", "cancelled") else "NULL"
        self.con.execute(
            f"INSERT INTO ev SELECT r__id, '{activity}', {source}, NULL, NULL, NULL, NULL, "
            f"{actor}, {team}, NULL, NULL, {at}, {recorded}, 0, 4 FROM (SELECT {RECORD} FROM "
            f"t_record WHERE file__ = {number}) JOIN {cells.view} ON {LINE} = r__line WHERE ({at}) "
            f"IS NOT NULL AND {where}"
        )

    def _instant(self, cells: Cells, names: Names) -> str:
        cell = cells.column(names)
        return cells.instant({"from": names}, cell) if cell else "NULL"

    def _actor(self, cells: Cells, names: Names) -> str:
        cell = cells.column(names)
        return cells.person(cell) if cell else "NULL"

    # -- modes A and D ---------------------------------------------------------------------
    def _history(self, number: int, told: EventsMap, cells: Cells) -> list[Rejected]:
        """Changes of fields, one row each; the old value is the one before where none is told."""
        record, name = cells.column(told.record), cells.column(told.field)
        value, at = cells.column(told.new), self._instant(cells, told.at)
        if not (record and name and value) or at == "NULL":
            return []
        order = cells.column(told.order)
        ord_sql = f"TRY_CAST({order} AS BIGINT)" if order else "0"
        kind = case(f"lower(trim({name}))", told.fields, "VARCHAR")
        before = "lag(value) OVER (PARTITION BY record, field ORDER BY moment, ord, value)"
        old = cells.column(told.old) or "NULL"
        recorded = self._instant(cells, told.recorded)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE ch AS WITH c AS (SELECT coalesce(k.id__, {record}) AS "
            f"record, {name} AS field, coalesce({kind}, 'other') AS kind, {old} AS told_old, "
            f"{value} AS value, {at} AS moment, {recorded} AS recorded, "
            f"{self._actor(cells, told.actor)} AS actor, coalesce({ord_sql}, 0) AS ord, "
            f"{LINE} AS line FROM {cells.view} LEFT JOIN (SELECT alias__, min(id__) AS id__ FROM "
            f"keys GROUP BY alias__) k ON k.alias__ = {record} WHERE {cells.where(told.where)}) "
            "SELECT c.*, "
            f"{'told_old' if cells.column(told.old) else before} AS old, row_number() OVER "
            "(PARTITION BY record, field ORDER BY moment, ord, value) AS nth FROM c"
        )
        lost = self._lost(cells)
        self.con.execute(f"INSERT INTO kept SELECT {number}, line FROM ch")
        again = ", ".join(literal(plain(word)) for word in told.repeats) or "NULL"
        self.con.execute(
            f"INSERT INTO kept SELECT {number}, {LINE} FROM {cells.view} "
            f"WHERE lower(trim({name})) IN ({again})"
        )
        if told.mode == "intervals":
            self.con.execute("DELETE FROM ch WHERE nth = 1")
        self._state_changes(cells, STRENGTH[told.mode])
        self._other_changes(STRENGTH[told.mode])
        return lost

    def _lost(self, cells: Cells) -> list[Rejected]:
        """Rows without a time, and rows of records that no file holds."""
        known = "record IN (SELECT id FROM t_record)" if "record" in self.staged else "true"
        found = self.con.execute(
            f"SELECT line, record, moment IS NULL FROM ch "
            f"WHERE moment IS NULL OR NOT ({known}) ORDER BY 1"
        ).fetchall()
        self.con.execute(f"DELETE FROM ch WHERE moment IS NULL OR NOT ({known})")
        return [
            Rejected(
                cells.file, line, str(record or ""), "", "missing" if late else "record",
                "a change without a time" if late else "a change of a record that no file holds",
                "",
            )
            for line, record, late in found
        ]  # fmt: skip

    def _state_changes(self, cells: Cells, strength: int) -> None:
        words = cells.word_list("state")
        states = {w: v["state"] if isinstance(v, dict) else v for w, v in words.items()}
        reasons = {
            w: v["reason"] for w, v in words.items() if isinstance(v, dict) and "reason" in v
        }
        reasons = {**cells.word_list("waiting_for"), **reasons}
        was, now = (_state_word(c, states) for c in ("old", "value"))
        new = ", ".join(literal(w) for w in NEW)
        waiting = f"coalesce({case('lower(trim(value))', reasons, 'VARCHAR')}, 'other')"
        activity = (
            f"CASE WHEN now = 'waiting' AND was = 'waiting' THEN 'edited' "
            "WHEN now = 'waiting' THEN 'paused' "
            f"WHEN now = 'open' AND was IN {ENDED} THEN 'reopened' "
            "WHEN now = 'open' AND was = 'waiting' THEN 'resumed' "
            f"WHEN now = 'open' AND lower(trim(old)) IN ({new}) THEN 'started' "
            "WHEN now = 'resolved' AND was IN ('closed', 'resolved') THEN 'edited' "
            "WHEN now IN ('closed', 'cancelled') AND was = now THEN 'edited' "
            "WHEN now IS NULL OR now = 'open' THEN 'edited' ELSE now END"
        )
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE sc AS SELECT *, {was} AS was, {now} AS now, "
            f"{waiting} AS waiting FROM ch WHERE kind = 'state' AND old IS DISTINCT FROM value"
        )
        self.con.execute(
            f"INSERT INTO ev SELECT record, {activity}, value, field, old, value, CASE WHEN now = "
            "'waiting' THEN value END, actor, NULL, NULL, CASE WHEN now = 'waiting' THEN waiting "
            f"END, moment, coalesce(recorded, moment), ord, {strength} FROM sc"
        )
        self.con.execute(
            "INSERT INTO ev SELECT record, 'reopened', value, field, old, value, NULL, actor, "
            f"NULL, NULL, NULL, moment, coalesce(recorded, moment), ord, {strength} FROM sc "
            f"WHERE now = 'waiting' AND was IN {ENDED}"
        )

    def _other_changes(self, strength: int) -> None:
        self.con.execute(
            "INSERT INTO ev SELECT record, 'assigned', NULL, CASE WHEN bool_or(kind = 'team') THEN "
            "'team' ELSE 'assignee' END, "
            "CASE WHEN bool_or(kind = 'team') THEN max(old) FILTER (WHERE kind = 'team') "
            "ELSE max(old) END, "
            "coalesce(max(value) FILTER (WHERE kind = 'team'), max(value)), NULL, actor, "
            "max(value) FILTER (WHERE kind = 'team'), NULL, NULL, moment, "
            "coalesce(max(recorded), moment), "
            f"max(ord), {strength} FROM ch WHERE kind IN ('team', 'assignee') AND old IS DISTINCT "
            "FROM value GROUP BY record, moment, actor"
        )
        approval = (
            "CASE WHEN lower(value) LIKE 'approved%' THEN 'approved' WHEN lower(value) LIKE "
            "'rejected%' OR lower(value) LIKE 'declined%' THEN 'rejected' ELSE 'edited' END"
        )
        mapped = case("kind", ACTIVITY_OF | {"approval": "approval"}, "VARCHAR")
        self.con.execute(
            f"INSERT INTO ev SELECT record, CASE WHEN kind = 'approval' THEN {approval} ELSE "
            f"{mapped} END, NULL, field, old, value, NULL, actor, NULL, NULL, NULL, moment, "
            f"coalesce(recorded, moment), ord, {strength} FROM ch WHERE kind NOT IN "
            "('state', 'team', 'assignee') AND old IS DISTINCT FROM value"
        )

    # -- mode X ----------------------------------------------------------------------------
    def _log(self, number: int, told: EventsMap, cells: Cells) -> list[Rejected]:
        """Activities with their time; the records' instants follow from them."""
        record, at = cells.column(told.record), self._instant(cells, told.at)
        parts = [c for c in (cells.column((n,)) for n in told.activity) if c]
        if not record or at == "NULL" or not parts:
            return []
        name = " || '/' || ".join(f"coalesce({p}, '')" for p in parts)
        words = {w: v["activity"] if isinstance(v, dict) else v for w, v in told.activities.items()}
        waits = {w: v["reason"] for w, v in told.activities.items() if isinstance(v, dict)}
        folded = f"lower(trim({name}))"
        team = cells.text(told.team) if told.team else None
        level = (
            cells.typed(evidence.TABLES["record"].column("level"), told.level)
            if told.level else None
        )  # fmt: skip
        order = cells.column(told.order)
        self.con.execute(
            f"INSERT INTO ev SELECT trim({record}), coalesce({case(folded, words, 'VARCHAR')}, "
            f"'other'), {name}, NULL, NULL, NULL, NULL, {self._actor(cells, told.actor)}, "
            f"{team or 'NULL'}, {level or 'NULL'}, {case(folded, waits, 'VARCHAR')}, {at}, "
            f"coalesce({self._instant(cells, told.recorded)}, {at}), "
            f"{f'TRY_CAST({order} AS BIGINT)' if order else '0'}, 3 FROM {cells.view} "
            f"WHERE {record} IS NOT NULL AND ({at}) IS NOT NULL AND trim({record}) IN "
            "(SELECT id FROM t_record)"
        )
        self.con.execute(
            f"INSERT INTO kept SELECT {number}, {LINE} FROM {cells.view} WHERE trim({record}) IN "
            f"(SELECT id FROM t_record) AND ({at}) IS NOT NULL"
        )
        self._records_from_log(number)
        known = f"trim({record}) IN (SELECT id FROM t_record)"
        lost = self.con.execute(
            f"SELECT {LINE}, {record}, NOT ({known}) FROM {cells.view} WHERE {record} IS NOT NULL "
            f"AND (({at}) IS NULL OR NOT ({known})) ORDER BY 1"
        ).fetchall()
        return [
            Rejected(
                cells.file, line, str(id), "", "record" if foreign else "missing",
                "an event of a record that no file holds" if foreign
                else "an event without a time", "",
            )
            for line, id, foreign in lost
        ]  # fmt: skip

    def _records_from_log(self, number: int) -> None:
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE ends AS SELECT record, min(moment) AS first, "
            "max(moment) FILTER (WHERE activity = 'resolved') AS resolved, "
            "max(moment) FILTER (WHERE activity = 'closed') AS closed "
            "FROM ev WHERE strength = 3 GROUP BY record"
        )
        self.con.execute(
            "UPDATE t_record SET opened_at = e.first, resolved_at = coalesce(t_record.resolved_at, "
            "CASE WHEN state IN ('resolved', 'closed') THEN e.resolved END), closed_at = coalesce("
            "t_record.closed_at, CASE WHEN state = 'closed' THEN e.closed END) FROM ends e "
            f"WHERE e.record = t_record.id AND t_record.file__ = {number}"
        )

    # -- the whole -------------------------------------------------------------------------
    def table(self) -> pa.Table:
        """The event table: weaker doubles gone, teams filled forward, positions without gaps."""
        self._once()
        self._first_teams()
        self._stronger()
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE ev AS SELECT *, "
            f"{case('activity', {a: i for i, a in enumerate(RANK)}, 'INT')} AS rank FROM ev "
            "WHERE moment IS NOT NULL"
        )
        until_now = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        order = f"ORDER BY moment, ord, rank, field, new {until_now}"
        return self.con.sql(
            f"""WITH held AS (SELECT *, last_value(team IGNORE NULLS) OVER
                  (PARTITION BY record {order}) AS holding FROM ev)
            SELECT row_number() OVER (ORDER BY recorded, ord, record, rank, field, new, actor,
                source) AS seq, 'record' AS entity, record AS entity_id, activity,
              source AS source_activity, field, old, new, reason, actor,
              CASE WHEN actor IS NOT NULL THEN 'person' END AS actor_kind, holding AS team, level,
              waiting AS waiting_for, 'import' AS via, moment AS at_occurred,
              recorded AS at_recorded
            FROM held ORDER BY seq"""
        ).to_arrow_table()

    def _once(self) -> None:
        """A change that two files tell in the same words happened once."""
        before = self.con.execute("SELECT count(*) FROM ev").fetchall()
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE ev AS SELECT * FROM ev WHERE strength > 2 UNION ALL "
            "SELECT DISTINCT * FROM ev WHERE strength <= 2"
        )
        after = self.con.execute("SELECT count(*) FROM ev").fetchall()
        if before != after:
            self.notes["events_told_twice"] = before[0][0] - after[0][0]

    def _first_teams(self) -> None:
        """The team of the opening, where a history tells it (imports.md 5.2).

        It is the old value of the first change of team; a record without such a change kept its
        team from the start. Without a history of teams the first team is not known (5.4): the
        record's team is the last one.
        """
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE first_team AS SELECT record, "
            "arg_min(coalesce(old, ''), (moment, ord)) AS team FROM ev "
            "WHERE field = 'team' AND strength < 3 GROUP BY record"
        )
        known = self.con.execute("SELECT count(*) FROM first_team").fetchall()[0][0]
        self.con.execute(
            f"UPDATE ev SET team = {'team' if known else 'NULL'} WHERE activity = 'opened' AND "
            "strength = 4"
        )
        self.con.execute(
            "UPDATE ev SET team = nullif(f.team, '') FROM first_team f WHERE ev.record = f.record "
            "AND ev.activity = 'opened' AND ev.strength = 4"
        )

    def _stronger(self) -> None:
        """An instant of a weaker mode goes where a stronger one tells the same within a minute."""
        self.con.execute(
            "DELETE FROM ev WHERE strength = 4 AND EXISTS (SELECT 1 FROM ev s WHERE "
            "(ev.activity <> 'opened' OR s.strength = 3) AND s.record = ev.record AND "
            "s.activity = ev.activity AND s.strength < 4 AND "
            "abs(epoch(s.moment) - epoch(ev.moment)) <= 60)"
        )
        modes = self.con.execute(
            "SELECT strength, count(*) FROM ev GROUP BY 1 ORDER BY 1"
        ).fetchall()
        names = {v: k for k, v in STRENGTH.items()}
        self.notes["event_modes"] = {names[s]: n for s, n in modes}


def _state_word(cell: str, states: dict[str, Any]) -> str:
    folded = f"lower(trim(regexp_replace({cell}, '\\s+', ' ', 'g')))"
    bare = f"regexp_replace({folded}, '^[0-9]+ ?[-.:]? ?', '')"
    return f"coalesce({case(folded, states, 'VARCHAR')}, {case(bare, states, 'VARCHAR')})"


def _names(value: Any) -> Names:
    return () if value is None else tuple(value) if isinstance(value, list) else (str(value),)
