"""A strength needs two periods at the target; it names records."""

import sys
from dataclasses import replace

import pytest

from trueup.audit.evidence.packs import Pack
from trueup.audit.findings import strengths as module
from trueup.audit.result import AuditResult
from trueup.audit.run import run
from trueup.audit.sample import write_sample


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return write_sample(tmp_path_factory.mktemp("sample"), records=600)


@pytest.fixture(scope="module")
def result(pack: Pack) -> AuditResult:
    return run(pack)


def test_each_strength_is_a_green_key_measure_with_records(result: AuditResult) -> None:
    told = result.data["strengths"]
    assert told
    for row in told:
        measure = result.measure(row["measure"])
        assert (measure["light"], measure["key"]) == ("green", True)
        assert row["evidence"] == sorted(row["evidence"], key=lambda r: (r["table"], r["id"]))
        assert 0 < len(row["evidence"]) <= module.SHOWN


def test_one_good_period_alone_is_no_strength(
    pack: Pack, result: AuditResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = result.data["strengths"][0]["measure"]
    asked = module.strengths

    def worse_before(ctx, judged, moves):  # type: ignore[no-untyped-def]
        bad = [
            replace(m, before=replace(m.before, value=9e9, low=9e9, high=9e9))
            if m.measure.direction == "down"
            else replace(m, before=replace(m.before, value=-9e9, low=-9e9, high=-9e9))
            for m in moves
            if m.measure.id == name
        ]
        return asked(ctx, judged, bad)

    monkeypatch.setattr(sys.modules["trueup.audit.findings.build"], "strengths", worse_before)
    assert run(pack).data["strengths"] == []
