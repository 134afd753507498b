"""Z06: Edited after the end."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.relations import record_events
from trueup.audit.shares import ShareQuestion


def ask(ctx: Context) -> Probe | Silent:
    """Closed records changed afterwards in a field that a measure uses."""
    record = ctx.table("record")
    closed = record.filter(
        (record["state"] == "closed")
        & record["closed_at"].notnull()
        & ctx.within(record["closed_at"])
    )
    edited = _edited(ctx, closed)
    joined = closed.left_join(edited, closed["id"] == edited["edited_id"])
    rows = joined.select(
        id=joined["id"],
        at=joined["closed_at"],
        bad=joined["edited_id"].notnull(),
        why=ibis.literal("changed after it was closed: ") + joined["what"].fill_null(""),
        team=joined["team"],
        critical=joined["cosmetic"].fill_null(False),
    )
    return ShareQuestion(ctx, rows, ctx.number("limit"), kinds=("team",), any_critical=True).probe()


def _edited(ctx: Context, closed: Any) -> Any:
    """Records with such an edit that no reopening follows within one hour."""
    fields = [name.strip() for name in ctx.text("kpi_fields").split(",")]
    events = record_events(ctx)
    touching = events.filter(
        events["field"].isin(fields) | events["activity"].isin(["priority_changed", "classified"])
    )
    recorded = touching["at_recorded"].coalesce(touching["at_occurred"])
    edits = touching.select(
        "record",
        "actor",
        what=touching["field"].coalesce(touching["activity"]),
        written=recorded,
    )
    ends = closed.select(closed_id=closed["id"], ended=closed["closed_at"], home=closed["team"])
    after = edits.join(ends, edits["record"] == ends["closed_id"])
    after = after.filter(after["written"] > after["ended"])
    again = events.filter(events["activity"] == "reopened")
    again = again.select(again_id=again["record"], again_at=again["at_occurred"])
    followed = after.join(
        again,
        [
            after["record"] == again["again_id"],
            again["again_at"] >= after["written"],
            again["again_at"] <= after["written"] + ibis.interval(hours=1),
        ],
        how="anti",
    )
    marked = followed.mutate(cosmetic=_just_before_report(ctx, followed))
    return marked.group_by(edited_id=marked["record"]).agg(
        what=marked["what"].min(), cosmetic=marked["cosmetic"].max()
    )


def _just_before_report(ctx: Context, edits: Any) -> Any:
    """Whether somebody of the record's own team wrote it in the last days before month end."""
    if not ctx.has("person.team", "event.actor"):
        return ibis.literal(False)
    person = ctx.table("person")
    colleagues = person.select(pid=person["id"], their=person["team"]).distinct()
    days = int(ctx.number("report_days"))
    local = ctx.local(edits["written"])
    near = (local + ibis.interval(days=days)).month() != local.month()
    same = ibis.or_(
        *[
            (edits["actor"] + "|" + edits["home"]).isin(
                colleagues["pid"] + "|" + colleagues["their"]
            )
        ]
    )
    return (near & same).fill_null(False)


CHECK = Check(
    id="Z06",
    area="Records and audit log",
    title="Edited after the end",
    question="Were closed records changed in a field that a measure uses?",
    tables=("record", "event"),
    rule=(
        "Closed records with an event (event.entity = record, event.field in kpi_fields or "
        "event.activity in (priority_changed, classified)) whose event.at_recorded > "
        "record.closed_at and that is not followed by event.activity = reopened within 1 h / "
        "closed records > limit; or any such event by an actor whose person.team (if recorded) "
        "equals record.team within report_days before the report cut-off. [unit: team]"
    ),
    parameters={
        "limit": 0.005,
        "report_days": 3,
        "report_cutoff": "month_end",
        "kpi_fields": (
            "priority,team,opened_at,resolved_at,closed_at,outcome,category,reported_sla_met"
        ),
    },
    gate=True,
    blocks=("MR-01", "MC-09", "MC-10", "MC-11"),
    severity="major",
    refs=("ISO 20000-1 7.5", "COBIT MEA02", "FitSM GR2.3"),
    causes=("corrections", "cosmetics"),
    do_first="second person for edits after close",
    effective_when="<= limit, all with event.reason",
    tier=1,
    ask=ask,
    caps=("I05", "S04", "S05"),
    limit="limit",
    indicators=(),
    headline="{bad} of {all} closed tickets were changed after the end in a field we measure.",
    should_be="A closed record is not changed without a reason and a second person.",
    matters="Figures can be made to look better after the fact.",
    trail=True,
)
