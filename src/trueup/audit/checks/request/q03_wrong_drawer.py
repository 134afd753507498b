"""Q03: Wrong drawer."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent
from trueup.audit.shares import ShareQuestion
from trueup.audit.stats.shares import wilson

ASKS = (
    r"\b(request|need|would like|please (order|install|create|add|grant)|"
    r"new (user|laptop|account|phone)|access to|order|permission|"
    r"bestell|beantrag|neue[rs]? (benutzer|laptop|konto)|zugriff auf|berechtigung)"
)
BREAKS = (
    r"\b(error|fail|broken|not working|does ?n.t work|crash|down|outage|slow|cannot|can't|unable|"
    r"fehler|defekt|kaputt|geht nicht|funktioniert nicht|abgest.rzt|ausfall|langsam|kann nicht)"
)


def ask(ctx: Context) -> Probe | Silent:
    """Words that say request on incidents, or the reverse; sure only where people labelled."""
    if not ctx.has("record.title") and not ctx.has("record.description"):
        words = ("record.title", "record.description")
        return Silent("not_enough_evidence", "no words are recorded", words)
    probe = ShareQuestion(
        ctx, _rows(ctx), ctx.number("limit"), ("category", "team"), grade="C"
    ).probe()
    if isinstance(probe, Silent):
        return probe
    labelled, wrong = _labels(ctx)
    sure = labelled >= ctx.number("sample") and wilson(wrong, labelled).low > ctx.number("limit")
    if sure:
        return probe
    over = (probe.whole.estimate.low or 0.0) > ctx.number("limit")
    whole = probe.whole
    calm = type(whole)(whole.unit, whole.estimate, whole.exceptions, whole.tested, limit=1.0)
    reason = "the words of many tickets do not fit their kind; nobody has labelled a sample"
    return Probe(probe.population, probe.tested, calm, (), watch=reason if over else "")


def _rows(ctx: Context) -> Any:
    record = ctx.table("record")
    kinds = record["kind"].isin(["incident", "request"])
    mine = record.filter(kinds & ctx.within(record["opened_at"]))
    text = (mine["title"].fill_null("") + " " + mine["description"].fill_null("")).lower()
    asks, breaks = text.re_search(ASKS), text.re_search(BREAKS)
    told = mine.mutate(asks=asks & ~breaks, breaks=breaks & ~asks)
    told = told.filter(told["asks"] | told["breaks"])
    bad = ibis.ifelse(told["kind"] == "incident", told["asks"], told["breaks"])
    return told.select(
        "category", "team", id=told["id"], at=told["opened_at"], bad=bad,
        why=ibis.literal("its words say otherwise than its kind"),
    )  # fmt: skip


def _labels(ctx: Context) -> tuple[int, int]:
    """How many records a person labelled with a kind, and how many labels differ."""
    if not ctx.has("label"):
        return 0, 0
    label, record = ctx.table("label"), ctx.table("record")
    mine = label.filter((label["entity"] == "record") & (label["label"] == "kind"))
    kinds = record.select(rid="id", kind="kind")
    joined = mine.join(kinds, mine["entity_id"] == kinds["rid"])
    row = ctx.one(
        joined.agg(n=joined.count(), wrong=(joined["value"] != joined["kind"]).cast("int64").sum())
    )
    return int(row["n"]), int(row["wrong"] or 0)


CHECK = Check(
    id="Q03",
    area="Request",
    title="Wrong drawer",
    question="Are requests booked as incidents, or the reverse?",
    tables=("record",),
    rule=(
        "Keyword rules per language on record.title and record.description against record.kind "
        "in (incident, request): disagreement > limit gives watch (evidence grade C); it "
        "becomes a detection when a person has labelled sample records and the Wilson lower "
        "bound of the disagreement > limit. [unit: category, team]"
    ),
    parameters={
        "limit": 0.10,
        "sample": 50,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=(
        "ISO 20000-1 8.6.1",
        "ISO 20000-1 8.6.2",
        "COBIT DSS02",
        "ITIL Service request management",
        "FitSM PR9.1",
    ),
    causes=("form", "training"),
    do_first="one portal question; re-map",
    effective_when="disagreement <= 5 %",
    tier=0,
    ask=ask,
    caps=(),
    limit="limit",
    indicators=("communication",),
    headline="The words of {bad} of {all} tickets do not fit their kind.",
    should_be="What is broken is an incident; what is wanted is a request.",
    matters="The wrong promise and the wrong path are used.",
    measure="Q03",
)
