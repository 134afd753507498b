"""Every measure of risk and communication, computed twice: by the audit, and to the letter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.audit.oracle import communication, risk_impact
from tests.audit.oracle.voice_reading import Evidence, Measures, Said
from tests.audit.oracle.voice_worlds import clean, silent, worse
from trueup.audit.evidence.packs import Pack
from trueup.audit.run import Options, run

pytestmark = pytest.mark.slow
SEED = 7
MEASURES: Measures = {**risk_impact.ALL, **communication.ALL}
SIMULATED = {"MR-07": 0.05}
UNHEARD = ("MR-09", "MC-07", "MC-08", "MC-09", "MC-13")
Rows = dict[str, dict[str, Any]]


def rows_of(pack: Pack) -> Rows:
    """What the audit says of these measures."""
    only = frozenset({*MEASURES, "MC-13"})
    return {m["id"]: m for m in run(pack, Options(only=only, threads=1)).data["measures"]}


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "pack"
    clean(folder, SEED)
    return folder


@pytest.fixture(scope="module")
def spoiled(healthy: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Rows, Evidence]:
    folder = tmp_path_factory.mktemp("worse") / "pack"
    return rows_of(worse(healthy, folder)), Evidence(folder)


@pytest.fixture(scope="module")
def quiet(healthy: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Rows, Evidence]:
    folder = tmp_path_factory.mktemp("silent") / "pack"
    return rows_of(silent(healthy, folder)), Evidence(folder)


def near(ours: float | None, theirs: float | None, slack: float) -> bool:
    """The same to the digits that are written (or to a simulation's noise)."""
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - theirs) <= slack * max(abs(theirs), 1e-6)


def compare(row: dict[str, Any], said: Said) -> list[str]:
    """What the audit says otherwise than the letter."""
    id = row["id"]
    slack = SIMULATED.get(id, 2e-5)
    wrong = [] if near(row["value"], said.value, slack) else [f"{row['value']} not {said.value}"]
    if row["n"] != said.n and said.value is not None:
        wrong.append(f"counts {row['n']} not {said.n}")
    for end in ("low", "high"):
        told = getattr(said, end)
        if told is not None and not near(row[end], told, slack):
            wrong.append(f"{end} {row[end]} not {told}")
    units = {(u["unit"]["kind"], u["unit"]["id"]): u for u in row["by"]}
    wrong += [f"lacks {unit}" for unit in said.by if unit not in units]
    for unit, (value, n) in said.by.items():
        here = units.get(unit)
        if here and not (near(here["value"], value, slack) and here["n"] == n):
            wrong.append(f"{unit}: {here['value']} of {here['n']} not {value} of {n}")
    return wrong


@pytest.mark.parametrize("id", sorted(MEASURES))
def test_a_spoiled_world_is_measured_to_the_letter(spoiled: tuple[Rows, Evidence], id: str) -> None:
    rows, evidence = spoiled
    assert compare(rows[id], MEASURES[id](evidence)) == []


def test_the_defects_show(spoiled: tuple[Rows, Evidence]) -> None:
    rows, _ = spoiled
    reds = {id for id, row in rows.items() if row["light"] == "red"}
    assert {"MR-01", "MR-04", "MR-05", "MR-06", "MR-09", "MR-12", "MC-09", "MC-14"} <= reds


@pytest.mark.parametrize("id", sorted(set(MEASURES) - set(UNHEARD)))
def test_what_is_not_recorded_falls_back(quiet: tuple[Rows, Evidence], id: str) -> None:
    rows, evidence = quiet
    assert compare(rows[id], MEASURES[id](evidence)) == []


@pytest.mark.parametrize("id", UNHEARD)
def test_without_words_or_events_nothing_is_said(quiet: tuple[Rows, Evidence], id: str) -> None:
    row = quiet[0][id]
    assert row["light"] == "not_enough_evidence"
    assert row["value"] is None
    assert any(name.split(".")[0] in ("event", "message") for name in row["missing"])
