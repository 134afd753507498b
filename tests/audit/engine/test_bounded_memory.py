"""Evidence larger than the memory allowed: spilled to disk, the same bytes; else one sentence."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from trueup.audit.engine import open_backend
from trueup.audit.evidence.packs import Pack
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample
from trueup.core.refusals import Refused

RECORDS = 60_000
LIMIT = "64MB"
# Questions that join, sort and keep every record, event and message.
ASKED = frozenset({"MC-13", "MC-16", "I04", "I02", "S04", "Z08", "C02"})


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return write_sample(tmp_path_factory.mktemp("pack"), RECORDS)


def spilled(folder: Path) -> int:
    """Bytes that lie in the folders an engine spills to."""
    return sum(path.stat().st_size for path in folder.glob("trueup-spill-*/**/*"))


def result(pack: Pack, out: Path, limit: str | None, seen: list[int]) -> bytes:
    """The bytes of result.json; `seen` gets the bytes spilled before every question."""
    threads = 1 if limit else 2  # each thread pins blocks of its own
    options = Options(only=ASKED, memory_limit=limit, threads=threads, strict=True)
    look = Path(tempfile.gettempdir())
    with closing(run(pack, options, lambda *_: seen.append(spilled(look)))) as told:
        told.write(out)
    return (out / "result.json").read_bytes()


def test_a_pack_larger_than_the_memory_ends_with_the_same_bytes(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    free: list[int] = []
    tight: list[int] = []
    wanted = result(pack, tmp_path / "free", None, free)
    assert result(pack, tmp_path / "tight", LIMIT, tight) == wanted
    assert max(free) == 0
    assert max(tight) > 1_000_000
    assert not list(tmp_path.glob("trueup-spill-*")), "nothing is left behind"


def test_what_does_not_fit_at_all_is_refused_in_a_sentence(pack: Pack) -> None:
    with pytest.raises(Refused, match=r"needs more memory than it may use .*--memory"):
        run(pack, Options(only=ASKED, memory_limit="12MB", threads=2, strict=True))


@pytest.mark.parametrize("how", ["fetch", "keep"])
def test_a_full_memory_is_told_where_rows_are_fetched_and_where_they_are_kept(
    pack: Pack, how: str
) -> None:
    """Not strict: a question that fails is greyed, but a full memory must never do that."""
    backend = open_backend(pack, memory_limit="12MB", threads=2)
    event = backend.table("event")
    many = event.order_by(["entity_id", "activity", "actor", "at_occurred"])
    with pytest.raises(Refused, match=r"--memory"):
        getattr(backend, how)(many)
