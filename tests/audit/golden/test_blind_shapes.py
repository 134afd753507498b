"""Golden cases found with packs of other shapes: one side fires, the other is left alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from tests.audit.golden.packs import AS_OF, PERIOD, START, ask, make, units
from trueup.audit.evidence.packs import Pack, PackWriter, schema_of

Rows = list[dict[str, Any]]


def ticket(i: int, at: datetime, hours: float = 4.0, **more: Any) -> dict[str, Any]:
    done = at + timedelta(hours=hours)
    return {
        "id": f"R{i:05d}", "kind": "incident", "state": "closed", "opened_at": at,
        "resolved_at": done, "closed_at": done, "team": f"T{i % 5}", "category": f"K{i % 4}",
        "ci": f"C{i % 301}", "priority": 3, "reopen_count": 0,
    } | more  # fmt: skip


def spread_over_the_year(n: int, hours: float, until: datetime) -> Rows:
    step = (until - START) / n
    return [ticket(i, START + step * i, hours) for i in range(n)]


def of_closed_months(folder: Path, rows: Rows, days: int) -> Pack:
    """The year to June, exported so many days later."""
    writer = PackWriter(
        folder, organisation="Nordkai Logistics", currency="EUR", timezone="UTC",
        as_of=AS_OF + timedelta(days=days), period=PERIOD,
    )  # fmt: skip
    columns = {key for row in rows for key in row}
    wanted = [field for field in schema_of("record") if field.name in columns]
    data = [{field.name: row.get(field.name) for field in wanted} for row in rows]
    writer.write_table("record", pa.Table.from_pylist(data, schema=pa.schema(wanted)))
    return writer.close()


def test_z11_what_is_open_after_the_period_shows_that_nothing_was_dropped(tmp_path: Path) -> None:
    """Rule (a) asks for any row that is open at as_of, not for those of the period alone."""
    rows = spread_over_the_year(2400, 100, AS_OF)
    late = [ticket(9000 + i, AS_OF + timedelta(hours=20 * i), 1) for i in range(12)]
    shown = [r | {"state": "open", "resolved_at": None, "closed_at": None} for r in late]
    result = ask(of_closed_months(tmp_path / "a", rows + shown[-2:], 10), "Z11")
    assert result.check("Z11")["result"] == "clean"
    result = ask(of_closed_months(tmp_path / "b", rows + late, 10), "Z11")
    assert result.check("Z11")["result"] == "exceptions"


def test_z11_a_pack_of_closed_months_has_solved_its_last_tickets(tmp_path: Path) -> None:
    rows = spread_over_the_year(2400, 100, AS_OF)
    assert ask(of_closed_months(tmp_path / "a", rows, 7), "Z11").check("Z11")["result"] == "clean"
    found = ask(of_closed_months(tmp_path / "b", rows, 0), "Z11").check("Z11")
    assert found["result"] == "exceptions"


def asked(share_of_one: float) -> tuple[Rows, Rows]:
    """1,500 tickets of five teams, every second asked about; of team T3 a share."""
    rows = spread_over_the_year(1500, 4, AS_OF - timedelta(days=3))
    surveys: Rows = []
    for i, row in enumerate(rows):
        own = (i // 5) % 100 < 100 * share_of_one
        if own if row["team"] == "T3" else (i // 5) % 2:
            surveys.append({
                "id": f"V{i}", "record": row["id"], "sent_at": row["closed_at"],
                "answered_at": row["closed_at"] if i % 3 else None, "csat": 5 if i % 3 else None,
            })  # fmt: skip
    return rows, surveys


def test_c02_one_team_of_five_asks_nearly_everybody(tmp_path: Path) -> None:
    """The share differs: a team may ask more than the others, and its answers weigh too much."""
    rows, surveys = asked(0.97)
    result = ask(make(tmp_path / "a", record=rows, survey=surveys), "C02")
    assert units(result, "C02") == {"team:T3"}
    detection = result.check("C02")["detections"][0]
    assert detection["branch"] == "asked by team"
    assert detection["value"] > 0.9
    assert "asks about 97% of its tickets" in detection["headline"]


def test_c02_what_came_back_is_asked_about_more_often(tmp_path: Path) -> None:
    rows, surveys = asked(0.5)
    for i, row in enumerate(rows):
        row["reopen_count"] = int(i % 7 == 0)
    known = {s["record"] for s in surveys}
    more = [
        {"id": f"W{i}", "record": row["id"], "sent_at": row["closed_at"]}
        for i, row in enumerate(rows) if row["reopen_count"] and row["id"] not in known
    ]  # fmt: skip
    detection = ask(make(tmp_path / "a", record=rows, survey=[*surveys, *more]), "C02")
    (found,) = [d for d in detection.check("C02")["detections"] if d["unit"]["id"] == "*"]
    assert found["branch"] == "asked by outcome"
    assert found["value"] < 0
    assert found["headline"].startswith("Tickets that came back are asked about 5")


def test_c02_one_team_of_five_is_hardly_ever_asked(tmp_path: Path) -> None:
    """The one far from the others does not widen the yardstick (middle 80 %, section 3.1)."""
    rows, surveys = asked(0.08)
    result = ask(make(tmp_path / "a", record=rows, survey=surveys), "C02")
    assert units(result, "C02") == {"team:T3"}
    assert result.check("C02")["detections"][0]["branch"] == "asked by team"
    rows, surveys = asked(0.5)
    calm = ask(make(tmp_path / "b", record=rows, survey=surveys), "C02")
    assert calm.check("C02")["result"] == "clean"


def test_k02_the_same_words_on_many_items_are_one_solution(tmp_path: Path) -> None:
    """Clusters are those of CI and category *or* of like titles (rule of P01)."""
    rows = [
        ticket(i, AS_OF - timedelta(days=2 + i % 80), title=f"Note {i} about thing {i}",
               article="A1" if i % 3 else None)
        for i in range(300)
    ]  # fmt: skip
    assert ask(make(tmp_path / "a", record=rows), "K02").check("K02")["result"] == "clean"
    for row in rows[:40]:
        row |= {"title": "Print spooler hangs on floor two", "category": "print", "article": None}
    result = ask(make(tmp_path / "b", record=rows), "K02")
    assert "category:print" in units(result, "K02")
    named = next(d for d in result.check("K02")["detections"] if d["unit"]["id"] == "print")
    assert {e["id"] for e in named["evidence"]} == {row["id"] for row in rows[:40]}


def readers(bad: int) -> Rows:
    return [
        {"id": f"A{i:02d}", "state": "published", "title": "x",
         "helpful": 110, "unhelpful": bad if i == 3 else 18}
        for i in range(12)
    ]  # fmt: skip


def uses(share: float, of: int = 36) -> Rows:
    rows = spread_over_the_year(1500, 4, AS_OF - timedelta(days=30))
    for i, row in enumerate(rows):
        row["article"] = f"A{(i // 7) % 12:02d}" if i % 3 == 0 else None
        row["reopen_count"] = int(i % 50 == 1)
    own = [row for row in rows if row["article"] == "A03"][:of]
    for i, row in enumerate(own):
        row["reopen_count"] = int(i < share * len(own))
    return rows


def test_k03_the_tickets_of_one_article_of_twelve_come_back(tmp_path: Path) -> None:
    """A ratio is tested on the log scale, as its interval is made."""
    result = ask(make(tmp_path / "a", record=uses(0.4), article=readers(18)), "K03")
    assert units(result, "K03") == {"record:A03"}
    calm = ask(make(tmp_path / "b", record=uses(0.03), article=readers(18)), "K03")
    assert calm.check("K03")["detections"] == []


def test_k03_the_others_never_came_back(tmp_path: Path) -> None:
    rows = uses(0.4)
    for row in rows:
        row["reopen_count"] = row["reopen_count"] if row["article"] == "A03" else 0
    result = ask(make(tmp_path, record=rows, article=readers(18)), "K03")
    assert units(result, "K03") == {"record:A03"}


def test_k03_a_category_names_only_its_bad_articles(tmp_path: Path) -> None:
    rows = uses(0.0)
    for row in rows:
        if row["article"]:
            row["category"] = "mail" if row["article"] in ("A03", "A04") else "erp"
    result = ask(make(tmp_path, record=rows, article=readers(400)), "K03")
    by = {d["unit"]["id"]: d for d in result.check("K03")["detections"]}
    assert set(by) == {"A03", "mail"}
    assert [e["id"] for e in by["mail"]["evidence"]] == ["A03"]


def required(done: int, of: int) -> Rows:
    return [
        {"control": "CT1", "at": START + timedelta(days=3 * i), "done": i < done} for i in range(of)
    ]


def test_x04_one_of_two_uses_left_out_proves_nothing(tmp_path: Path) -> None:
    control = [{"id": "CT1", "title": "x", "last_test": date(2026, 5, 1), "test_result": "passed"}]
    for name, done, of, result in (
        ("a", 1, 2, "clean"), ("b", 6, 9, "clean"), ("c", 4, 12, "exceptions"),
    ):  # fmt: skip
        pack = make(tmp_path / name, control=control, control_use=required(done, of))
        assert ask(pack, "X04").check("X04")["result"] == result, name


def rated(n: int, score: int) -> tuple[Rows, Rows]:
    """Ten customers with 30 answers of 4 and 5, and C0 with n answers; all guessed at 4.6."""
    guesses: Rows = [
        {"customer": f"C{c}", "period": PERIOD[0], "csat": 4.6,
         "made_at": START - timedelta(days=9)}
        for c in range(11)
    ]  # fmt: skip
    surveys: Rows = []
    for c in range(11):
        for k in range(30 if c else n):
            at = START + timedelta(days=10 * k + c)
            surveys.append({
                "id": f"V{c}-{k}", "customer": f"C{c}", "person": f"P{c}-{k}", "sent_at": at,
                "answered_at": at, "csat": 4 + k % 2 if c else score,
            })  # fmt: skip
    return surveys, guesses


def test_mc12_seven_answers_of_a_customer_say_nothing(tmp_path: Path) -> None:
    for name, n, light, named in (("a", 7, "not_enough_evidence", False), ("b", 25, "red", True)):
        surveys, guesses = rated(n, 1)
        pack = make(tmp_path / name, survey=surveys, provider_guess=guesses)
        result = ask(pack, "MC-12", "C07")
        by = {b["unit"]["id"]: b for b in result.measure("MC-12")["by"]}
        assert by["C0"]["light"] == light
        assert by["C0"]["low"] < by["C0"]["value"] < by["C0"]["high"]
        assert ("customer:C0" in units(result, "C07")) is named


def test_a_tier_is_reached_when_most_of_its_tables_are_there(tmp_path: Path) -> None:
    rows = spread_over_the_year(60, 4, AS_OF - timedelta(days=3))
    event = [{"seq": 1, "entity": "record", "entity_id": "R00000", "activity": "opened",
              "at_occurred": START, "at_recorded": START}]  # fmt: skip
    words = [{"id": "M1", "record": "R00000", "direction": "out", "public": True, "at": START}]
    work = [{"record": "R00000", "minutes": 9.0, "started_at": START}]
    few = make(tmp_path / "a", record=rows, event=event)
    assert ask(few, "Z03").data["readiness"]["tier"] == 0
    most = make(tmp_path / "b", record=rows, event=event, message=words, worklog=work)
    assert ask(most, "Z03").data["readiness"]["tier"] == 1


def test_c02_agents_choose_whom_to_ask(tmp_path: Path) -> None:
    """Caveat of MC-03: agents choosing whom to ask voids MC-01, whatever the statistics say."""
    rows, surveys = asked(0.5)
    for name, by, share, result in (
        ("a", "automatic", 1, "clean"), ("b", "agent", 1, "exceptions"), ("c", "agent", 4, "clean"),
    ):  # fmt: skip
        for i, survey in enumerate(surveys):
            survey["sent_by"] = by if i % share == 0 else "automatic"
        told = ask(make(tmp_path / name, record=rows, survey=surveys), "C02", "MC-01")
        assert told.check("C02")["result"] == result, name
        assert (told.measure("MC-01")["light"] == "data_not_trustworthy") is (name == "b")


def test_mc08_people_ask_for_news_in_many_words(tmp_path: Path) -> None:
    words = (
        "Any progress?",
        "Could I get an update please",
        "I have not heard back from you",
        "What about the status of this?",
        "Noch keine Antwort bekommen",
        "Wie lange dauert das?",
    )
    calm = ("Thanks, that works", "Here is the screenshot", "Danke, erledigt", "It is room 12")
    rows = spread_over_the_year(60, 20, AS_OF - timedelta(days=3))
    for name, texts, value in (("a", words, 1.0), ("b", calm, 0.0)):
        said: Rows = []
        for i, row in enumerate(rows):
            for k, text in enumerate(("Please help", texts[i % len(texts)])):
                said.append({
                    "id": f"M{i}-{k}", "record": row["id"], "direction": "in", "public": True,
                    "at": row["opened_at"] + timedelta(hours=5 * k), "automatic": False,
                    "language": "en", "text": text,
                })  # fmt: skip
        pack = make(tmp_path / name, record=rows, message=said)
        assert ask(pack, "MC-08").measure("MC-08")["value"] == value
