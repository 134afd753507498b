"""Every measure of growth and budget, computed twice: by the audit, and to the letter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bench.worlds.world import World

from tests.audit.golden.packs import make as golden
from tests.audit.golden.test_growth_value import month, trade
from tests.audit.oracle import budget_adherence, growth_value
from tests.audit.oracle.budget_adherence import mb12_direct
from tests.audit.oracle.money_reading import Book, Said
from tests.audit.oracle.money_worlds import silent, worse
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, run

pytestmark = pytest.mark.slow
MEASURES = growth_value.MEASURES | budget_adherence.MEASURES
GREY = ("not_enough_evidence", "data_not_trustworthy")
CLOSE = 2e-4
Two = tuple[AuditResult, Book]


def both(folder: Path, make: Callable[[], World]) -> Two:
    """The audit's result of a world, and the book of the same pack."""
    pack = make().write(folder / "pack")
    only = frozenset({*MEASURES, "MB-12"})
    return run(pack, Options(only=only, threads=1, strict=True)), Book(folder / "pack")


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return both(tmp_path_factory.mktemp("worse"), worse)


def near(ours: float | None, theirs: float | None) -> bool:
    """The same to the digits that are written; both or neither are there."""
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - theirs) <= CLOSE * max(abs(theirs), 1e-2)


def compare(result: AuditResult, id: str, said: Said) -> list[str]:
    """What the audit says otherwise than the letter."""
    row = result.measure(id)
    wrong = [] if near(row["value"], said.value) else [f"{id} {row['value']} not {said.value}"]
    told = {(u["unit"]["kind"], u["unit"]["id"]): u["value"] for u in row["by"]}
    told = {unit: value for unit, value in told.items() if unit[0] != "agreement" or said.by}
    wrong += [
        f"{id} {unit} {told[unit]} not {value}"
        for unit, value in said.by.items()
        if unit in told and not near(told[unit], value)
    ]
    wrong += [f"{id} lacks {unit}" for unit in said.by if unit not in told]
    if said.n is not None and row["n"] != said.n:
        wrong.append(f"{id} counts {row['n']} not {said.n}")
    if said.low is not None and not near(row["low"], said.low):
        wrong.append(f"{id} is at least {row['low']} not {said.low}")
    return wrong


@pytest.mark.parametrize("id", sorted(MEASURES))
def test_a_world_with_faults_is_counted_to_the_letter(id: str, spoiled: Two) -> None:
    result, book = spoiled
    assert compare(result, id, MEASURES[id](book)) == []


def test_growth_that_was_bought_is_counted_to_the_letter(tmp_path: Path) -> None:
    put = [{"id": f"I{i}", "service": "S0", "decided_on": month(12 + 6 * i), "capex": 500 * i}
           for i in range(6)]  # fmt: skip
    pack = golden(tmp_path, investment=put, **trade(revenue=1.3, cost=1.2))
    book = Book(pack.folder)
    result = run(pack, Options(only=frozenset({"MG-12"}), strict=True))
    assert near(result.measure("MG-12")["value"], growth_value.mg12(book).value)


def test_a_failed_change_costs_at_least_its_own_work(spoiled: Two) -> None:
    result, book = spoiled
    direct = mb12_direct(book)
    assert direct > 0
    assert direct <= result.measure("MB-12")["value"] < 3 * direct


def test_a_healthy_world_of_few_columns_is_counted_by_the_fallbacks(tmp_path: Path) -> None:
    result, book = both(tmp_path, silent)
    assert [m["id"] for m in result.data["measures"] if m["light"] == "red"] == []
    wrong = [
        text
        for id, of in MEASURES.items()
        if result.measure(id)["value"] is not None
        for text in compare(result, id, of(book))
    ]
    assert wrong == []
