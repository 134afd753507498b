"""T01: Live but unowned."""

from __future__ import annotations

from typing import Any

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import Check, Probe, Silent, Unit

PARTS = ("owner", "catalogue_entry", "cost_centre")
LACKS = {"owner": "no owner", "catalogue_entry": "no entry", "cost_centre": "no cost centre"}
ONE = "Live service {unit} lacks {n} of {of} things: it has {why}."


def ask(ctx: Context) -> Probe | Silent:
    """Live services that lack an owner, an entry in the catalogue or a cost centre."""
    asked = tuple(part for part in PARTS if ctx.has(f"service.{part}"))
    if not asked:
        missing = tuple(f"service.{part}" for part in PARTS)
        return Silent("not_enough_evidence", "none of the three is recorded", missing)
    service = ctx.table("service")
    live = service.filter(service["state"] == "live")
    rows = ctx.rows(live.select("id", *PARTS).order_by("id"))
    items = [_item(row, asked) for row in rows]
    return counted(items, empty="no service is live", one=ONE)


def _item(row: dict[str, Any], asked: tuple[str, ...]) -> Item:
    lacks = [LACKS[part] for part in asked if not row[part]]
    words = {"n": str(len(lacks)), "of": str(len(asked))}
    return Item(
        "service", row["id"], (Unit("service", row["id"]),), ", ".join(lacks), words=words
    )  # fmt: skip


CHECK = Check(
    id="T01",
    area="Portfolio and catalogue",
    title="Live but unowned",
    question="Does every live service have an owner, an entry and a cost?",
    tables=("service",),
    rule=(
        "service.state = live with service.owner null, or service.catalogue_entry not true, or "
        "service.cost_centre null. Exact count, any trips. [unit: service]"
    ),
    parameters={
        "allowed": 0,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=(
        "ISO 20000-1 8.2.4",
        "ISO 20000-1 8.2.2",
        "COBIT APO05",
        "COBIT APO06",
        "ITIL Service catalogue management",
        "FitSM PR1.1",
        "FitSM PR2.1",
    ),
    causes=("reorganisation",),
    do_first="name an owner",
    effective_when="0",
    tier=0,
    ask=ask,
    caps=(),
    limit="allowed",
    indicators=("growth_value",),
    needs=("service.state",),
    uses=("service.owner", "service.catalogue_entry", "service.cost_centre"),
    headline="{bad} of {all} live services lack an owner, a catalogue entry or a cost centre.",
    should_be="Every live service has an owner, an entry in the catalogue and a cost centre.",
    matters="Nobody decides on it, and nobody knows what it costs.",
    owner_role="service portfolio manager",
)
