"""The faults planted in the demo's year are found by the audit of its exported pack, by name.

At this size the strongest ones must show; `./trueup bench demo_start` lists all of them in full.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from trueup.demo.faults import PLANTED

ROOT = Path(__file__).resolve().parents[2]
RECORDS = 1200
FULL = "from tests.demo import small; small.RECORDS = {}; raise SystemExit(small.main())"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the first audit of a demo named: check and label of the unit."""
    home = tmp_path_factory.mktemp("demo")
    (home / "demo.mark").touch()
    environment = {
        **os.environ,
        "TRUEUP_HOME": str(home),
        "TRUEUP_DATABASE": "sqlite",
        "TRUEUP_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "trueup.desk.conf.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    for text in (
        "import django; django.setup(); from trueup.desk.conf.prepare import prepare; prepare()",
        FULL.format(RECORDS),
    ):
        subprocess.run([sys.executable, "-c", text], env=environment, cwd=ROOT, check=True)
    (result,) = home.glob("audits/*/result.json")
    with sqlite3.connect(home / "trueup.sqlite3") as database:
        labels = dict(database.execute("SELECT id, label FROM base_subject"))
    told = set()
    for check in json.loads(result.read_text("utf-8"))["checks"]:
        for each in check["detections"]:
            unit = each["unit"]["id"]
            told.add((check["id"], labels.get(unit.replace("-", ""), unit)))
    return told


@pytest.mark.parametrize(
    ("check", "unit"),
    [
        ("I01", "Platform"),
        ("I02", "Calendar"),
        ("I06", "Applications"),
        ("S01", "Workplace"),
        ("S03", "Stadtwerke Ostheide"),
        ("P01", "Calendar"),
    ],
)
def test_a_planted_fault_is_found_where_it_was_planted(found, check, unit):
    assert (check, unit) in found


def test_every_check_that_trips_tells_a_planted_fault(found):
    assert {check for check, _ in found} <= {id for fault in PLANTED for id in fault.checks}


@pytest.mark.parametrize("unit", ["Service desk", "Hansa Medical Group", "Greenfield Foods Ltd"])
def test_where_nothing_was_planted_these_find_nothing(found, unit):
    assert not {check for check, name in found if name == unit} & {"I01", "S01", "S03", "C03"}
