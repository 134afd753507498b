"""Golden cases of problem and knowledge: one that fires, one that does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.audit.golden.packs import AS_OF, START, ask, make, units

Rows = list[dict[str, Any]]
CALM = ("clean", "watch")


def incident(i: int, **more: Any) -> dict[str, Any]:
    at = START + timedelta(hours=21 * i)
    return {
        "id": f"I{i:04d}", "kind": "incident", "state": "closed", "opened_at": at,
        "resolved_at": at + timedelta(hours=4), "team": f"T{i % 3}", "category": f"K{i % 5}",
        "ci": f"C{i % 61}", "priority": 3, "problem": None,
    } | more  # fmt: skip


def problem(i: int, **more: Any) -> dict[str, Any]:
    at = START + timedelta(days=8 * i)
    return {
        "id": f"P{i:03d}", "kind": "problem", "state": "closed", "opened_at": at,
        "resolved_at": at + timedelta(days=40), "closed_at": at + timedelta(days=45),
        "team": f"T{i % 3}", "service": f"S{i % 2}",
    } | more  # fmt: skip


def event(seq: int, of: str, at: Any, activity: str = "other") -> dict[str, Any]:
    return {
        "seq": seq, "entity": "record", "entity_id": of, "activity": activity, "at_occurred": at,
        "at_recorded": at,
    }  # fmt: skip


def test_p01_a_dense_cluster_without_a_problem(tmp_path: Path) -> None:
    rows = [incident(i) for i in range(400)]
    clean = ask(make(tmp_path / "a", record=rows), "P01")
    assert clean.check("P01")["result"] == "clean"
    for n in range(6):
        at = START + timedelta(days=100 + n)
        rows.append(incident(500 + n, opened_at=at, resolved_at=at, ci="C99", category="disk"))
    result = ask(make(tmp_path / "b", record=rows), "P01")
    assert {"ci:C99", "category:disk"} == units(result, "P01")
    assert len(result.check("P01")["detections"][0]["evidence"]) == 6
    rows[-1]["problem"] = "P1"
    assert ask(make(tmp_path / "c", record=rows), "P01").check("P01")["result"] == "clean"


def test_p01_says_nothing_where_problems_are_not_recorded(tmp_path: Path) -> None:
    rows = [{k: v for k, v in incident(i).items() if k != "problem"} for i in range(40)]
    row = ask(make(tmp_path, record=rows), "P01").check("P01")
    assert (row["result"], row["missing"]) == ("not_enough_evidence", ["record.problem"])


def test_p01_titles_serve_where_no_ci_is_named(tmp_path: Path) -> None:
    rows = [incident(i, ci=None, title=f"{chr(97 + i % 26) * 3} {chr(97 + i // 26 % 26) * 4} "
                     f"{chr(97 + i // 7 % 26) * 5}") for i in range(300)]  # fmt: skip
    for n in range(5):
        at = START + timedelta(days=50 + 2 * n)
        rows.append(
            incident(400 + n, ci=None, opened_at=at, category="vpn",
                     title=f"VPN client cannot connect from home office {n}")
        )  # fmt: skip
    result = ask(make(tmp_path, record=rows), "P01")
    assert "category:vpn" in units(result, "P01")


def test_p02_p03_old_and_silent_problems(tmp_path: Path) -> None:
    rows = [problem(i) for i in range(40)]
    events = [
        event(3 * i + k + 1, r["id"], r["opened_at"] + timedelta(days=10 * k),
              "other" if k else "opened")
        for i, r in enumerate(rows) for k in range(3)
    ]  # fmt: skip
    clean = ask(
        make(tmp_path / "a", record=rows, event=events, problem=[{"record": "P000"}]), "P02", "P03"
    )
    assert clean.check("P02")["result"] == "clean"
    assert clean.check("P03")["result"] in (*CALM, "not_enough_evidence")
    quiet = problem(2, id="PX", state="open", resolved_at=None, closed_at=None)
    more = [*events, event(999, "PX", quiet["opened_at"], "opened")]
    result = ask(
        make(tmp_path / "b", record=[*rows, quiet], event=more, problem=[{"record": "P000"}]), "P02"
    )
    assert "record:PX" in units(result, "P02")
    assert result.check("P02")["detections"][0]["branch"] == "silent"


def test_p02_median_age_beyond_the_limit(tmp_path: Path) -> None:
    rows = [
        problem(i, opened_at=START - timedelta(days=200),
                resolved_at=START + timedelta(days=90 + i),
                closed_at=START + timedelta(days=95 + i))
        for i in range(60)
    ]  # fmt: skip
    events = [event(i + 1, r["id"], r["opened_at"], "opened") for i, r in enumerate(rows)]
    result = ask(make(tmp_path, record=rows, event=events, problem=[{"record": "P000"}]), "P02")
    assert result.check("P02")["result"] == "exceptions"
    assert "service:S0" in units(result, "P02")


def test_p03_sleepers_closed_on_one_afternoon(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    end = START + timedelta(days=300, hours=14)
    for i in range(56):
        asleep = i < 16
        shut = end if asleep else START + timedelta(days=5 * i, hours=10)
        began = shut - timedelta(days=250 if asleep else 40)
        rows.append({
            "id": f"P{i:03d}", "kind": "problem", "state": "closed", "opened_at": began,
            "closed_at": shut, "resolved_at": shut, "team": "Sleepy" if asleep else "Busy",
        })  # fmt: skip
        for at in (began, shut - timedelta(hours=2) if asleep else began + timedelta(days=9)):
            events.append({
                "seq": len(events) + 1, "entity": "record", "entity_id": f"P{i:03d}",
                "activity": "opened" if at == began else "commented", "at_occurred": at,
                "at_recorded": at,
            })  # fmt: skip
    result = ask(make(tmp_path, record=rows, event=events), "P03")
    assert result.check("P03")["result"] == "exceptions"
    assert "team:Sleepy" in units(result, "P03")


def test_p03_work_only_on_the_last_day(tmp_path: Path) -> None:
    rows = [
        problem(i, opened_at=START - timedelta(days=150),
                resolved_at=START + timedelta(days=80 + i),
                closed_at=START + timedelta(days=80 + i))
        for i in range(150)
    ]  # fmt: skip
    events = []
    for i, r in enumerate(rows):
        events.append(event(2 * i + 1, r["id"], r["opened_at"], "opened"))
        back = timedelta(hours=3) if i % 5 == 0 else timedelta(days=60)
        events.append(event(2 * i + 2, r["id"], r["closed_at"] - back, "resolved"))
    result = ask(make(tmp_path, record=rows, event=events), "P03")
    assert result.check("P03")["result"] == "exceptions"
    assert result.check("P03")["exceptions"] == 30


def test_p04_known_error_without_help(tmp_path: Path) -> None:
    rows = [
        problem(i, state="open", resolved_at=None, closed_at=None, article=f"A{i}")
        for i in range(5)
    ]
    errors = [
        {"record": f"P{i:03d}", "known_error": True, "known_error_at": START, "workaround": True}
        for i in range(5)
    ]
    rows += [incident(i, problem=f"P{i:03d}", article=f"A{i}") for i in range(5)]
    clean = ask(make(tmp_path / "a", record=rows, problem=errors), "P04")
    assert clean.check("P04")["result"] == "clean"
    rows[5]["article"] = None
    errors[1]["workaround"], rows[1]["article"] = False, None
    result = ask(make(tmp_path / "b", record=rows, problem=errors), "P04")
    assert {"record:P000", "record:P001"} <= units(result, "P04")


def test_p05_the_fix_did_nothing(tmp_path: Path) -> None:
    rows: Rows = []
    for i in range(6):
        fixed = START + timedelta(days=120 + i)
        rows.append(problem(i, resolved_at=fixed, closed_at=fixed))
        for n in range(24):
            side = -1 if n % 2 else 1
            at = fixed + side * timedelta(days=1 + 3 * n, hours=1)
            rows.append(incident(100 * i + n, opened_at=at, problem=f"P{i:03d}"))
    listed = [{"record": f"P{i:03d}"} for i in range(6)]
    result = ask(make(tmp_path / "a", record=rows, problem=listed), "P05")
    assert result.check("P05")["result"] == "exceptions"
    assert "service:S0" in units(result, "P05")
    good = [r for r in rows if r["kind"] == "problem" or _before(r, rows)]
    assert (
        ask(make(tmp_path / "b", record=good, problem=listed), "P05").check("P05")["result"]
        == "clean"
    )


def _before(row: dict[str, Any], rows: Rows) -> bool:
    fixed = next(r["resolved_at"] for r in rows if r["id"] == row["problem"])
    return bool(row["opened_at"] < fixed)


def used(n: int = 60, **more: Any) -> Rows:
    return [
        incident(i, opened_at=AS_OF - timedelta(days=2 + i),
                 resolved_at=AS_OF - timedelta(days=1 + i),
                 article="A1", **more)
        for i in range(n)
    ]  # fmt: skip


def test_k01_old_advice_in_use(tmp_path: Path) -> None:
    article = {
        "id": "A1",
        "state": "published",
        "reviewed_at": AS_OF - timedelta(days=60),
        "title": "x",
    }
    assert (
        ask(make(tmp_path / "a", record=used(), article=[article]), "K01").check("K01")["result"]
        == "clean"
    )
    article["reviewed_at"] = AS_OF - timedelta(days=500)
    result = ask(make(tmp_path / "b", record=used(), article=[article]), "K01")
    assert result.check("K01")["detections"][0]["evidence"][0]["id"] == "A1"


def test_k02_solved_from_zero(tmp_path: Path) -> None:
    rows = used(ci="C1", category="mail")
    assert ask(make(tmp_path / "a", record=rows), "K02").check("K02")["result"] == "clean"
    for row in rows[1:]:
        row["article"] = None
    result = ask(make(tmp_path / "b", record=rows), "K02")
    assert "category:mail" in units(result, "K02")


def test_k03_an_article_readers_dislike(tmp_path: Path) -> None:
    articles = [
        {"id": f"A{i}", "state": "published", "helpful": 80, "unhelpful": 8, "title": "x"}
        for i in range(8)
    ]
    rows = used(40)
    clean = ask(make(tmp_path / "a", record=rows, article=articles), "K03")
    assert clean.check("K03")["result"] in CALM
    articles[3] |= {"helpful": 20, "unhelpful": 40}
    result = ask(make(tmp_path / "b", record=rows, article=articles), "K03")
    assert "record:A3" in units(result, "K03")
