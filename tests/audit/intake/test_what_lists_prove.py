"""What a list proves and what only a history does (imports.md 5.2, 5.4, 5.6 and 10)."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from trueup import cli

ZERO = "0" * 29
HEAD = ("number,sys_id,opened_at,state,priority,category,assignment_group,caller_id,resolved_at,"
        "closed_at\n")  # fmt: skip
AUDIT = "documentkey,tablename,fieldname,oldvalue,newvalue,user,sys_created_on\n"
ASKED = ("I01", "I06", "Z05", "Z06")
N = 90


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def day(n: int) -> str:
    return f"2026-0{n % 5 + 1 if n % 10 else 1}-{n % 27 + 1:02}"


def ticket(n: int) -> str:
    """Every tenth is open since January, the others were solved within a day."""
    if n % 10 == 0:
        return f"INC{n:04},{n:03}{ZERO},{day(n)} 09:00:00,In Progress,3,Mail,C,Ann{n},,\n"
    return (f"INC{n:04},{n:03}{ZERO},{day(n)} 09:00:00,Closed,3,Mail,C,Ann{n},"
            f"{day(n)} 1{n % 8}:00:00,{day(n)} 20:00:00\n")  # fmt: skip


def moved(n: int, path: str) -> str:
    """The history of a ticket that went from team to team, an hour each."""
    return "".join(
        f"{n:03}{ZERO},incident,assignment_group,{old},{new},bob,{day(n)} 09:{10 * at:02}:00\n"
        for at, (old, new) in enumerate(pairwise(path), start=1)
    )


def audited(**files: str) -> dict[str, Any]:
    for name, text in files.items():
        Path(f"{name}.csv").write_text(text, "utf-8")
    named = [f"{name}.csv" for name in files]
    only = ",".join((*ASKED, "MC-09", "MC-10"))
    assert cli.main(["audit", *named, "--out", "out", "--only", only, "--formats", "json"]) == 0
    got: dict[str, Any] = json.loads(Path("out/result.json").read_text("utf-8"))
    return got


def answers(result: dict[str, Any]) -> dict[str, str]:
    lights = {m["id"]: m["light"] for m in result["measures"]}
    return {c["id"]: c["result"] for c in result["checks"]} | lights


def first_teams() -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        return con.sql("SELECT DISTINCT team FROM 'out/pack/event.parquet' "
                       "WHERE activity = 'opened' ORDER BY ALL").fetchall()  # fmt: skip


def test_a_list_does_not_say_that_nothing_happened() -> None:
    """No silence, no bouncing, no later edit: a list shows neither them nor their absence."""
    result = audited(incident=HEAD + "".join(map(ticket, range(N))))
    got = answers(result)
    assert {got[id] for id in ASKED} == {"not_enough_evidence"}
    assert got["MC-09"] == "not_enough_evidence"
    assert got["MC-10"] in ("green", "amber")  # what instants do say is judged
    missing = {m["id"]: m["missing"] for m in result["measures"]}
    assert missing["MC-09"] == ["event.team"]
    assert result["readiness"]["tier"] == 0
    assert first_teams() == [(None,)]


def test_surveys_of_our_own_form_make_a_list_no_history() -> None:
    survey = "id,record,answered_at,csat\n" + "".join(
        f"S{n},INC{n:04},{day(n)}T22:00:00Z,4\n" for n in range(1, N)
    )
    got = answers(audited(incident=HEAD + "".join(map(ticket, range(N))), survey=survey))
    assert {got[id] for id in ASKED} == {"not_enough_evidence"}


def test_a_history_beside_the_list_says_it() -> None:
    """Fires: open tickets that no history tells of since January are forgotten."""
    history = AUDIT + "".join(moved(n, "ABC") for n in range(N))
    got = answers(audited(incident=HEAD + "".join(map(ticket, range(N))), sys_audit=history))
    assert got["I06"] == "exceptions"
    assert got["Z06"] == "clean"


def test_the_opening_has_the_team_before_the_first_change() -> None:
    """Does not fire: A to B to C is no return, though the record ends with C."""
    history = AUDIT + "".join(moved(n, "ABC") for n in range(N - 1))
    got = answers(audited(incident=HEAD + "".join(map(ticket, range(N))), sys_audit=history))
    assert (got["I01"], got["MC-09"]) == ("clean", "green")
    assert first_teams() == [("A",), ("C",)]  # C: the one ticket that was never moved


def test_a_ticket_that_comes_back_is_told() -> None:
    """Fires: A to B to A, beside the team that the record shows."""
    history = AUDIT + "".join(moved(n, "CBC") for n in range(N))
    got = answers(audited(incident=HEAD + "".join(map(ticket, range(N))), sys_audit=history))
    assert got["MC-09"] == "red"
    assert got["I01"] in ("watch", "exceptions")
