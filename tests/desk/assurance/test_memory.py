"""The pages and the worker never load the engine of audits; a child does, and ends."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from trueup.audit.report import words
from trueup.core import verdicts
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Broken
from trueup.desk.assurance import due, verbs

HEAVY = ("duckdb", "ibis", "numpy", "pandas", "pyarrow", "scipy", "sqlglot")
HEAVY += ("trueup.audit.catalogue", "trueup.audit.context", "trueup.audit.run")
LOADED = f"""
import sys, django
django.setup()
{{more}}
print([name for name in {HEAVY} if name in sys.modules])
"""
WEB = "import trueup.desk.conf.urls, trueup.desk.conf.wsgi"
WORKER = "from trueup.desk.conf import worker; worker.discover()"


@pytest.mark.parametrize("more", [WEB, WORKER])
def test_web_and_worker_load_nothing_heavy(more, tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "trueup.desk.conf.settings",
        "TRUEUP_HOME": str(tmp_path),
        "TRUEUP_DATABASE": "sqlite",
    }
    told = subprocess.run(
        [sys.executable, "-c", LOADED.format(more=more)],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", [n for n in vars(verdicts) if n.isupper() and n != "N_"])
def test_pages_and_reports_use_the_same_words(name):
    assert getattr(words, name) == getattr(verdicts, name)


@pytest.fixture
def ended(monkeypatch):
    """The child processes that were started, ending with the code that is set."""
    made: list[list[str]] = []

    def run(command, check):
        made.append(command)
        return subprocess.CompletedProcess(command, run.code)

    run.code, run.made = 0, made
    monkeypatch.setattr(due.subprocess, "run", run)
    return run


@pytest.mark.django_db
def test_a_child_is_started_only_for_an_audit_that_waits(ended):
    assert not due.carry_out_apart()
    verbs.run_now(actor=SYSTEM)
    assert due.carry_out_apart()
    assert [command[-1] for command in ended.made] == ["trueup.desk.assurance.child"]
    verbs.take(timezone.now())
    assert not due.carry_out_apart()


@pytest.mark.django_db
def test_a_child_that_broke_is_said_and_the_audit_taken_up_again(ended, monkeypatch):
    verbs.run_now(actor=SYSTEM)
    ended.code = 1
    with pytest.raises(Broken):
        due.carry_out_apart()
    verbs.take(timezone.now())
    later = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr(due.timezone, "now", lambda: later)
    ended.code = 0
    assert due.carry_out_apart()
