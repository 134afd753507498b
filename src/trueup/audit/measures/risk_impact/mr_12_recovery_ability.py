"""MR-12: Recovery ability."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trueup.audit.changes import unheld
from trueup.audit.context import Context
from trueup.audit.counting import exact, later
from trueup.audit.declare import Answer, EvidenceGrade, Measure, Silent, Unit
from trueup.audit.money import months_before

PAPER = 0.5
COVERED = 0.80


def judge(ctx: Context) -> Answer | Silent:
    """Critical live services whose recovery was shown in time within twelve months."""
    if (silence := unheld(ctx, "recovery_test.achieved_h")) is not None:
        return silence
    service = ctx.table("service")
    live = service.filter(
        (service["criticality"] <= 2) & (service["state"].fill_null("live") == "live")
    )
    rows = ctx.rows(live.select("id", "rto_h").order_by("id"))
    if not rows:
        return Silent("not_applicable", "no critical service is live")
    known = [row for row in rows if row["rto_h"] is not None]
    if len(known) < COVERED * len(rows):
        return Silent(
            "not_enough_evidence",
            f"{len(rows) - len(known)} critical services have no recovery time",
            ("service.rto_h",),
        )
    tests = _tests(ctx)
    score = {row["id"]: _shown(row, tests.get(row["id"], [])) for row in known}
    grade: EvidenceGrade = "C" if any(value == PAPER for value in score.values()) else "B"
    by = [(Unit("service", name), exact(value, 1)) for name, value in score.items()]
    share = sum(score.values()) / len(score)
    whole = replace(exact(share, len(score), grade), coverage=len(known) / len(rows))
    shown = later([("service", name, "") for name, value in score.items() if value > 0])
    return Answer(whole, tuple(by), n_min=1, unit_n_min=1, numerator=shown)


def _tests(ctx: Context) -> dict[str, list[dict[str, Any]]]:
    test = ctx.table("recovery_test")
    today = ctx.today
    recent = test.filter(
        test["ok"] & (test["at"] > months_before(today, 12)) & (test["at"] <= today)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in ctx.rows(
        recent.select("service", "at", "achieved_h", "kind").order_by("service", "at", "achieved_h")
    ):
        found.setdefault(row["service"], []).append(row)
    return found


def _shown(row: dict[str, Any], tests: list[dict[str, Any]]) -> float:
    """1 for a real test in time, half for one on paper, 0 for none."""
    timed = [test for test in tests if test["achieved_h"] is not None]
    fit = [test for test in timed if test["achieved_h"] <= row["rto_h"]]
    return max((PAPER if test["kind"] == "paper" else 1.0 for test in fit), default=0.0)


MEASURE = Measure(
    id="MR-12",
    indicator="risk_impact",
    key=True,
    title="Recovery ability",
    formula=(
        "critical live services with a recovery_test.ok = true in 12 months and "
        "recovery_test.achieved_h <= service.rto_h / critical live services"
    ),
    tables=("service", "recovery_test"),
    unit="share",
    direction="up",
    grain=("service", "organisation"),
    n_min="all critical services",
    method="exact",
    target=1,
    limit=0.80,
    caveats="tests on paper count half and as grade C (column missing)",
    tier=6,
    judge=judge,
    needs=("service.rto_h", "service.criticality"),
    uses=("recovery_test.kind", "service.state"),
)
