"""Surveys, their answers and the words of messages, as the questions of the voice use them."""

from __future__ import annotations

from typing import Any

import ibis

from trueup.audit.context import Context

CHASERS = (
    r"any (news|updates?|progress|word)|status\??$|(what('| i)s|about) the status|how far|"
    r"still waiting|following up|chasing|when will|reminder|urgent(ly)? waiting|how much longer|"
    r"(an|please|me|for) update|update,? please|heard (anything|nothing|back)|"
    r"no (answer|reply|response|news)( yet)?\W*$|"
    r"gibt es (schon )?(etwas )?neu|wie ist der stand|stand der dinge|wie weit|warte (immer )?noch|"
    r"immer noch nichts|r.ckmeldung|wann (wird|kann|ist)|nachfrage|erinnerung|"
    r"was ist der stand|noch keine (antwort|nachricht)|nichts geh.rt|wie lange (noch|dauert)"
)
NEGATIVE = (
    r"\b(bad|poor|slow|late|never|nobody|no one|no news|not (solved|fixed|working|helpful)|"
    r"wait|worst|terrible|useless|annoy|angry|disappoint|unhappy|again|still|"
    r"schlecht|langsam|sp.t|niemand|keine antwort|nicht (gel.st|geholfen)|gewartet|.rger|"
    r"entt.uscht|unzufrieden|immer noch|wieder)"
)


def invitations(ctx: Context) -> Any:
    """One row per invitation of the period: what was asked and what came back.

    Columns: the survey's, ``asked`` (instant), ``answered`` (bool), ``team`` and ``service`` from
    the survey, else from its record. Several invitations of one record count once; those about
    the relationship count each (the formulas of MC-01, 03, 05, 12 and 16 leave none out).
    """
    return ctx.shared("invitations", _invitations)


def _invitations(ctx: Context) -> Any:
    survey, record = ctx.table("survey"), ctx.table("record")
    asked = survey["sent_at"].coalesce(survey["answered_at"])
    mine = survey.mutate(
        asked=asked,
        answered=survey["answered_at"].notnull()
        | survey["csat"].notnull()
        | survey["nps"].notnull()
        | survey["ces"].notnull(),
    )
    mine = mine.mutate(relationship=mine["relationship"].fill_null(False))
    mine = mine.filter(ctx.within(mine["asked"]))
    window = ibis.window(
        group_by=ibis.ifelse(mine["relationship"], mine["id"], mine["record"].coalesce(mine["id"])),
        order_by=[ibis.desc(mine["answered"]), "asked", "id"],
    )
    first = mine.mutate(turn=ibis.row_number().over(window))
    first = first.filter(first["turn"] == 0).drop("turn")
    homes = record.select(
        rid="id", r_team="team", r_service="service", r_customer="customer", priority="priority",
        channel="channel", opened_at="opened_at", resolved_at="resolved_at",
        reopen_count="reopen_count", category="category",
    )  # fmt: skip
    joined = first.left_join(homes, first["record"] == homes["rid"])
    return joined.select(
        "id", "record", "asked", "answered", "csat", "lost_minutes", "expected_h", "comment",
        "person", "priority", "channel", "opened_at", "resolved_at", "sent_by", "category",
        "relationship",
        answered_at=joined["answered_at"].coalesce(joined["asked"]),
        team=joined["team"].coalesce(joined["r_team"]),
        service=joined["service"].coalesce(joined["r_service"]),
        customer=joined["customer"].coalesce(joined["r_customer"]),
        reopened=joined["reopen_count"].fill_null(0) > 0,
    )  # fmt: skip


def answers(ctx: Context) -> Any:
    """The invitations with a satisfaction score, as rows of a share question (bad: 3 or less)."""
    t = invitations(ctx)
    scored = t.filter(t["csat"].notnull())
    return scored.select(
        "customer", "service", "team", "record",
        id=scored["id"], at=scored["asked"], bad=scored["csat"] <= 3, csat=scored["csat"],
        why=ibis.literal("answered ") + scored["csat"].cast("string") + " of 5",
    )  # fmt: skip


def met_results(ctx: Context) -> Any:
    """Records with a promise on solving that was kept: columns mr (record)."""
    result = ctx.table("target_result")
    solving = result.filter(result["metric"].isin(["resolve", "fulfil"]))
    return solving.group_by(mr=solving["record"]).agg(met=solving["met"].min())


def human_words(ctx: Context) -> Any:
    """Public messages that a person wrote."""
    message = ctx.table("message")
    return message.filter(message["public"] & ~message["automatic"].fill_null(False))
