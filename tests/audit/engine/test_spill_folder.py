"""The folder that the engine spills to goes when the audit ends, however it ends."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from trueup.audit.cli import main
from trueup.audit.conformance import conformance_of
from trueup.audit.conformance.opening import context_of
from trueup.audit.engine import open_backend
from trueup.audit.evidence.packs import Pack
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return write_sample(tmp_path_factory.mktemp("pack"), 300)


@pytest.fixture
def spills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary folders, ours alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left(folder: Path) -> list[Path]:
    return list(folder.glob("trueup-spill-*"))


def test_it_is_there_until_the_result_is_written_and_gone_then(pack: Pack, spills: Path) -> None:
    """The rows behind a measure are asked for when they are written."""
    seen: list[int] = []
    only = Options(only=frozenset({"Z01", "MC-09"}))
    with closing(run(pack, only, lambda *_: seen.append(len(left(spills))))) as result:
        result.write(spills / "out")
        assert len(left(spills)) == 1
    assert set(seen) == {1}
    assert not left(spills)


def test_a_result_that_cannot_be_written_leaves_nothing(pack: Pack, spills: Path) -> None:
    (spills / "out").write_text("a file stands where the folder would")
    with (
        pytest.raises(FileExistsError),
        closing(run(pack, Options(only=frozenset({"Z01"})))) as result,
    ):
        result.write(spills / "out")
    assert not left(spills)


def test_the_command_leaves_nothing(pack: Pack, spills: Path) -> None:
    where = ["--only", "Z01", "--formats", "json", "--conformance"]
    assert main(["audit", str(pack.folder), "--out", str(spills / "out"), *where]) == 0
    assert main(["readiness", str(pack.folder)]) == 0
    assert main(["verify", str(spills / "out")]) == 0
    assert not left(spills)


def test_an_audit_that_is_broken_off_leaves_nothing(pack: Pack, spills: Path) -> None:
    """The error is still held, and what it holds: nothing waits for the collector of garbage."""

    def stop(done: int, of: int, question: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as held:
        run(pack, Options(only=frozenset({"Z01"})), stop)
    assert held.value is not None
    assert not left(spills)


def test_conformance_leaves_nothing(pack: Pack, spills: Path) -> None:
    found = conformance_of(context_of(pack))
    assert found.flows
    assert not left(spills)


def test_an_engine_that_was_closed_says_so_and_closes_twice(pack: Pack, spills: Path) -> None:
    backend = open_backend(pack)
    table = backend.table("record")
    assert backend.fetch(table).num_rows
    backend.close()
    backend.close()
    assert not left(spills)
    with pytest.raises(RuntimeError, match="closed"):
        backend.fetch(table)
