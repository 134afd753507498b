"""Files that want more than a question: each is refused with its line and in a sentence."""

from __future__ import annotations

import time

import pytest

from tests.audit.own.files import check, each, edited, ruled
from trueup.audit.own import parse, try_cases
from trueup.audit.own.reading import BadCheck
from trueup.audit.own.template import TEXT

SELECTS = {
    "a file as a table": "SELECT id, true AS exception FROM 'secret.csv'",
    "a file as a quoted table": 'SELECT id, true AS exception FROM "/etc/passwd"',
    "read_csv": "SELECT id, true AS exception FROM read_csv('/etc/passwd')",
    "read_text": "SELECT content AS id, true AS exception FROM read_text('/etc/passwd')",
    "read_parquet in a sub-query": "SELECT id, id IN (SELECT 1 FROM read_parquet('x')) AS "
    "exception FROM record",
    "glob": "SELECT file AS id, true AS exception FROM glob('*')",
    "environment": "SELECT getenv('HOME') AS id, true AS exception FROM record",
    "query": "SELECT id, true AS exception FROM query('DROP TABLE record')",
    "query_table": "SELECT id, true AS exception FROM query_table('record')",
    "settings": "SELECT current_setting('temp_directory') AS id, true AS exception FROM record",
    "catalogue": "SELECT sql AS id, true AS exception FROM duckdb_views()",
    "catalogue by name": "SELECT table_name AS id, true AS exception "
    "FROM information_schema.tables",
    "another schema": "SELECT id, true AS exception FROM main.record",
    "pragma": "PRAGMA database_list",
    "attach": "ATTACH 'x.db'",
    "copy": "COPY record TO 'x.csv'",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
    "set": "SET threads = 4",
    "drop": "DROP TABLE record",
    "insert": "INSERT INTO record VALUES (1)",
    "create": "CREATE TABLE x AS SELECT 1",
    "call": "CALL pragma_version()",
    "explain": "EXPLAIN SELECT 1",
    "show": "SELECT id, true AS exception FROM (SHOW TABLES)",
    "two statements": "SELECT id, true AS exception FROM record; DROP TABLE record",
    "two behind a comment": "SELECT id, true AS exception FROM record /* ; */ ; -- x\nSELECT 1",
    "recursion": "WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a)\n"
    "SELECT n AS id, true AS exception FROM a",
    "nested recursion": "SELECT id, id IN (WITH RECURSIVE a AS (SELECT 'x' AS n UNION ALL "
    "SELECT n || n FROM a) SELECT n FROM a) AS exception FROM record",
    "range": "SELECT range AS id, true AS exception FROM range(100000000000)",
    "generate_series": "SELECT id, true AS exception FROM record, generate_series(1, 1000000000)",
    "repeat": "SELECT repeat(id, 1000000000) AS id, true AS exception FROM record",
    "lpad": "SELECT lpad(id, 1000000000, 'x') AS id, true AS exception FROM record",
    "chance": "SELECT id, random() > 0.5 AS exception FROM record",
    "a row's place": "SELECT rowid AS id, true AS exception FROM record",
    "the clock": "SELECT id, opened_at < now() AS exception FROM record",
    "today": "SELECT id, opened_at < current_date AS exception FROM record",
    "a sample": "SELECT id, true AS exception FROM record USING SAMPLE 10%",
    "a sampled table": "SELECT id, true AS exception FROM record TABLESAMPLE 10%",
    "rows by their place": "SELECT record.id, true AS exception FROM record POSITIONAL JOIN event",
    "limit": "SELECT id, true AS exception FROM record LIMIT 1",
    "lambda": "SELECT id, list_transform([1], x -> x) IS NULL AS exception FROM record",
    "columns": "SELECT COLUMNS('.*') FROM record",
    "values": "SELECT id, true AS exception FROM (VALUES ('a')) AS v(id)",
    "pivot": "SELECT id, true AS exception FROM (PIVOT record ON kind USING count(*))",
    "a type": "SELECT CAST(id AS UUID) AS id, true AS exception FROM record",
    "a place of the result": "SELECT id, #1 AS exception FROM record",
    "an unknown parameter": "SELECT id, kind = $secret AS exception FROM record",
    "a numbered parameter": "SELECT id, kind = $1 AS exception FROM record",
    "a look-alike table": "SELECT id, true AS exception FROM rec\u043erd",
    "the Kelvin sign": "SELECT id, true AS exception FROM ris\u212a",
    "a full-width table": "SELECT id, true AS exception FROM \uff52ecord",
    "no such table": "SELECT id, true AS exception FROM records",
    "no id": "SELECT opened_at, true AS exception FROM record",
    "persons": "SELECT id, true AS exception, assignee AS person FROM record",
}  # fmt: skip


