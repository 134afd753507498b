"""What an own check needs before it may judge anybody, and what its cases prove."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.own.files import check, each, edited, ruled
from trueup import cli
from trueup.audit.own import load_all, prove, table_of, try_cases
from trueup.audit.own.cases import TestCase
from trueup.audit.own.reading import BadCheck
from trueup.audit.own.sandbox import Limits, Run, run
from trueup.audit.own.template import TEXT
from trueup.core.refusals import Refused


def failing(whole: str) -> list[str]:
    return [t.why for t in try_cases(check(whole)) if not t.passed]


def test_the_template_passes_its_own_cases() -> None:
    tried = try_cases(check(TEXT))
    assert [t.passed for t in tried] == [True, True]
    assert [t.tested for t in tried] == [3, 1]
    assert "2 cases, all ok." in table_of(tried)


@pytest.mark.parametrize(("old", "new", "why"), [
    ("exceptions: [R1, R2]", "exceptions: [R1]", "R2 found"),
    ("exceptions: [R1, R2]", "exceptions: [R1, R2, R3]", "R3 not found"),
    ("> opened_at + INTERVAL", "< opened_at + INTERVAL", "R1, R2 not found; R3 found"),
    ("{id: R4, kind: security_incident,", "{id: R4, kind: request,", "nothing was tested"),
    ("kind = 'security_incident' AND", "colour = 'red' AND", "colour"),
    ("at: opened_at", "at: kind", "its column at is string"),
])  # fmt: skip
def test_a_case_that_fails_says_why(old: str, new: str, why: str) -> None:
    assert why in "; ".join(failing(edited(TEXT, {old: new})))


def test_a_join_that_doubles_records_is_no_answer() -> None:
    rule = (
        "population: record\njoins:\n  event: event.entity_id = record.id\n"
        "where: kind = 'security_incident' AND opened_at >= $from\n"
        "exception: first_response_at IS NULL"
    )
    event = "event: [{seq: 1, entity: record, entity_id: R1, activity: opened, at_occurred: "
    row = event + "2026-03-02T08:00:00Z, at_recorded: 2026-03-02T08:00:00Z}, {seq: 2, entity: " \
        "record, entity_id: R1, activity: closed, at_occurred: 2026-03-02T08:00:00Z, " \
        "at_recorded: 2026-03-02T08:00:00Z}]\n        record:\n          - {id: R1,"  # fmt: skip
    whole = ruled(rule).replace("record:\n          - {id: R1,", row, 1)
    assert "R1 comes more than once" in failing(whole)[0]


def test_a_select_of_its_own_may_group_join_and_look_back() -> None:
    sql = (
        "WITH last AS (SELECT requester, id, lag(opened_at) OVER (PARTITION BY requester\n"
        "  ORDER BY opened_at, id) AS before FROM record)\n"
        "SELECT r.id, coalesce(date_diff('hour', before, opened_at) < 48, false)\n  AS exception,"
        "  r.opened_at AS at, r.team\n"
        "FROM record r JOIN last l ON l.id = r.id WHERE r.kind = 'security_incident'"
    )
    rows = {
        "opened_at: 2026-03-02T08:00:00Z,\n             first_response_at: 2026-03-03T08":
            "requester: P1, opened_at: 2026-03-01T08:00:00Z, first_response_at: 2026-03-03T08",
        "exceptions: [R1, R2]": "exceptions: [R2]",
        "{id: R2, kind: security_incident,": "{id: R2, requester: P1, kind: security_incident,",
    }  # fmt: skip
    own = check(edited(each(sql), rows))
    assert [t.why for t in try_cases(own)] == ["", ""]
    assert own.rule.kinds == ("team",)
    assert {"record.kind", "record.opened_at", "record.id"} <= set(own.rule.needs)


def test_a_union_is_one_population() -> None:
    half = "SELECT id, first_response_at IS NULL AS exception FROM record WHERE state "
    own = check(each(f"{half} = 'open'\nUNION ALL\n{half} <> 'open'"))
    first, second = try_cases(own)
    assert (first.found, first.tested) == ({"R2"}, 3)
    assert second.found == {"R5", "R6"}


REFUSED = [
    ("cases:\n", "kases:\n", "no test cases"),
    ("  negative:\n", "  negativ:\n", "“negative:” is missing"),
    ("id: OWN-SEC-1", "id: SEC-1", "looks like OWN-SEC-1"),
    ("id: OWN-SEC-1", "id: H01", "looks like OWN-SEC-1"),
    ("limit: 0.05", "limit: 5", "between 0 and 1"),
    ("limit: 0.05", "limit: many", "number"),
    ("limit: 0.05", "limit: 0.05\nleast: 5", "from 30 up"),
    ("grade: minor", "grade: awful", "not one of: major"),
    ("gates: [Z02]", "gates: [H01]", "not one of: Z01"),
    ("indicator: risk_impact", "indicator: luck", "not one of: growth_value"),
    ("unit: [team, service]", "unit: [person]", "not one of: service"),
    ("unit: [team, service]", "unit: [supplier]", "record has no column supplier"),
    ("in time?", "in time", "question mark"),
    ("{bad} of {all} security", "Many security", "use {bad} and {all}"),
    ("within {hours} hours.", "within {days} days.", "{days} is not known"),
    ("> opened_at + INTERVAL ($hours)", "> opened_at + INTERVAL ($ours)", "no parameter $ours"),
    ("population: record", "population: tickets", "not one of: record"),
    ("title: Security incident without an answer\n", "", "“title:” is missing"),
    ("grade: minor", "grade: minor\ncolour: red", "“colour” is not known"),
    ("criteria: [ISO 20000-1 8.7.3, Security handbook 4.2]", "criteria: []", "at least one"),
    ("state: resolved,", "state: solved,", "“solved” is not one of: open"),
    ("first_response_at: 2026-03-03T08:00:00Z", "first_response_at: soon", "“soon” is no time"),
    ("team: SOC}", "squad: SOC}", "record has no column “squad”"),
    ("{id: R5, kind: incident, state: open,", "{id: R5, kind: incident,", "needs “state”"),
]


@pytest.mark.parametrize(("old", "new", "words"), REFUSED)
def test_what_is_missing_or_unknown_is_refused_with_its_line(
    old: str, new: str, words: str
) -> None:
    with pytest.raises(BadCheck) as told:
        check(edited(TEXT, {old: new}))
    assert words in str(told.value)
    assert str(told.value).startswith("own.yaml, line ")


def test_the_line_is_that_of_the_fault() -> None:
    whole = edited(TEXT, {"grade: minor": "grade: awful"})
    with pytest.raises(BadCheck) as told:
        check(whole)
    assert whole.splitlines()[told.value.line - 1] == "grade: awful"


def test_an_id_comes_once_and_a_failing_check_may_not_judge(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(TEXT, "utf-8")
    with pytest.raises(Refused, match=r"OWN-SEC-1 is in a.yaml and in b.yaml"):
        load_all([tmp_path / "a.yaml", tmp_path / "b.yaml"])
    with pytest.raises(Refused, match="R2 found"):
        prove([check(edited(TEXT, {"exceptions: [R1, R2]": "exceptions: [R1]"}))])


def lone(sql: str, tmp_path: Path) -> Run:
    """A statement run as it is, past the reading that would refuse it."""
    from trueup.audit.own.cases import packed

    case: TestCase = check(TEXT).cases[0]
    return Run(packed(case, tmp_path / "pack"), sql, ("record",), {})


BOMBS = {
    "time": "SELECT count(*) AS id, true AS exception FROM range(100000000) a, range(100000) b",
    "rows": "SELECT range AS id, true AS exception FROM range(100000000)",
    "memory": "SELECT list(repeat('x', 999) || i) AS id, 1 AS exception FROM range(90000000) t(i)",
    "a doubling string": "SELECT " + ", ".join(
        ["repeat('x', 1000000) AS a0", *(f"a{i} || a{i} AS a{i + 1}" for i in range(20))]
    ) + ", true AS exception FROM record",
    "a file": "SELECT content AS id, true AS exception FROM read_text('/etc/hostname')",
    "a table that is not named": "SELECT id, true AS exception FROM event",
    "the settings": "SELECT 1 AS id, true AS exception FROM (SET threads = 4)",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_the_process_apart_holds_even_what_the_reading_would_let_through(
    name: str, tmp_path: Path
) -> None:
    limits = Limits(seconds=4, memory=200 << 20, spill=200 << 20, address=3 << 30)
    (answer,) = run([lone(BOMBS[name], tmp_path)], limits)
    assert isinstance(answer, Exception), answer
    assert len(str(answer)) > 20


def test_one_bad_rule_does_not_take_the_next_with_it(tmp_path: Path) -> None:
    good = lone("SELECT id, true AS exception FROM record", tmp_path)
    bad = Run(good.pack, "SELECT nothing FROM record", ("record",), {})
    first, second = run([bad, good])
    assert isinstance(first, Exception)
    assert second.num_rows == 3  # type: ignore[union-attr]


def test_the_command_writes_tries_and_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["checks", "new", "mine.yaml"]) == 0
    assert cli.main(["checks", "new", "mine.yaml"]) == 2
    assert cli.main(["checks", "test", "mine.yaml"]) == 0
    assert "2 cases, all ok." in capsys.readouterr().out
    Path("mine.yaml").write_text(TEXT.replace("[R1, R2]", "[R1]"), "utf-8")
    assert cli.main(["checks", "test", "mine.yaml"]) == 1
    assert "FAILS: R2 found" in capsys.readouterr().out
    Path("mine.yaml").write_text("id: x\n", "utf-8")
    assert cli.main(["checks", "test", "mine.yaml"]) == 2
    assert "mine.yaml, line 1: There are no test cases" in capsys.readouterr().err
    assert cli.main(["checks", "test", "gone.yaml"]) == 2
