"""A whole audit, every measure and check, has the same bytes on both engines."""

from pathlib import Path

from tests.audit.engine.sparking import SPARK, spark
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample

pytestmark = SPARK


def test_a_whole_audit_has_the_same_bytes(tmp_path: Path) -> None:
    pack = write_sample(tmp_path / "pack", records=600)
    embedded = run(pack, Options(strict=True))
    with spark("local[2]"):
        distributed = run(pack, Options(engine="spark", strict=True))
    assert distributed.to_bytes() == embedded.to_bytes()
    assert distributed.evidence.equals(embedded.evidence)
