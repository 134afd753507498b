"""S02: Service without promise."""

from __future__ import annotations

import ibis
import numpy as np
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.listing import every_at_a_unit
from trueup.audit.shares import ShareQuestion

ONE = {
    "service": "Service {unit} is live and has 0 promises.",
    "customer": "{unit} uses {all} services; {bad} of them promise it nothing.",
}


def ask(ctx: Context) -> Probe | Silent:
    """Live services, and customers using them, without an agreed target."""
    held = _held(ctx)
    rows = _services(ctx, held)
    if ctx.has("usage.customer"):
        rows = rows.union(_customers(ctx, held))
    return every_at_a_unit(ShareQuestion(
        ctx, rows, 0.0, kinds=("service", "customer"), table="service", exact=True, floor=1,
        one=ONE,
    ).probe())  # fmt: skip


def _held(ctx: Context) -> ibis.Table:
    """Agreements of kind sla in force on the as-of day that own a target."""
    agreement, target = ctx.table("agreement"), ctx.table("target")
    day = ctx.now.date()
    owns = target.select(owner="agreement").distinct()
    valid = agreement.filter(
        (agreement["kind"] == "sla")
        & (agreement["start"].isnull() | (agreement["start"] <= day))
        & (agreement["end"].isnull() | (agreement["end"] >= day))
    )
    return valid.join(owns, valid["id"] == owns["owner"]).select("service", "customer").distinct()


def _services(ctx: Context, held: ibis.Table) -> ibis.Table:
    service = ctx.table("service")
    live = service.filter(service["state"] == "live")
    default = _default(ctx, held)
    own = held.filter(held["service"].notnull()).select(hs="service").distinct()
    t = live.left_join(own, live["id"] == own["hs"])
    return t.select(
        table=ibis.literal("service"), id=t["id"], at=ibis.null().cast("timestamp(6)"),
        bad=t["hs"].isnull() & ~ibis.literal(default),
        why=ibis.literal("live, and nothing is promised"),
        service=t["id"], customer=ibis.null().cast("string"),
    )  # fmt: skip


def _default(ctx: Context, held: ibis.Table) -> bool:
    every = held.filter(held["service"].isnull() & held["customer"].isnull())
    return bool(ctx.one(every.agg(n=every.count()))["n"])


def _customers(ctx: Context, held: ibis.Table) -> ibis.Table:
    """Active customers with use of a live service in the last three months."""
    usage, service, customer = ctx.table("usage"), ctx.table("service"), ctx.table("customer")
    live = service.filter(service["state"] == "live").select(sid="id")
    since = np.datetime64(ctx.as_of, "M") - 3
    recent = usage.filter(
        usage["customer"].notnull()
        & (usage["units"] > 0)
        & (usage["month"] >= since.astype("datetime64[D]").item())
    )
    pairs = recent.join(live, recent["service"] == live["sid"]).select("service", "customer")
    quiet = customer.filter(~customer["active"].fill_null(True)).select(qid="id")
    got = ctx.rows(
        pairs.distinct()
        .anti_join(quiet, pairs["customer"] == quiet["qid"])
        .order_by("service", "customer")
    )
    promises = {(row["service"], row["customer"]) for row in ctx.rows(held)}
    bad = [
        not promises & {(r["service"], r["customer"]), (r["service"], None),
                        (None, r["customer"]), (None, None)}
        for r in got
    ]  # fmt: skip
    return ctx.backend.memory(_table(got, bad))


def _table(got: list[dict[str, str]], bad: list[bool]) -> pa.Table:
    n = len(got)
    return pa.table(
        {
            "table": pa.array(["customer"] * n, pa.string()),
            "id": pa.array([r["customer"] for r in got], pa.string()),
            "at": pa.array([None] * n, pa.timestamp("us")),
            "bad": pa.array(bad, pa.bool_()),
            "why": pa.array(
                [f"uses {r['service']}, and nothing is promised" for r in got], pa.string()
            ),
            "service": pa.array([None] * n, pa.string()),
            "customer": pa.array([r["customer"] for r in got], pa.string()),
        }
    )


CHECK = Check(
    id="S02",
    area="Service level",
    title="Service without promise",
    question="Has each sold service an agreed target?",
    tables=("service", "agreement", "target"),
    rule=(
        "service.state = live without an agreement of agreement.kind = sla valid on "
        "manifest.as_of (agreement.service = the service, or a default one with "
        "agreement.service null) that owns at least one target row; likewise an active customer"
        " using a live service (usage, if recorded) without its own or a default one. Exact "
        "count, any trips. [unit: service, customer]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.3.3", "COBIT APO09", "ITIL Service level management", "FitSM PR2.2"),
    causes=("growth", "old contracts"),
    do_first="default SLA",
    effective_when="0 missing",
    tier=4,
    ask=ask,
    caps=(),
    limit="allowed",
    indicators=("communication",),
    needs=("service.state", "agreement.kind"),
    uses=("agreement.start", "agreement.end", "usage.customer", "customer.active"),
    headline="{bad} of {all} services or customers have no promise at all.",
    should_be="Each live service has an agreed target for those who use it.",
    matters="Nobody knows what is good enough, so everything is argued about.",
    owner_role="service level manager",
    mandatory=True,
)
