"""A database that would forget confirmed work is refused; a real home is no demo's."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueup.desk.conf import home, prepare

pytestmark = pytest.mark.django_db


def test_the_database_of_the_tests_keeps_what_it_confirmed() -> None:
    prepare.require_safe_database()
    assert prepare.pending_migrations() == 0


def test_a_careless_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "unsafe_settings", lambda: ["synchronous is 1, not 2"])
    with pytest.raises(prepare.NotReady, match="synchronous is 1, not 2"):
        prepare.require_safe_database()


def test_a_real_desk_is_never_made_a_demo(tmp_path: Path) -> None:
    (tmp_path / home.DATABASE).touch()
    with pytest.raises(home.NotADemo, match="Choose another folder"):
        home.require_demo_home(tmp_path)
    assert not (tmp_path / home.MARK).exists()


def test_a_demo_home_may_be_used_again(tmp_path: Path) -> None:
    home.require_demo_home(tmp_path / "demo")
    (tmp_path / "demo" / home.DATABASE).touch()
    home.require_demo_home(tmp_path / "demo")
