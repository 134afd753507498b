"""The strict path of changes and the chain of approvals, by hand, and beside rule CHG-01."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.audit.golden.packs import make
from trueup.audit.conformance.examples import tables
from trueup.audit.conformance.judging import apply
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.rules import shipped
from trueup.audit.conformance.strict import approval_chain, change_path
from trueup.audit.context import Context

RULE = next(rule for rule in shipped() if rule.id == "CHG-01")


def opened(folder: Path, *changes: dict[str, Any], approvals: list[dict[str, Any]]) -> Context:
    rows = [{"record": f"R{i}", "start": "2d", "end": "3d", **c} for i, c in enumerate(changes)]
    case = {
        "record": [{"id": row["record"]} for row in rows],
        "change": rows,
        "approval": [{"id": f"A{i}", **a} for i, a in enumerate(approvals)],
    }
    return context_of(make(folder, **tables(RULE, case)))


def test_what_fits_and_what_does_not(tmp_path: Path) -> None:
    """R0 fits, R1 has no yes, R2 a late one, R3 one of a lower level, R4 is an emergency that
    fits, R5 one without a yes; R6 is standard and R7 cancelled: both are none of the cases.
    """
    ctx = opened(
        tmp_path,
        {}, {}, {}, {"required_approval": "board"}, {"type": "emergency"}, {"type": "emergency"},
        {"type": "standard"}, {"outcome": "cancelled"},
        approvals=[
            {"entity_id": "R0", "at": "1d"}, {"entity_id": "R2", "at": "2d12h"},
            {"entity_id": "R3", "at": "1d", "level": "team"}, {"entity_id": "R4", "at": "1d"},
        ],
    )  # fmt: skip
    found = change_path(ctx)
    assert (found.cases, found.fitting) == (6, 2)
    assert found.skipped == (("approved", 3),)
    assert found.wrong == (("approved", "started", 1),)
    assert found.extra == ()
    applied = apply(ctx, RULE)
    broken = {c for c in applied.violating["case"].to_pylist() if c != "R7"}
    assert len(broken) == found.cases - found.fitting


def test_assessment_counts_where_it_is_recorded_and_for_normal_changes(tmp_path: Path) -> None:
    ctx = opened(
        tmp_path,
        {"prediction_locked_at": "12h"}, {"prediction_locked_at": "36h"}, {},
        {"type": "emergency", "prediction_locked_at": "5d"},
        approvals=[{"entity_id": f"R{i}", "at": "1d"} for i in range(4)],
    )  # fmt: skip
    found = change_path(ctx)
    assert (found.cases, found.fitting) == (4, 2)
    assert found.skipped == (("assessed", 1),)
    assert found.wrong == (("assessed", "approved", 1),)


def test_steps_of_one_instant_are_parallel(tmp_path: Path) -> None:
    ctx = opened(
        tmp_path, {"start": "1d", "end": "1d"}, approvals=[{"entity_id": "R0", "at": "1d"}]
    )
    assert change_path(ctx).fitting == 1


def test_the_second_yes_breaks_nothing(tmp_path: Path) -> None:
    """Approved again after a change of plan: the first yes counts."""
    ctx = opened(tmp_path, {}, approvals=[{"entity_id": "R0", "at": a} for a in ("1d", "4d")])
    assert change_path(ctx).fitting == 1


def test_without_approvals_or_changes_it_is_grey(tmp_path: Path) -> None:
    none = context_of(make(tmp_path / "a", record=[]))
    assert change_path(none).not_recorded == ("change.type", "change.end")
    case = {"record": [{"id": "R0"}], "change": [{"record": "R0", "start": "1d", "end": "2d"}]}
    silent = change_path(context_of(make(tmp_path / "b", **tables(RULE, case))))
    assert silent.not_recorded == ("approval.at",)


STEPS = ("peer", "service owner", "board")


@pytest.mark.parametrize(
    ("times", "skipped", "wrong"),
    [
        (("1h", "2h", "3h"), (), ()),
        (("1h", "3h", "2h"), (), (("service owner", "board", 1),)),
        (("1h", None, "3h"), (("service owner", 1),), ()),
        (("1h", "2h", "3d"), (), (("board", "started", 1),)),
        (("2h", "2h", "2h"), (), ()),
    ],
)
def test_the_chain_of_a6(
    tmp_path: Path, times: tuple[str | None, ...], skipped: Any, wrong: Any
) -> None:
    said = [{"entity_id": "R0", "at": at, "step": s.title()}
            for s, at in zip(STEPS, times, strict=True) if at]  # fmt: skip
    ctx = opened(tmp_path, {"required_approval": "A6+customer"}, approvals=said)
    found = approval_chain(ctx)
    assert (found.cases, found.skipped, found.wrong) == (1, skipped, wrong)


def test_both_duty_lead_and_owner_in_any_order(tmp_path: Path) -> None:
    say = [{"entity_id": "R0", "at": "2h", "step": "duty lead"},
           {"entity_id": "R0", "at": "1h", "step": "service owner"},
           {"entity_id": "R1", "at": "1h", "step": "service owner"}]  # fmt: skip
    kind = {"type": "emergency", "required_approval": "A10"}
    found = approval_chain(opened(tmp_path, kind, kind, approvals=say))
    assert (found.cases, found.fitting, found.skipped) == (2, 1, (("duty lead", 1),))


def test_policies_of_another_name_are_grey(tmp_path: Path) -> None:
    said = [{"entity_id": "R0", "at": "1h", "step": "peer"}]
    ctx = opened(tmp_path, {"required_approval": "board"}, approvals=said)
    assert approval_chain(ctx).grey == "no change names a row of the table of approvals"
