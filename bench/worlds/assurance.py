"""Knowledge, purchases, investments, risks, decisions, access, findings: the rest of the pack."""

from __future__ import annotations

import numpy as np

from bench.worlds.clock import DAY, HOUR, minutes
from bench.worlds.org import CRITICAL, SERVICES, SUPPLIERS, TEAMS
from bench.worlds.world import World

NAT = np.datetime64("NaT", "us")
KEY = {
    "MG-03": (0.8, 0.5),
    "MG-06": (0.2, 0.0),
    "MG-08": (2, 1),
    "MG-11": (0.8, 0.5),
    "MG-13": (1, 2),
    "MB-02": (0.02, 0.05),
    "MB-04": (0.2, 0.5),
    "MB-06": (0.1, 0.25),
    "MB-07": (0.03, 0.08),
    "MR-01": (0.05, 0.10),
    "MR-02": (1.2, 1.5),
    "MR-07": (None, None),
    "MR-09": (0, 0),
    "MR-12": (1, 0.8),
    "MC-02": (0.85, 0.7),
    "MC-06": (0.9, 0.8),
    "MC-07": (0.1, 0.25),
    "MC-11": (0.15, 0.3),
    "MC-14": (0, 0),
}


def build(world: World) -> None:
    """Everything of these kinds."""
    for part in (
        articles,
        consent,
        purchases,
        licences,
        investments,
        risks,
        controls,
        decisions,
        recovery,
        access,
        improvement,
        papers,
    ):
        part(world)


