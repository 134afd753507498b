"""The program's front door: help, homes and refusals in plain words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trueup import cli


def test_every_command_is_named_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    told = capsys.readouterr().out
    assert all(f"trueup {name}" in told for name in cli.COMMANDS)


def test_an_unknown_command_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["frobnicate"]) == 2
    assert "There is no command 'frobnicate'" in capsys.readouterr().err


@pytest.mark.parametrize("given", [["--home", "a", "x"], ["x", "--home=a"]])
def test_the_home_is_taken_from_anywhere(given: list[str]) -> None:
    assert cli.split_home(given) == ("a", ["x"])


def test_a_home_without_a_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--home"]) == 2
    assert "--home needs a folder" in capsys.readouterr().err


def test_demo_and_desk_live_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUEUP_HOME_BASE", "/base")
    homes = {cli.default_home(cli.COMMANDS[name]) for name in ("demo", "serve")}
    assert homes == {Path("/base/demo"), Path("/base/desk")}


def test_the_home_of_this_test_run_is_a_temporary_one() -> None:
    assert "trueup-test-" in os.environ["TRUEUP_HOME"]