@pytest.mark.parametrize("sql", SELECTS.values(), ids=SELECTS.keys())
def test_a_select_that_wants_more_is_refused_with_its_line(sql: str) -> None:
    whole = each(sql)
    first = whole.splitlines().index("  each: |") + 2
    with pytest.raises(BadCheck) as told:
        check(whole)
    assert first <= told.value.line + 1 <= first + 3
    assert str(told.value).startswith(f"own.yaml, line {told.value.line}: ")
    assert len(str(told.value)) > 40
    assert "%(" not in str(told.value)


DEEP = {
    "brackets": "SELECT id, " + "(" * 3000 + "true" + ")" * 3000 + " AS exception FROM record",
    "a chain": "SELECT id, " + "+".join(["1"] * 3000) + " > 0 AS exception FROM record",
    "nots": "SELECT id, " + "NOT " * 1500 + "true AS exception FROM record",
    "length": "SELECT id, " + "true AND " * 2000 + "true AS exception FROM record",
    "doubling names": "WITH a0 AS (SELECT id FROM record)"
    + "".join(f", a{i} AS (SELECT x.id FROM a{i - 1} x, a{i - 1} y)" for i in range(1, 30))
    + " SELECT id, true AS exception FROM a29",
    "many joins": "SELECT r.id, true AS exception FROM record r"
    + "".join(f", record r{i}" for i in range(60)),
}


@pytest.mark.parametrize("sql", DEEP.values(), ids=DEEP.keys())
def test_a_huge_statement_is_refused_at_once(sql: str) -> None:
    began = time.monotonic()
    with pytest.raises(BadCheck):
        check(each(sql))
    assert time.monotonic() - began < 5


PARTS = {
    "a bracket closed too early": "true) OR (true",
    "a second value": "true, (SELECT 1)",
    "a table behind it": "true FROM record",
    "a comment at its end": "true -- AND false",
    "another name": "true AS id",
    "a union": "true UNION SELECT true",
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS.keys())
def test_an_expression_stays_one_expression(part: str) -> None:
    whole = ruled(f"population: record\nexception: {part!r}".replace("'", '"'))
    if "--" in part:
        assert next(t.found for t in try_cases(check(whole))) == {"R1", "R2", "R3"}
        return
    with pytest.raises(BadCheck):
        check(whole)


YAMLS = {
    "aliases": ("title: Security", "title: &a Security", "Anchors"),
    "a bomb": ("gates: [Z02]", "gates: &a [x, x]\nparameters2: [*a, *a]", "Anchors"),
    "a tag": ("gates: [Z02]", "gates: !!python/object/apply:os.system ['id']", "tag"),
    "a name twice": ("indicator: risk_impact", "indicator: risk_impact\nid: OWN-X-2", "twice"),
    "no YAML": ("gates: [Z02]", "gates: [Z02", "no YAML"),
    "two documents": ("indicator: risk_impact", "---\nindicator: risk_impact", "no YAML"),
    "nesting": ("gates: [Z02]", "gates: " + "[" * 2000 + "]" * 2000, "nested"),
    "a hidden turn": ("title: Security", "title: \u202eSecurity", "hidden character (U+202E)"),
    "a zero-width blank": ("title: Security", "title: Secu\u200brity", "hidden character"),
    "a null byte": ("title: Security", "title: Secu\x00rity", "hidden character (U+0000)"),
    "size": ("title: Security", "title: " + "x" * 70_000, "may hold"),
}


@pytest.mark.parametrize(("old", "new", "words"), YAMLS.values(), ids=YAMLS.keys())
def test_a_hostile_yaml_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(BadCheck) as told:
        check(edited(TEXT, {old: new}))
    assert words in str(told.value)
    assert told.value.line >= 1


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BadCheck, match=r"own.yaml, line 2: This is no UTF-8"):
        parse(b"format: x\n\xff\xfe", "own.yaml")
    with pytest.raises(BadCheck, match="empty"):
        parse(b"", "own.yaml")