def articles(world: World) -> None:
    """Eighty articles, reviewed within the year, named in four of ten solved records."""
    rng, record = world.rng, world.tables["record"]
    n = 80
    ids = np.array([f"KA{i:03d}" for i in range(1, n + 1)], dtype=object)
    as_of = world.as_of
    views = rng.integers(40, 400, n)
    helpful = rng.binomial(views // 4, 0.86)
    reviewed = as_of - (rng.integers(10, 300, n) * DAY)
    world.append(
        "article",
        id=ids,
        title=[f"How to help with case {i}" for i in ids],
        owner=rng.choice(world.notes["staff"]["Desk North"], n),
        created_at=as_of - rng.integers(310, 900, n) * DAY,
        reviewed_at=reviewed,
        review_due=reviewed.astype("M8[D]") + 365,
        views=views,
        links=views // 6,
        helpful=helpful,
        unhelpful=views // 4 - helpful,
        state="published",
    )
    solved = world.where("record", kind=["incident", "request"]) & ~np.isnat(record["resolved_at"])
    named = np.flatnonzero(world.pick(solved, 0.42))
    world.set("record", named, "article", rng.choice(ids, len(named)))
    known = np.flatnonzero([p is not None for p in record["problem"]])
    for i in known:
        record["article"][i] = record["article"][i] or ids[i % n]


def consent(world: World) -> None:
    """A third of the requests need a yes of the customer's manager; one in twenty gets a no."""
    rng, record = world.rng, world.tables["record"]
    asks = np.flatnonzero(world.where("record", kind="request", category=["rights", "software"]))
    asks = asks[record["opened_at"][asks] < world.as_of - 3 * DAY]
    asked = record["opened_at"][asks] + minutes(rng.uniform(1, 8, len(asks)))
    given = world.clock.add(asked, np.minimum(rng.gamma(1.2, 70, len(asks)) + 3, 900))
    end = np.where(np.isnat(record["resolved_at"][asks]), world.as_of, record["resolved_at"][asks])
    given = np.minimum(given, asked + (end - asked) * 0.8)
    heads = np.array([f"account-{i:02d}" for i in rng.integers(1, 6, len(asks))], dtype=object)
    decision = np.where(rng.random(len(asks)) < 0.05, "rejected", "approved")
    world.append(
        "approval",
        id=[f"AQ{i:05d}" for i in range(len(asks))],
        entity="record",
        entity_id=record["id"][asks],
        step="customer manager",
        level="manager",
        approver=heads,
        decision=decision,
        requested_at=asked,
        at=given,
        recorded_at=given + minutes(0.1),
    )


def purchases(world: World) -> None:
    """A purchase a month at each supplier; prices rise less than the clause allows."""
    rng = world.rng
    number = 0
    for index, (supplier, *_) in enumerate(SUPPLIERS):
        price = round(float(rng.uniform(40, 90)), 2)
        at = np.array(world.shape.months, "M8[us]") + (3 + 3 * index) * DAY + 10 * HOUR
        steps = np.array([1.0] * 12 + [1.018] * 12) * price
        quantity = np.round(rng.lognormal(4.1, 0.55, 24))
        world.append(
            "purchase",
            id=[f"PU{number + i:05d}" for i in range(24)],
            supplier=supplier,
            agreement=f"B-0{index + 1}",
            buyer=f"head-{index % 3 + 3:02d}",
            approved_by="head-02",
            amount=np.round(np.round(steps, 2) * quantity, 2),
            quantity=quantity,
            unit_price=np.round(steps, 2),
            at=at,
            approval_limit=10_000.0,
            invoice_no=[str(k) for k in rng.choice(8_999_999, 24, replace=False) + 1_000_000],
        )
        number += 24
    rows = world.tables["purchase"]
    large = np.flatnonzero(rows["amount"] >= rows["approval_limit"])
    world.append(
        "approval",
        id=[f"AB{i:05d}" for i in large],
        entity="purchase",
        entity_id=rows["id"][large],
        step="purchase",
        level="head",
        approver="head-01",
        decision="approved",
        requested_at=rows["at"][large] - 2 * DAY,
        at=rows["at"][large] - DAY,
        recorded_at=rows["at"][large] - DAY + HOUR,
        amount=rows["amount"][large],
    )


def licences(world: World) -> None:
    """Twenty products, nearly all seats used."""
    rng = world.rng
    entitled = rng.integers(60, 400, 20)
    used = np.round(entitled * rng.uniform(0.93, 0.985, 20))
    as_of = world.as_of.astype("M8[D]")
    world.append(
        "licence",
        id=[f"LI{i:02d}" for i in range(1, 21)],
        product=[f"Tool {i}" for i in range(1, 21)],
        supplier=[SUPPLIERS[i % 8][0] for i in range(20)],
        entitled=entitled,
        assigned=np.minimum(np.round(used * 1.01), entitled),
        used_90d=used,
        usage_seen=np.round(entitled * 0.99),
        unit_price_year=np.round(rng.uniform(60, 400, 20), 2),
        renews_on=as_of + 150 + rng.integers(0, 200, 20),
        notice_by=as_of + 100 + rng.integers(0, 40, 20),
        reserved=np.round(entitled * 0.02),
    )


def investments(world: World) -> None:
    """Seven that went live and pay, reviewed; two against risks that are still to come."""
    rng = world.rng
    start = np.datetime64(world.shape.began)
    for i in range(7):
        live = start + 60 + 45 * i
        yearly = float(rng.uniform(40_000, 90_000))
        capex = round(yearly * 1.1, -2)
        world.append(
            "investment",
            id=[f"IV{i + 1:02d}"],
            service=SERVICES[i][0],
            title=f"Renewal {i + 1}",
            decided_on=live - 150,
            approved_by="head-01",
            capex=capex,
            opex_change_month=round(yearly / 60, 2),
            benefit_low=round(yearly * 0.75, 2),
            benefit_mode=round(yearly, 2),
            benefit_high=round(yearly * 1.3, 2),
            benefit_kind=["cost", "revenue"][i % 2],
            owner=f"head-{i % 6 + 3:02d}",
            review_due=live + 180,
            go_live=live,
            cancelled=False,
            reviewed_on=min(live + 185, world.as_of.astype("M8[D]") - 2),
            life_months=48,
        )
        months = np.array(world.shape.months, "M8[D]")
        months = months[months >= live]
        world.append(
            "benefit",
            investment=f"IV{i + 1:02d}",
            month=months,
            evidence="B",
            amount=np.round(yearly / 12 * rng.normal(0.97, 0.06, len(months)), 2),
        )
    as_of = world.as_of.astype("M8[D]")
    for i, service in enumerate(("S02", "S05")):
        world.append(
            "investment",
            id=[f"IR{i + 1}"],
            service=service,
            title="Second line",
            decided_on=as_of - 40,
            approved_by="head-01",
            capex=160_000.0,
            opex_change_month=2_000.0,
            benefit_low=30_000.0,
            benefit_mode=60_000.0,
            benefit_high=110_000.0,
            benefit_kind="risk",
            owner="head-04",
            review_due=as_of + 300,
            go_live=as_of + 120,
            cancelled=False,
            life_months=60,
        )


def risks(world: World) -> None:
    """A risk for each critical service, treated and reviewed; a few others; losses as foreseen."""
    rng = world.rng
    as_of = world.as_of.astype("M8[D]")
    named = [*CRITICAL, "S07", "S08", "S09", "S10", None, None, None, None]
    n = len(named)
    ids = [f"RK{i:02d}" for i in range(1, n + 1)]
    loss = np.round(rng.uniform(70_000, 120_000, n), -2)
    state = ["treated" if s in CRITICAL else "assessed" for s in named]
    state[-1] = "accepted"
    world.append(
        "risk",
        id=ids,
        title=[f"Interruption {i}" for i in ids],
        service=named,
        owner=[f"head-{i % 6 + 3:02d}" for i in range(n)],
        per_year_low=0.2,
        per_year_mode=0.5,
        per_year_high=1.1,
        loss_low=loss * 0.5,
        loss_mode=loss,
        loss_high=loss * 2.2,
        appetite=np.round(loss * 5, -2),
        review_due=as_of + rng.integers(20, 200, n),
        reviewed_on=as_of - rng.integers(100, 200, n),
        accepted_until=[None if s != "accepted" else as_of + 200 for s in state],
        treatment_cost=np.round(loss * 2, -2),
        state=state,
    )
    hit = rng.choice(n - 1, 14)
    at = world.as_of - minutes(np.sort(rng.uniform(5, 700, 14)) * 1440)
    world.append(
        "risk_event",
        risk=[None if k == 5 else ids[i] for k, i in enumerate(hit)],
        at=at,
        loss=np.round(loss[hit] * rng.lognormal(0, 0.35, 14), 2),
    )
    shared = [("ci", i) for i in world.notes["shared"]] + [("service", s) for s in CRITICAL]
    world.append(
        "contingency",
        entity=[e for e, _ in shared],
        entity_id=[i for _, i in shared],
        plan="run book with a second site",
        reviewed_on=as_of - 90,
    )


def controls(world: World) -> None:
    """Safeguards, tested, and used on nearly every normal change."""
    rng, change = world.rng, world.tables["change"]
    as_of = world.as_of.astype("M8[D]")
    ids = [f"CT{i}" for i in range(1, 5)]
    world.append(
        "control",
        id=ids,
        risk=[f"RK{i:02d}" for i in range(1, 5)],
        title=["second pair of eyes", "restore rehearsal", "access review", "entry check"],
        required_for=["change:normal", "service", "access", "change:emergency"],
        last_test=as_of - rng.integers(30, 250, 4),
        test_result="passed",
    )
    rows = np.flatnonzero(change["type"] == "normal")
    rows = rows[change["start"][rows] > world.as_of - 400 * DAY]
    world.append(
        "control_use",
        control="CT1",
        record=change["record"][rows],
        at=change["start"][rows],
        done=list(rng.random(len(rows)) > 0.03),
    )


def decisions(world: World) -> None:
    """Fifty larger decisions with a locked prediction that comes true as often as it says."""
    rng = world.rng
    n = 50
    at = np.sort(world.as_of - minutes(rng.uniform(100, 700, n) * 1440))
    chance = np.clip(rng.beta(1.2, 1.2, n), 0.03, 0.97)
    middle, spread = rng.uniform(3.5, 5, n), rng.uniform(0.15, 0.5, n)
    review = at.astype("M8[D]") + 80
    world.append(
        "decision",
        id=[f"DC{i:02d}" for i in range(1, n + 1)],
        title=[f"Decision {i}" for i in range(1, n + 1)],
        kind=rng.choice(["buy", "build", "hire"], n),
        made_by=[f"head-{i % 8 + 1:02d}" for i in range(n)],
        at=at,
        amount=np.round(rng.uniform(60_000, 200_000, n), -2),
        options=3.0,
        predicted_p=np.round(chance, 2),
        predicted_low=np.round(np.exp(middle - 1.2816 * spread), 2),
        predicted_high=np.round(np.exp(middle + 1.2816 * spread), 2),
        locked_at=at + HOUR,
        review_on=review,
        reviewed_on=review + rng.integers(0, 20, n),
        actual=np.round(np.exp(rng.normal(middle, spread)), 2),
        happened=list(rng.random(n) < chance),
    )


def recovery(world: World) -> None:
    """Every critical service, and some others, came back in time in a real test."""
    rng = world.rng
    for service, _, _, _, _, rto, _ in SERVICES[:9]:
        for back in (int(rng.integers(20, 300)), int(rng.integers(390, 600))):
            world.append(
                "recovery_test",
                service=[service],
                at=world.as_of.astype("M8[D]") - back,
                achieved_h=round(rto * float(rng.uniform(0.4, 0.85)), 2),
                ok=True,
                kind="real",
            )


def access(world: World) -> None:
    """Rights given by somebody else; those of leavers end on their last day."""
    rng, person = world.rng, world.tables["person"]
    rows = np.flatnonzero(world.where("person", kind="person") & ~world.where("person", team=None))
    start = np.datetime64(world.shape.began, "us") - rng.integers(10, 600, len(rows)) * DAY
    left = person["left_on"][rows]
    by = np.where(person["id"][rows] == "lead-security", "head-02", "lead-security")
    world.append(
        "access",
        person=person["id"][rows],
        role="service tool",
        granted_by=by,
        granted_at=start,
        revoked_at=np.where(np.isnat(left), NAT, left.astype("M8[us]") + 12 * HOUR),
        privileged=False,
    )
    strong = np.array(
        [*world.notes["staff"]["Platform"], *world.notes["staff"]["Security"]], object
    )
    world.append(
        "access",
        person=strong,
        role="administrator",
        granted_by="lead-security",
        granted_at=np.datetime64(world.shape.began, "us") - 90 * DAY,
        privileged=True,
    )
    records = world.col("record.id")[world.where("record", kind=["change", "incident"])]
    opened = world.lookup("record.opened_at", records)
    pick = rng.choice(len(records), 400)
    pick = pick[opened[pick] < world.as_of - DAY]
    named = np.where(rng.random(len(pick)) < 0.02, None, records[pick])
    world.append(
        "privileged_session",
        person=rng.choice(strong, len(pick)),
        record=named,
        at=opened[pick] + 2 * HOUR,
    )


def improvement(world: World) -> None:
    """Findings of earlier audits, their actions and proofs; every major incident has actions."""
    rng = world.rng
    actions(world)
    checks = ["I01", "C03", "S05", "N02", "F03", "K01", "H06", "Q01"]
    for i, check in enumerate(checks):
        opened = np.datetime64(world.shape.began, "us") + (40 + 60 * i) * DAY
        closed = opened + 130 * DAY
        name = f"FD{i + 1:02d}"
        done = bool(closed < world.as_of)
        world.append(
            "finding",
            id=[name],
            check=check,
            scope=f"team {TEAMS[i][0]}",
            grade="minor",
            opened_at=opened,
            closed_at=closed if done else None,
            confirmed_by="head-01",
            result="effective" if done else None,
        )
        world.append(
            "action",
            id=[f"AC{i + 1:02d}"],
            finding=name,
            owner=f"head-{i % 6 + 3:02d}",
            due=(opened + 60 * DAY).astype("M8[D]"),
            created_at=opened + 5 * DAY,
            done_at=opened + 50 * DAY if opened + 50 * DAY < world.as_of else None,
            kind="corrective",
            cost=4000.0,
            cost_actual=4100.0,
            effort_h=30.0,
            effort_actual_h=32.0,
            evidence="report",
            source="audit",
        )
        if done:
            world.append(
                "verification",
                finding=name,
                measure="MC-07",
                baseline=0.16,
                expected=0.1,
                n_min=50,
                frozen_at=opened + 6 * DAY,
                ready_on=(closed - 10 * DAY).astype("M8[D]"),
                decided_at=closed - DAY,
                result="effective",
                verified_by="head-02",
            )
    names = list(KEY)
    as_of = world.as_of
    world.append(
        "measure",
        id=names,
        name=names,
        owner=[f"head-{i % 6 + 3:02d}" for i in range(len(names))],
        target=[KEY[k][0] if KEY[k][0] is not None else 2_500_000.0 for k in names],
        limit=[KEY[k][1] if KEY[k][1] is not None else 2_500_000.0 for k in names],
        confirmed_by=None,
        looked_at=as_of - rng.integers(3, 60, len(names)) * DAY,
    )


def actions(world: World) -> None:
    """Two owned actions for each major incident, done on time but for one or two."""
    rng = world.rng
    for number, (record, end, team) in enumerate(world.notes["majors"]):
        created = end + 3 * DAY
        if created >= world.as_of:
            continue
        for k in range(2):
            due_on = created + (30 + 20 * k) * DAY
            late = 5 if rng.random() < 0.03 else -4
            done = due_on + late * DAY
            world.append(
                "action",
                id=[f"AM{number:02d}{k}"],
                owner=f"lead-{team.lower().replace(' ', '-')}",
                due=due_on.astype("M8[D]"),
                created_at=created,
                done_at=done if done < world.as_of else None,
                kind=["correction", "preventive"][k],
                cost=900.0,
                cost_actual=950.0,
                effort_h=9.0,
                effort_actual_h=10.0,
                evidence="minutes",
                source=record,
            )


def papers(world: World) -> None:
    """Proof of tests and actions, and topics that a person put on comments."""
    rng = world.rng
    rows = world.tables["action"]
    done = np.flatnonzero(~np.isnat(rows["done_at"]))
    world.append(
        "attachment",
        id=[f"AT{i:04d}" for i in range(len(done))],
        entity="action",
        entity_id=rows["id"][done],
        kind="report",
        at=rows["done_at"][done],
        sha256=[f"{k:064x}" for k in rng.choice(2**40, len(done), replace=False)],
    )
    survey = world.tables["survey"]
    told = np.flatnonzero([c is not None for c in survey["comment"]])[:60]
    world.append(
        "label",
        entity="survey",
        entity_id=survey["id"][told],
        label="topic",
        value="service",
        made_by="head-02",
        at=survey["answered_at"][told] + DAY,
    )
