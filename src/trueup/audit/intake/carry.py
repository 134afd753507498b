"""Carries the rows of mapped sheets into evidence tables: staged, judged, merged, told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import pyarrow as pa

from trueup.audit.evidence.normal import SQL, connection
from trueup.audit.intake import dates
from trueup.audit.intake.cells import Cells, literal
from trueup.audit.intake.compare import expected, latest
from trueup.audit.intake.convert import Converted, Settings, collision, family
from trueup.audit.intake.mapped_events import Events
from trueup.audit.intake.mapping import Mapping, TableMap, common_words, plain
from trueup.audit.intake.reading import LINE, Rejected, Sheet
from trueup.audit.intake.told import TEXTS, event_columns, holds_rows, ignored_why, why_not
from trueup.core import evidence

NEWEST = ("closed_at", "resolved_at", "opened_at", "answered_at", "at")


@dataclass(slots=True)
class Carrier:
    """One run over all sheets with a mapping: one engine, so that files join on their keys."""

    settings: Settings
    con: duckdb.DuckDBPyConnection = field(default_factory=connection)
    rejected: list[Rejected] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    staged: set[str] = field(default_factory=set)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    used: dict[str, str] = field(default_factory=dict)
    ignored: dict[str, str] = field(default_factory=dict)
    sheets: list[tuple[Sheet, Mapping, Cells]] = field(default_factory=list)
    lines_rejected: set[tuple[int, int]] = field(default_factory=set)
    filled: dict[str, dict[int, set[str]]] = field(default_factory=dict)

    def convert(self, found: list[tuple[Sheet, Mapping]]) -> Converted:
        """All tables that the sheets fill.

        Raises Refused where no table can be filled at all.
        """
        self._prepare()
        for number, (sheet, mapping) in enumerate(found):
            self._open(number, sheet, mapping)
        for number, (_, mapping, cells) in enumerate(self.sheets):
            for table in mapping.tables if holds_rows(mapping, cells.file) else ():
                self._stage(number, table, cells)
        self._refuse_collisions()
        self._resolve()
        self._contradictions()
        merged = self._merge()
        events = Events(self.con, self.staged, self.notes)
        for number, (_, mapping, cells) in enumerate(self.sheets):
            lost = events.add(number, mapping, cells)
            self.rejected += lost
            self.lines_rejected |= {(number, one.line) for one in lost}
        self._unused()
        expected(self.con, self.sheets, self.staged)
        tables = {name: self._final(name) for name in sorted(self.staged) if self._count(name)}
        log = events.table()
        if log.num_rows:
            tables["event"] = log
        self._people(tables)
        return self._told(tables, merged)

    # -- opening ---------------------------------------------------------------------------
    def _prepare(self) -> None:
        self.con.execute("CREATE TEMP TABLE keys(alias__ VARCHAR, id__ VARCHAR)")
        self.con.execute("CREATE TEMP TABLE refs(kind VARCHAR, id VARCHAR, name VARCHAR)")
        self.con.execute("CREATE TEMP TABLE kept(file INT, line BIGINT)")

    def _open(self, number: int, sheet: Sheet, mapping: Mapping) -> None:
        view = f"sheet_{number}"
        self.con.register(f"{view}_rows", sheet.rows)
        self.con.execute(f"CREATE TEMP VIEW {view} AS SELECT * FROM {view}_rows")
        zone = (
            self.settings.zone
            if self.settings.zone_stated
            else str(mapping.defaults.get("zone") or self.settings.zone)
        )
        keep = self.settings.keep_names or bool(mapping.defaults.get("keep_names"))
        cells = Cells(
            self.con, view, sheet.file.name, sheet.headings, mapping, common_words(), zone,
            self.settings.name_key, keep,
        )  # fmt: skip
        self.sheets.append((sheet, mapping, cells))
        self.rejected += sheet.rejected

    # -- staging ---------------------------------------------------------------------------
    def _stage(self, number: int, told: TableMap, cells: Cells) -> None:
        """Put the rows of one sheet into one table; what does not fit is told and left out."""
        if told.each:
            inside = self._each(number, told, cells)
            if inside is None:
                return
            cells = inside
        table = evidence.TABLES[told.into]
        texts = self.settings.texts or bool(cells.mapping.defaults.get("texts"))
        typed: dict[str, str] = {}
        for column in table.columns:
            spec = told.columns.get(column.name)
            if spec is None or (column.name in TEXTS and not texts):
                continue
            sql = cells.typed(column, spec)
            if sql is not None:
                typed[column.name] = sql
                self._use(cells, spec, f"{told.into}.{column.name}")
        if told.into == "record" and cells.mapping.defaults.get("resolved_is_closed"):
            typed.setdefault("resolved_at", typed.get("closed_at", "CAST(NULL AS TIMESTAMP)"))
            self.notes["no_confirmation_step"] = "closing is the end of the work"
        absent = [c.name for c in table.columns if c.required and c.name not in typed]
        if absent or not typed:
            if told.into == "record" and _is_history(cells.mapping):
                return  # the records of a history stand in another file
            not_filled = self.notes.setdefault("tables_not_filled", {})
            not_filled.setdefault(cells.file, {})[told.into] = absent
            return
        self._create(told.into)
        self.filled.setdefault(told.into, {}).setdefault(number, set()).update(typed)
        where = cells.where(told.where)
        names = ", ".join(f'"{n}"' for n in typed)
        picks = ", ".join(typed.values())
        self.con.execute(
            f"INSERT INTO t_{told.into} ({names}, file__, line__) SELECT {picks}, {number}, "
            f"{LINE} FROM {cells.view} WHERE {where}"
        )
        self._judge(number, told, cells, typed, where)
        self.con.execute(
            f"INSERT INTO kept SELECT {number}, line__ FROM t_{told.into} WHERE file__ = {number}"
        )
        self._references(number, told, cells, typed)
        if told.also and "id" in typed and (alias := cells.column(told.also)):
            self.con.execute(
                f"INSERT INTO keys SELECT {alias}, {typed['id']} FROM {cells.view} "
                f"WHERE {alias} IS NOT NULL"
            )

    def _each(self, number: int, told: TableMap, cells: Cells) -> Cells | None:
        """The sheet with one row for each filled cell, or block of a cell, that is asked for."""
        first = cells.heading(told.each)
        if first is None:
            return None
        base = plain(first)
        same = [h for h in cells.headings if plain(h.rsplit("#", 1)[0]) == base]
        names = [cells.column((h,)) for h in same]
        parts = (
            f"regexp_extract_all({names[0]}, {literal(told.blocks)})" if told.blocks
            else f"[x for x in [{', '.join(str(n) for n in names)}] if x IS NOT NULL]"
        )  # fmt: skip
        view = f"{cells.view}_each_{told.into}_{len(self.staged)}_{len(self.rejected)}"
        self.con.execute(
            f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * EXCLUDE (l__), unnest(l__) AS "
            f'"@cell", CAST(generate_subscripts(l__, 1) AS VARCHAR) AS "@nr" FROM '
            f"(SELECT *, {parts} AS l__ FROM {cells.view}) WHERE len(l__) > 0"
        )
        for one in [first] if told.blocks else same:
            self.used[one] = f"{self.used.get(one, '')} {told.into}".strip()
        return replace(cells, view=view, headings=[*cells.headings, "@cell", "@nr"])

    def _resolve(self) -> None:
        """References by another key of a record (``sys_id``) lead to its number; writers speak.

        A message whose author is the record's requester came in.
        """
        if "record" not in self.staged:
            return
        for name in sorted(self.staged):
            for column in evidence.TABLES[name].columns:
                about = column.ref == "record" or (name, column.name) == ("approval", "entity_id")
                if about and (name, column.name) != ("record", "id"):
                    self.con.execute(
                        f'UPDATE t_{name} SET "{column.name}" = k.id__ FROM (SELECT alias__, '
                        f"min(id__) AS id__ FROM keys GROUP BY alias__) k WHERE k.alias__ = "
                        f't_{name}."{column.name}" AND "{column.name}" '
                        "NOT IN (SELECT id FROM t_record)"
                    )
        if "message" in self.staged:
            self.con.execute(
                "UPDATE t_message SET direction = 'in' FROM t_record r WHERE r.id = "
                "t_message.record AND r.requester = t_message.author"
            )

    def _use(self, cells: Cells, spec: dict[str, Any], target: str) -> None:
        named = [*spec.get("from", ()), *spec.get("join", ()), *spec.get("coalesce", ())]
        for name in named:
            heading = None if name.startswith("'") else cells.heading((name,))
            if heading:
                self.used[heading] = f"{self.used.get(heading, '')} {target}".strip()

    def _create(self, name: str) -> None:
        if name not in self.staged:
            self.staged.add(name)
            columns = ", ".join(f'"{c.name}" {SQL[c.type]}' for c in evidence.TABLES[name].columns)
            self.con.execute(f"CREATE TEMP TABLE t_{name} ({columns}, file__ INT, line__ BIGINT)")

    def _judge(
        self, number: int, told: TableMap, cells: Cells, typed: dict[str, str], where: str
    ) -> None:
        table = evidence.TABLES[told.into]
        ident = typed.get("id") or typed.get("record") or "NULL"
        for column in table.columns:
            if column.name not in typed:
                continue
            spec = told.columns.get(column.name, {})
            raw = cells.text(spec)
            if raw is None or raw == typed[column.name] or "const" in spec:
                raw = raw or "NULL"
                missing = f"({typed[column.name]}) IS NULL" if column.required else "false"
            else:
                need = column.required or bool(spec.get("required"))
                missing = f"({typed[column.name]}) IS NULL" + (
                    "" if need else f" AND ({raw}) {_told(cells, column, spec)}"
                )
            if missing != "false":
                self._wrong(number, told, cells, column, (ident, raw, missing, where))
        must = [c.name for c in table.columns if c.required]
        must += [n for n, s in told.columns.items() if s.get("required") and n in typed]
        broken = " OR ".join(f'"{name}" IS NULL' for name in must)
        self.con.execute(f"DELETE FROM t_{told.into} WHERE file__ = {number} AND ({broken})")

    def _wrong(
        self,
        number: int,
        told: TableMap,
        cells: Cells,
        column: evidence.Column,
        sql: tuple[str, str, str, str],
    ) -> None:
        ident, raw, missing, where = sql
        spec = told.columns[column.name]
        need = column.required or bool(spec.get("required"))
        found = self.con.execute(
            f"SELECT {LINE}, {ident}, left({raw}, 500) FROM {cells.view} "
            f"WHERE ({where}) AND {missing} ORDER BY {LINE}"
        ).fetchall()
        words = bool(column.values or spec.get("words"))
        for line, record, cell in found:
            code = (
                ("word" if words and cell else "missing" if cell is None else "value")
                if need
                else "cell"
            )
            heading = ", ".join(spec.get("from", ())) or column.name
            aside = cells.set_aside.get(heading) if cell is not None else None
            why = f"the column was set aside: {aside}" if aside else why_not(column, words, cell)
            self.rejected.append(
                Rejected(cells.file, line, str(record or ""), heading, code, why, str(cell or ""))
            )
            if need:
                self.lines_rejected.add((number, line))
            if words and cell is not None:
                self.unknown[heading, str(cell)] += 1

    def _references(self, number: int, told: TableMap, cells: Cells, typed: dict[str, str]) -> None:
        """Rows of person, customer, service, ... for what a column names."""
        for name, spec in told.columns.items():
            if "make" not in spec or name not in typed:
                continue
            text = cells.text(spec) or "NULL"
            label = text if spec["make"] != "person" or cells.keep_names else "NULL"
            self.con.execute(
                f"INSERT INTO refs SELECT DISTINCT '{spec['make']}', {typed[name]}, {label} "
                f"FROM {cells.view} WHERE ({typed[name]}) IS NOT NULL AND {LINE} IN "
                f"(SELECT line__ FROM t_{told.into} WHERE file__ = {number})"
            )
            robots = [str(r) for r in cells.mapping.defaults.get("robots", ())]
            if spec["make"] == "person" and robots:
                listed = ", ".join(literal(r.casefold()) for r in robots)
                self.con.execute(
                    f"INSERT INTO refs SELECT DISTINCT 'robot', {typed[name]}, NULL "
                    f"FROM {cells.view} WHERE lower({text}) IN ({listed})"
                )

    # -- merging ---------------------------------------------------------------------------
    def _refuse_collisions(self) -> None:
        """The same number in the files of two systems means two things: they are not mixed."""
        families = {n: family(m.name) for n, (_, m, _) in enumerate(self.sheets)}
        if "record" not in self.staged or len(set(families.values())) < 2:
            return
        arms = " ".join(f"WHEN {n} THEN {literal(name)}" for n, name in families.items())
        row = self.con.execute(
            f"SELECT count(*), min(id), min(a), max(z) FROM (SELECT id, min(f) AS a, max(f) AS z "
            f"FROM (SELECT id, CASE file__ {arms} END AS f FROM t_record) GROUP BY id "
            "HAVING min(f) <> max(f))"
        ).fetchone()
        if row and row[0]:
            raise collision(*row)

    def _contradictions(self) -> None:
        """Rows of one file with one number that were opened at different instants.

        They are not further rows of one record: the earliest stands, the others are told.
        """
        if "record" not in self.staged or "opened_at" not in self._columns("record"):
            return
        found = self.con.execute(
            "SELECT file__, line__, id FROM (SELECT *, first_value(opened_at) OVER (PARTITION BY "
            "file__, id ORDER BY opened_at) AS earlier FROM t_record) WHERE opened_at <> earlier "
            "ORDER BY 1, 2"
        ).fetchall()
        why = "the number stands in another row that was opened earlier"
        for number, line, id in found:
            cells = self.sheets[number][2]
            self.rejected.append(Rejected(cells.file, line, id, "", "key", why, id))
            self.lines_rejected.add((number, line))
            at = f"file__ = {number} AND line__ = {line}"
            self.con.execute(f"DELETE FROM t_record WHERE {at}")
            self.con.execute(f"DELETE FROM kept WHERE file = {number} AND line = {line}")

    def _columns(self, name: str) -> set[str]:
        return set().union(*self.filled[name].values())

    def _merge(self) -> int:
        """One row per key: exact doubles and joined rows are merged; the newest row speaks.

        Where several files tell of one thing, the newest file speaks, and what only another file
        records is taken from there.
        """
        merged = 0
        for name in sorted(self.staged):
            table = evidence.TABLES[name]
            columns = ", ".join(f'"{c.name}"' for c in table.columns)
            key = ", ".join(f'"{k}"' for k in table.key) if "id" in table.key else columns
            newest = ", ".join(f'"{n}" DESC NULLS LAST' for n in NEWEST if table.has(n))
            order = ", ".join(filter(None, (
                self._ages(name), newest, f"md5(CAST(({columns}) AS VARCHAR))")))  # fmt: skip
            before = self._count(name)
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE t_{name} AS SELECT * FROM (SELECT *, row_number() "
                f"OVER (PARTITION BY {key}, file__ ORDER BY {order}) AS nth__, row_number() OVER "
                f"(PARTITION BY {key} ORDER BY {order}) AS rank__ FROM t_{name}) WHERE nth__ = 1"
            )
            picks = ", ".join(self._pick(name, c.name) for c in table.columns)
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE t_{name} AS SELECT {picks}, "
                "first(file__ ORDER BY rank__) AS file__, first(line__ ORDER BY rank__) AS line__ "
                f"FROM t_{name} GROUP BY {key}"
                if "id" in table.key and len(self.filled[name]) > 1
                else f"CREATE OR REPLACE TEMP TABLE t_{name} AS SELECT * EXCLUDE (nth__, rank__) "
                f"FROM t_{name} WHERE rank__ = 1"
            )
            merged += before - self._count(name) if name in ("record", "ci") else 0
        return merged

    def _pick(self, name: str, column: str) -> str:
        """A column from the first row, in order of rank, whose file records it."""
        having = [n for n, columns in sorted(self.filled[name].items()) if column in columns]
        files = ", ".join(str(n) for n in having) or "-1"
        return (
            f'"{column}"' if column in evidence.TABLES[name].key
            else f'first("{column}" ORDER BY rank__) FILTER (WHERE file__ IN ({files})) '
            f'AS "{column}"'
        )  # fmt: skip

    def _ages(self, name: str) -> str:
        """Order of the files that fill a table: the one with the latest instant first."""
        numbers = sorted(self.filled[name])
        moment = next((n for n in ("opened_at", "at", "answered_at")
                       if evidence.TABLES[name].has(n)), None)  # fmt: skip
        if len(numbers) < 2 or moment is None:
            return ""
        found = self.con.execute(
            f'SELECT file__ FROM t_{name} GROUP BY file__ ORDER BY max("{moment}") DESC, '
            f"max(md5(CAST({moment} AS VARCHAR)))"
        ).fetchall()
        arms = " ".join(f"WHEN {n} THEN {place}" for place, (n,) in enumerate(found))
        return f"CASE file__ {arms} END"

    def _unused(self) -> None:
        """Rows that no table and no event took are told; a part that failed is told as such."""
        lost = sorted(self.lines_rejected)
        self.con.register("lost__", pa.table({
            "file": pa.array([file for file, _ in lost], pa.int32()),
            "line": pa.array([line for _, line in lost], pa.int64()),
        }))  # fmt: skip
        partly = set(
            self.con.execute("SELECT file, line FROM lost__ SEMI JOIN kept USING (file, line)")
            .fetchall()
        )  # fmt: skip
        self.lines_rejected -= partly
        names = {cells.file: n for n, (_, _, cells) in enumerate(self.sheets)}
        for one in self.rejected:
            if one.code != "cell" and (names.get(one.file), one.line) in partly:
                one.code, one.why = "cell", f"{one.why}; the rest of the row was used"
        for number, (_, mapping, cells) in enumerate(self.sheets):
            why = self._why_unused(mapping, cells)
            unused = self.con.execute(
                f"SELECT {LINE} FROM {cells.view} WHERE {LINE} NOT IN (SELECT line FROM kept "
                f"WHERE file = {number} UNION ALL SELECT line FROM lost__ WHERE file = {number}) "
                "ORDER BY 1"
            ).fetchall()
            self.rejected += [Rejected(cells.file, n, "", "", "unused", why, "") for (n,) in unused]

    def _why_unused(self, mapping: Mapping, cells: Cells) -> str:
        absent = self.notes.get("tables_not_filled", {}).get(cells.file, {})
        main = mapping.tables[0].into if mapping.tables else ""
        if absent.get(main):
            return f"the file has no column for {', '.join(f'{main}.{c}' for c in absent[main])}"
        events = mapping.events.where if mapping.events else ""
        conditions = "; ".join(c for c in (*(t.where for t in mapping.tables), events) if c)
        if conditions:
            return f"not taken by the condition of the mapping: {conditions}"
        return "no table of the evidence takes this row"

    def _count(self, name: str) -> int:
        return int(self.con.execute(f"SELECT count(*) FROM t_{name}").fetchall()[0][0])

    def _final(self, name: str) -> pa.Table:
        table = evidence.TABLES[name]
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        order = ", ".join(f'"{k}"' for k in table.key)
        rows = self.con.sql(f"SELECT {columns} FROM t_{name} ORDER BY {order}").to_arrow_table()
        full = [c for c in rows.column_names if rows[c].null_count < rows.num_rows]
        return rows.select(full)

    def _people(self, tables: dict[str, pa.Table]) -> None:
        """Tables of the things that were only named: people, customers, services and so on."""
        for (kind,) in self.con.execute(
            "SELECT DISTINCT kind FROM refs WHERE kind <> 'robot' ORDER BY kind"
        ).fetchall():
            if kind in tables:
                continue
            name = evidence.TABLES[kind].has("name")
            picks = "id" + (", coalesce(min(name), '') AS name" if name else "")
            if kind == "person":
                picks = (
                    "id, coalesce(min(name), '') AS name, CASE WHEN id IN (SELECT id FROM refs "
                    "WHERE kind = 'robot') THEN 'robot' END AS kind"
                )
            tables[kind] = self.con.sql(
                f"SELECT {picks} FROM refs WHERE kind = '{kind}' GROUP BY id ORDER BY id"
            ).to_arrow_table()

    # -- telling ---------------------------------------------------------------------------
    def _told(self, tables: dict[str, pa.Table], merged: int) -> Converted:
        read = sum(s.read for s, _, _ in self.sheets)
        merged += sum(s.merged for s, _, _ in self.sheets)
        lost = {(r.file, r.line) for r in self.rejected if r.code != "cell"}
        for sheet, mapping, cells in self.sheets:
            for name, target in event_columns(mapping.events):
                if (heading := cells.heading((name,))) is not None:
                    self.used.setdefault(heading, target)
            for heading in sheet.headings:
                if heading not in self.used and heading != LINE:
                    self.ignored[heading] = cells.set_aside.get(heading) or ignored_why(
                        mapping, cells, heading
                    )
            self.notes.setdefault("dates", {}).update(
                {k.strip('"'): dates.described(r, cells.zone) for k, r in cells.read.items()}
            )
            self.notes.setdefault("set_aside", {}).update(cells.set_aside)
            self.notes.setdefault("mappings", {})[cells.mapping.name] = cells.mapping.digest
        self.notes["words_unknown"] = {
            f"{column}: {word}": n for (column, word), n in sorted(self.unknown.items())[:500]
        }
        self.notes["rejected_wrong_type"] = len(
            {(r.file, r.line) for r in self.rejected if r.code in ("value", "word")}
        )
        return Converted(
            " + ".join(sorted({m.source for _, m, _ in self.sheets})),
            tables,
            latest(self.con, [m for _, m, _ in self.sheets], tables, self.staged),
            read,
            read - merged - len(lost),
            merged,
            self.rejected,
            self.notes,
            self.used,
            self.ignored,
        )


def _is_history(mapping: Mapping) -> bool:
    return mapping.events is not None and mapping.events.mode in ("history", "intervals")


def _told(cells: Cells, column: evidence.Column, spec: dict[str, Any]) -> str:
    """The condition under which a cell tells something: an epoch of 0 and silent words do not."""
    later = cells.column((str(spec["plus_minutes"]),)) if spec.get("plus_minutes") else None
    if later:
        return f"IS NOT NULL AND {later} IS NOT NULL"
    silent = cells.silent(column, spec)
    if silent and (column.values or spec.get("words")):
        raw = f"lower(trim({cells.text(spec)}))"
        return f"IS NOT NULL AND {raw} NOT IN ({', '.join(map(literal, silent))})"
    return "<> '0'" if column.type == "time" else "IS NOT NULL"
