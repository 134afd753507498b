"""Every measure and every check is proved on both sides: a case that fires, one that does not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from trueup.audit.catalogue import all_checks, all_measures

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
FIRES, CALM = {"exceptions", "red", "amber"}, {"clean", "green"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What the golden cases of this folder got, counted from the cases as they run."""
    told = tmp_path_factory.mktemp("golden") / "answers.json"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider",
         "-p", "tests.audit.golden.recording", "--answers", str(told), str(HERE),
         f"--ignore={__file__}"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    found: dict[str, list[str]] = json.loads(told.read_text("utf-8"))
    return {id: set(got) for id, got in found.items()}


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_question_fires_and_keeps_quiet(answers: dict[str, set[str]]) -> None:
    context = {id for id, measure in all_measures().items() if measure.target == "context"}
    asked = [*all_measures(), *all_checks()]
    assert (len(all_measures()), len(all_checks()), len(asked)) == (65, 104, 169)
    never_fires = [id for id in asked if id not in context and not FIRES & answers.get(id, set())]
    never_calm = [id for id in asked if id not in context and not CALM & answers.get(id, set())]
    assert never_fires == []
    assert never_calm == []
    assert [id for id in context if "context" not in answers.get(id, set())] == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_question_only_ever_says_that_evidence_is_missing(answers: dict[str, set[str]]) -> None:
    greys = {"not_enough_evidence", "data_not_trustworthy", "not_applicable"}
    silent = [id for id in (*all_measures(), *all_checks()) if not answers.get(id, set()) - greys]
    assert silent == []
