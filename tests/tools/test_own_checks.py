"""The tools for rules 9, 10, 13, 14, 17, 18 and for routes each catch what is planted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tools import docs, doors, imports, once, routes, sizes

from .planting import plant

DEEP = """
def deep(rows):
    for row in rows:
        if row:
            with row:
                while row:
                    pass
"""
ELIF = """
def flat(x):
    if x == 1:
        pass
    elif x == 2:
        pass
    elif x == 3:
        pass
    elif x == 4:
        pass
"""


@pytest.mark.parametrize(
    ("inside", "text", "word"),
    [
        ("desk/work/reads.py", "def f():\n    import os\n", "inside a function"),
        ("desk/work/reads.py", "def f():\n    from a import b\n", "inside a function"),
        ("desk/work/reads.py", "x = importlib.import_module('a')\n", "by its name"),
        ("desk/work/reads.py", "import SpiffWorkflow\n", "SpiffWorkflow belongs"),
        ("core/money.py", "import numpy\n", "plain Python"),
    ],
)
def test_an_import_in_the_wrong_place_is_caught(
    tmp_path: Path, inside: str, text: str, word: str
) -> None:
    plant(tmp_path, inside, text)
    found = imports.violations(tmp_path)
    assert len(found) == 1
    assert word in found[0]


def test_an_import_in_its_place_is_let_through(tmp_path: Path) -> None:
    plant(tmp_path, "desk/processes/engine.py", "import SpiffWorkflow\n")
    plant(tmp_path, "core/money.py", "from decimal import Decimal\nfrom trueup.core import x\n")
    assert imports.violations(tmp_path) == []


def test_a_surface_that_asks_a_table_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "desk/surfaces/web/views.py", "rows = Record.objects.all()\n")
    plant(tmp_path, "desk/work/reads.py", "rows = Record.objects.all()\n")
    assert len(doors.violations(tmp_path)) == 1


def test_a_check_declared_twice_or_known_to_machinery_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "audit/checks/a.py", 'CHECK = Check(id="I01")\n')
    assert once.violations(tmp_path) == []
    plant(tmp_path, "audit/checks/b.py", 'CHECK = Check(id="I01")\n')
    plant(tmp_path, "audit/run.py", 'if name == "I01":\n    pass\n')
    assert len(once.violations(tmp_path)) == 2


def test_what_grows_too_big_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "core/long.py", "def f():\n" + "    x = 1\n" * 60)
    plant(tmp_path, "core/fits.py", 'def f():\n    """A.\n\n    B."""\n' + "    x = 1\n" * 59)
    plant(tmp_path, "core/deep.py", DEEP)
    plant(tmp_path, "core/flat.py", ELIF)
    plant(tmp_path, "core/big.py", "x = 1\n" * 501)
    found = sizes.violations(tmp_path)
    assert [line.partition(":")[0].rpartition("/")[2] for line in found] == [
        "big.py",
        "deep.py",
        "long.py",
    ]


@dataclass
class FakeRoute:
    path: str
    policy: object | None


def test_a_route_without_a_policy_is_caught() -> None:
    assert routes.undeclared([FakeRoute("/a", object()), FakeRoute("/b", None)]) == [
        "/b: the view declares no policy"
    ]


def test_a_page_that_is_out_of_date_is_caught(tmp_path: Path) -> None:
    for name, page in docs.PAGES.items():
        (tmp_path / name).write_text(page(), encoding="utf-8")
    assert docs.stale(tmp_path) == []
    (tmp_path / "commands.md").write_text("old", encoding="utf-8")
    assert len(docs.stale(tmp_path)) == 1
