"""Same evidence, same bytes: whatever the order of rows, the host's zone, or the threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from trueup.audit.evidence.packs import Pack
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack whose manifest names no files, so that other files may stand for the same rows."""
    folder = tmp_path_factory.mktemp("same") / "pack"
    write_sample(folder, 1200)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for entry in manifest["tables"].values():
        entry.pop("files")
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


@pytest.fixture(scope="module")
def expected(plain: Path) -> bytes:
    return run(Pack.open(plain), Options(strict=True)).to_bytes()


def test_the_order_of_rows_and_files_changes_nothing(
    plain: Path, expected: bytes, tmp_path: Path
) -> None:
    other = tmp_path / "pack"
    other.mkdir()
    (other / "manifest.json").write_bytes((plain / "manifest.json").read_bytes())
    rng = np.random.default_rng(7)
    for path in plain.glob("*.parquet"):
        rows = pq.read_table(path)
        mixed = rows.take(rng.permutation(rows.num_rows))
        half = rows.num_rows // 2
        (other / path.stem).mkdir()
        for number, part in enumerate((mixed.slice(0, half), mixed.slice(half))):
            pq.write_table(part, other / path.stem / f"{number}.parquet", row_group_size=500)
    assert run(Pack.open(other), Options(strict=True)).to_bytes() == expected


def test_threads_change_nothing(plain: Path, expected: bytes) -> None:
    assert run(Pack.open(plain), Options(threads=1, strict=True)).to_bytes() == expected
    assert run(Pack.open(plain), Options(threads=5, strict=True)).to_bytes() == expected


def test_the_zone_and_language_of_the_host_change_nothing(plain: Path, expected: bytes) -> None:
    program = (
        "import sys, pathlib; from trueup.audit import Pack, run; "
        "sys.stdout.buffer.write(run(Pack.open(pathlib.Path(sys.argv[1]))).to_bytes())"
    )
    env = {**os.environ, "TZ": "Asia/Kathmandu", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "77"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(plain)], capture_output=True, check=True, env=env
    )
    assert done.stdout == expected


def test_another_seed_changes_the_result(plain: Path, expected: bytes) -> None:
    other = json.loads(run(Pack.open(plain), Options(seed=2, strict=True)).to_bytes())
    assert other["engine"]["seed"] == 2
    assert other != json.loads(expected)
