"""A team simulated: its back-test, its answers against a known truth, its refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.audit.golden.packs import make
from tests.audit.whatif.teams import arrivals, first_come, team_pack
from trueup import cli
from trueup.audit.evidence.packs import Pack
from trueup.audit.whatif import Plan, Setting, Simulation, simulate
from trueup.core.calendars import DAYS, Calendar
from trueup.core.refusals import Refused

FEW = Plan(runs=20, weeks=8)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return team_pack(tmp_path_factory.mktemp("team"), seed=6)


@pytest.fixture(scope="module")
def more(pack: Pack) -> Simulation:
    return simulate(pack, "Ops", Setting(technicians=1), Plan(runs=30, weeks=13))


def truth(servers: int) -> tuple[float, float, float]:
    """Median, P90 and share within 8 hours, from a long run of another queue program."""
    rng = np.random.default_rng(99)
    at = arrivals(rng, 2000, 0.75)
    done, _ = first_come(at, rng.exponential(3.0, len(at)), servers)
    stay = done - at
    return float(np.median(stay)), float(np.quantile(stay, 0.9)), float((stay <= 8).mean())


def test_the_model_of_a_true_queue_is_recognised(more: Simulation) -> None:
    assert more.work_from == "recorded"
    assert more.crew == (3,) * 7
    assert more.week_hours == 168
    assert more.work_minutes == pytest.approx(180, rel=0.1)
    assert more.unexplained is not None
    assert more.unexplained < 0.15


def test_its_own_past_is_foretold(more: Simulation) -> None:
    assert more.back_test.outcome == "good_enough"
    assert {row.name for row in more.back_test.rows} == {"median", "p90", "share", "backlog"}
    for row in more.back_test.rows:
        assert row.held
        assert row.foretold.low is not None
        assert row.actual is not None
        assert row.foretold.low <= row.actual
        assert row.error is not None
        assert row.error <= 0.25


def test_one_more_technician_does_what_the_truth_says(more: Simulation) -> None:
    answers = {a.name: a for a in more.answers}
    for name, real in zip(("median", "p90", "share"), truth(4), strict=True):
        assert answers[name].other.value == pytest.approx(real, rel=0.12)
    assert answers["utilisation"].other.value == pytest.approx(0.5625, rel=0.08)


def test_differences_are_paired_on_the_same_arrivals(more: Simulation) -> None:
    answers = {a.name: a for a in more.answers}
    assert answers["arrivals"].difference.value == 0
    wide = answers["p90"].base
    narrow = answers["p90"].difference
    assert None not in (wide.low, wide.high, narrow.low, narrow.high, narrow.value)
    assert narrow.value < 0
    assert narrow.high < 0
    assert narrow.high - narrow.low < (wide.high - wide.low) / 3


def test_the_same_seed_gives_the_same_bytes(pack: Pack) -> None:
    one, two = (simulate(pack, "Ops", Setting(arrivals=1.1), FEW) for _ in range(2))
    assert one.to_bytes() == two.to_bytes()


def test_the_order_of_rows_changes_nothing(pack: Pack, tmp_path: Path) -> None:
    other = tmp_path / "turned"
    shutil.copytree(pack.folder, other)
    for path in other.glob("*.parquet"):
        rows = pq.read_table(path)
        pq.write_table(rows.take(list(range(rows.num_rows))[::-1]), path)
    found = simulate(Pack.open(other), "Ops", Setting(arrivals=1.1), FEW)
    assert found.to_bytes() == simulate(pack, "Ops", Setting(arrivals=1.1), FEW).to_bytes()


def test_shorter_shifts_lengthen_the_wait(pack: Pack) -> None:
    """The same work in 21 hours of the day instead of 24."""
    day = Calendar("UTC", {d: [("03:00", "24:00")] for d in DAYS})
    found = simulate(pack, "Ops", Setting(hours=day), FEW)
    answers = {a.name: a.difference.value for a in found.answers}
    assert answers["p90"] > 0
    assert answers["utilisation"] == pytest.approx(0.75 * (24 / 21 - 1), rel=0.25)
    assert answers["arrivals"] == 0


def test_nothing_asked_changes_nothing(pack: Pack) -> None:
    for answer in simulate(pack, "Ops", Setting(), FEW).answers:
        assert answer.difference.value == 0


def test_more_work_makes_it_worse(pack: Pack) -> None:
    found = simulate(pack, "Ops", Setting(handling=1.15), FEW)
    answers = {a.name: a.difference.value for a in found.answers}
    assert answers["p90"] > 0
    assert answers["backlog"] > 0
    assert answers["share"] < 0


def test_a_past_that_changed_gives_no_answer(tmp_path: Path) -> None:
    changed = team_pack(tmp_path, late=2.0, seed=6)
    found = simulate(changed, "Ops", Setting(technicians=1), FEW)
    assert found.back_test.outcome == "not_good_enough"
    assert found.answers == ()


def test_work_that_is_not_recorded_is_fitted_and_said_so(tmp_path: Path) -> None:
    found = simulate(team_pack(tmp_path, logs=False, seed=6), "Ops", None, FEW)
    assert found.work_from == "fitted"
    assert found.unexplained is None
    assert found.work_minutes == pytest.approx(180, rel=0.35)


def test_waiting_that_no_queue_explains_is_not_blamed_on_staffing(tmp_path: Path) -> None:
    """Two hours of work in a quiet team, but each record lies about for a day besides."""
    rng = np.random.default_rng(3)
    idle = team_pack(tmp_path, rate=0.4, mean=0.5, seed=6)
    assert idle.tables["record"].rows > 1000
    slow = _later(idle, tmp_path / "slow", rng)
    found = simulate(slow, "Ops", Setting(technicians=2), FEW)
    assert found.unexplained == 1.0
    if found.answers:
        p90 = next(a for a in found.answers if a.name == "p90")
        assert abs(p90.difference.value or 0) < 0.2


def _later(pack: Pack, folder: Path, rng: np.random.Generator) -> Pack:
    """The same records, each resolved some hours later; events and results as they were."""
    from datetime import timedelta

    from trueup.audit.whatif.draft import Draft

    draft = Draft(pack)
    rows = draft.rows("record")
    for row in rows:
        row["resolved_at"] += timedelta(hours=float(rng.gamma(4.0, 5.0)))
    names = ("event", "worklog", "target", "agreement", "target_result")
    return make(folder, record=rows, **{name: draft.rows(name) for name in names})


def test_a_team_that_is_not_there_is_refused_with_the_near_one(pack: Pack) -> None:
    with pytest.raises(Refused, match="Near it: Ops"):
        simulate(pack, "Opps")


def test_the_command_prints_the_back_test_and_refuses_to_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = team_pack(tmp_path, weeks=16, late=2.0, seed=6)
    words = ["simulate", str(changed.folder), "--team", "Ops", "--technicians", "+1",
             "--replications", "10", "--out", str(tmp_path / "out")]  # fmt: skip
    assert cli.main(words) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Back-test" in told
    assert "Not good enough to decide on" in told
    data = json.loads((tmp_path / "out" / "simulation.json").read_text("utf-8"))
    assert data["back_test"]["outcome"] == "not_good_enough"
    assert data["answers"] == []


@pytest.mark.parametrize("words", [["--technicians", "half"], ["--arrivals", "0"],
                                   ["--replications", "3"], ["--promise", "1"]])  # fmt: skip
def test_an_option_that_makes_no_sense_is_refused(
    pack: Pack, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["simulate", str(pack.folder), "--team", "Ops", *words]) == 2
    assert "Not done:" in capsys.readouterr().err
