"""The distributed engine gives the bytes of the embedded one, on a session of several processes.

Two worker processes of their own (`local-cluster`) read the same Parquet files. Where Java or the
extra is missing these tests are skipped; CI never is without.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.audit.engine.sparking import SPARK, spark
from tests.audit.evidence.packmaking import foreign
from trueup.audit.engine import open_backend
from trueup.audit.evidence.packs import Pack
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample

NAIVE = datetime(2026, 3, 2, 8, 0, 0, 250)
pytestmark = SPARK


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with spark("local-cluster[2,1,1024]") as session:
        yield session


def rows(pack: Pack, engine: str, table: str) -> list[dict[str, Any]]:
    backend = open_backend(pack, engine)
    return sorted(backend.fetch(backend.table(table)).to_pylist(), key=lambda r: str(r["id"]))


def test_any_physical_types_are_read_alike(tmp_path: Path, session: Any) -> None:
    first = pa.table(
        {
            "id": ["A", "B", None],
            "kind": pa.array(["incident", "horse", "incident"]).dictionary_encode(),
            "state": ["open", "closed", "open"],
            "opened_at": pa.array([NAIVE] * 3, pa.timestamp("ns")),
            "closed_at": pa.array([NAIVE, None, NAIVE], pa.timestamp("ms", "Europe/Berlin")),
            "priority": pa.array([1, None, 3], pa.int32()),
            "level": [1.0, 2.5, 3.0],
            "reopen_count": ["2", "two", "3"],
        }
    )
    second = pa.table(
        {
            "id": ["C", "D"],
            "kind": ["incident", "request"],
            "state": ["open", "open"],
            "opened_at": pa.array(
                [datetime(2026, 3, 1, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC")
            ),
            "priority": pa.array([4, 2], pa.int64()),
            "team": ["net", "höhe"],
        }
    )
    pack = Pack.open(foreign(tmp_path, record=[first, second]))
    assert rows(pack, "spark", "record") == rows(pack, "duckdb", "record")
    assert len(rows(pack, "spark", "record")) == 3


def test_money_and_numbers_are_read_alike(tmp_path: Path, session: Any) -> None:
    cost = pa.table(
        {
            "id": ["a", "b", "c", "d"],
            "month": [datetime(2026, 1, 1)] * 4,
            "amount": [12.5, float("nan"), 0.1, 1e30],
            "quantity": [1.0, float("inf"), float("nan"), -0.0],
        }
    )
    pack = Pack.open(foreign(tmp_path, cost=cost))
    assert str(rows(pack, "spark", "cost")) == str(rows(pack, "duckdb", "cost"))


def test_questions_of_every_kind_have_the_same_answers(tmp_path: Path, session: Any) -> None:
    pack = write_sample(tmp_path / "pack", records=300)
    asked = frozenset({"Z01", "Z08", "I01", "S01", "H01", "N06", "MR-02", "MC-06", "MB-02"})
    embedded = run(pack, Options(strict=True, only=asked))
    distributed = run(pack, Options(engine="spark", strict=True, only=asked))
    assert sum(c["population"] is not None for c in embedded.data["checks"]) >= 5
    assert distributed.to_bytes() == embedded.to_bytes()
