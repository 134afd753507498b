"""G04: Too little where it hurts."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.counting import exact, later
from trueup.audit.declare import ORGANISATION, Case, Check, Effect, Probe, Silent, Unit
from trueup.audit.measures.growth_value.mg_13_value_at_risk_from import Exposure, exposures

SURELY = 1.0


def ask(ctx: Context) -> Probe | Silent:
    """Services whose likely loss of a year is dearer than what would prevent it."""
    found = exposures(ctx)
    priced = [e for e in found if e.fix is not None]
    if not found:
        return Silent("not_enough_evidence", "no risk has a range or ten losses of its own")
    if not priced:
        gaps = ctx.missing("investment.benefit_kind")
        return Silent("not_applicable" if not gaps else "not_enough_evidence",
                      "no investment against a risk waits", gaps)  # fmt: skip
    units = [_case(ctx, e) for e in priced]
    bad = [case for case in units if case.tripped]
    n = len(units)
    whole = Case(ORGANISATION, exact(len(bad) / n, n, "C"), len(bad), n, tripped=bool(bad))
    near = sum(case.exceptions for case in units if not case.tripped)
    watch = f"{near} services may lose more than the fix costs" if near and not bad else ""
    return Probe(len(found), n, whole, tuple(units), floor=1, watch=watch)


def _case(ctx: Context, e: Exposure) -> Case:
    size, factor = e.ratio, ctx.number("factor")
    above = size.value is not None and size.value > factor
    tripped = above and size.low is not None and size.low > SURELY
    why = f"a likely loss of {e.p50:,.0f} a year against {e.fix or 0:,.0f} for the fix"
    rows = [("service", e.service, why), ("investment", e.fix_id, "the fix that waits")]
    rows += [("risk", risk, "part of the loss") for risk in e.risks]
    gain = tuple(max(0.0, m - (e.fix or 0.0)) for m in (e.low, e.p50, e.high))
    return Case(
        Unit("service", e.service), size, int(above), 1,
        limit=factor if above else float("inf"), tripped=tripped,
        bad=later(sorted(set(rows))),
        effect=Effect(money=(gain[0], gain[1], gain[2]), risk_p90=e.p90) if tripped else Effect(),
        words={"loss": f"{e.p50:,.0f} {ctx.currency}", "fix": f"{e.fix or 0:,.0f}"},
        caveats=("ranges that people stated are opinion until losses confirm them",),
        headline="{unit} likely loses {loss} a year; the fix that waits costs {fix}.",
    )  # fmt: skip


CHECK = Check(
    id="G04",
    area="Growth and value",
    title="Too little where it hurts",
    question="Where is not investing dearer?",
    tables=("risk", "service", "investment"),
    rule=(
        "MG-13: P50 of the yearly loss > factor x cost of the fix (cheapest investment of the "
        "service with investment.benefit_kind = risk that is not live or was cancelled). [unit:"
        " service]"
    ),
    parameters={
        "factor": 2,
    },
    gate=False,
    blocks=(),
    severity="opportunity",
    refs=(
        "ISO 20000-1 6.1",
        "ISO 20000-1 8.4.3",
        "COBIT EDM02",
        "COBIT EDM03",
        "ITIL Risk management",
        "FitSM PR4.3",
        "FitSM PR5.3",
    ),
    causes=("budget silos",),
    do_first="business case with the two numbers",
    effective_when="forecast of the loss < cost of the fix",
    tier=6,
    ask=ask,
    caps=(),
    limit="factor",
    indicators=("growth_value",),
    needs=("risk.service",),
    uses=("risk.loss_mode", "risk.per_year_mode", "risk_event.loss", "investment.benefit_kind"),
    headline="{bad} of {all} services likely lose more in a year than their fix costs twice.",
    should_be="Where the likely loss is dearer than the fix, the fix is decided on.",
    matters="Not investing is the dearer choice.",
    measure="MG-13",
    owner_role="service owner",
)
