"""Z07: Log broken or unanchored."""

from __future__ import annotations

from datetime import timedelta

import ibis
import pyarrow as pa

from trueup.audit.context import Context
from trueup.audit.declare import ORGANISATION, Case, Check, Estimate, Probe, Silent

SHOWN = 100_000


def ask(ctx: Context) -> Probe | Silent:
    """Gaps and repeats of seq, broken links, a head or file that differs, an old anchor."""
    if not ctx.has("event.hash"):
        return Silent("not_applicable", "imported history has no sealed log")
    event = ctx.table("event")
    n = int(ctx.one(event.agg(n=ibis._.count()))["n"])
    broken = pa.concat_tables([_links(ctx), _outside(ctx)])
    count = broken.num_rows
    first = broken["why"][0].as_py() if count else ""
    whole = Case(
        ORGANISATION, Estimate(count / n, count / n, count / n, n, exact=True, grade="A"),
        count, n, tripped=count > 0, bad=lambda: broken, branch=first, words={"what": first},
        mandatory=True,
    )  # fmt: skip
    return Probe(n, n, whole, floor=1)


def _links(ctx: Context) -> pa.Table:
    """Positions that are missing or doubled, or whose link to the one before does not hold."""
    event = ctx.table("event")
    order = ibis.window(order_by="seq")
    linked = event.select(
        "seq", "hash", "prev_hash", last_seq=event["seq"].lag().over(order),
        last_hash=event["hash"].lag().over(order),
    )  # fmt: skip
    step = linked["seq"] - linked["last_seq"]
    why = ibis.cases(
        (linked["hash"].isnull(), "an event without its hash"),
        (step == 0, "a position that stands twice"),
        (step > 1, "positions are missing before it"),
        (linked["prev_hash"] != linked["last_hash"], "does not link to the event before it"),
        else_="",
    )
    wrong = linked.mutate(why=why).filter(lambda t: t["why"] != "").order_by("seq").limit(SHOWN)
    return ctx.fetch(
        wrong.select(table=ibis.literal("event"), id=wrong["seq"].cast("string"), why=wrong["why"])
    )


def _outside(ctx: Context) -> pa.Table:
    """What the manifest, the files and the anchors say."""
    found: list[tuple[str, str]] = []
    event, head = ctx.table("event"), ctx.pack.manifest.log_head
    last = ctx.rows(event.select("seq", "hash").order_by(ibis.desc("seq")).limit(1))
    if head and last and (last[0]["seq"] != head["seq"] or last[0]["hash"] != head["hash"]):
        found.append((str(last[0]["seq"]), "the last event is not the head named in the manifest"))
    found += [("manifest", text) for text in ctx.pack.damage()]
    if ctx.has("checkpoint"):
        point = ctx.table("checkpoint")
        newest = ctx.one(point.agg(at=point["at"].max()))["at"]
        age = timedelta(hours=ctx.number("anchor_h"))
        if newest is not None and ctx.as_of - newest.replace(tzinfo=None) > age:
            found.append(("checkpoint", "the newest checkpoint is too old"))
    found += [(seq, "a guard of the log was switched off") for seq in _unguarded(ctx)]
    return pa.table(
        {
            "table": pa.array(["event"] * len(found), pa.string()),
            "id": pa.array([f[0] for f in found], pa.string()),
            "why": pa.array([f[1] for f in found], pa.string()),
        }
    )


def _unguarded(ctx: Context) -> list[str]:
    event = ctx.table("event")
    about = event["entity_id"].lower() + " " + event["field"].fill_null("").lower()
    off = event["new"].fill_null("").lower().isin(["off", "false", "0", "disabled", "no"])
    mine = event.filter((event["entity"] == "configuration") & about.contains("guard") & off)
    return [str(r["seq"]) for r in ctx.rows(mine.select("seq").order_by("seq").limit(100))]


CHECK = Check(
    id="Z07",
    area="Records and audit log",
    title="Log broken or unanchored",
    question="Is the audit trail complete?",
    tables=("event",),
    rule=(
        "Where event.hash is recorded: event.seq has a gap or a repeat; event.prev_hash(n) "
        "differs from event.hash(n-1); the last event.seq and event.hash differ from "
        "manifest.log_head; a file or the previous manifest does not match its recorded sha256;"
        " the newest exported checkpoint is older than anchor_h (log export, see security.md); "
        "an event with event.entity = configuration that switches off a log guard. Any one "
        "trips. No event.hash at all (imported history): not_applicable, evidence grade at most"
        " B. [unit: organisation]"
    ),
    parameters={
        "anchor_h": 48,
    },
    gate=True,
    blocks=("MB-11", "MR-05", "MR-06", "MR-09", "MC-07", "MC-09", "MC-10"),
    severity="major",
    refs=("ISO 20000-1 7.5", "COBIT DSS05", "COBIT MEA02", "FitSM GR2.4"),
    causes=("restore", "direct SQL", "bug"),
    do_first="freeze, restore from backup, open an incident",
    effective_when="verification clean for 90 days",
    tier=1,
    ask=ask,
    caps=("I01", "I03", "I04", "I05", "I06", "P03", "H02"),
    headline="The audit trail is broken: {what}.",
    should_be="The log is complete, in order, and anchored outside.",
    matters="Nobody can prove what happened.",
    mandatory=True,
    limit="anchor_h",
    indicators=("risk_impact",),
    trail=True,
    seals=True,
)
