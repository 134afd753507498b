"""The risk measures computed a second time, from their formula texts alone."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import optimize, stats

from tests.audit.oracle.voice_reading import Evidence, Said, share

DAY = pd.Timedelta(days=1)
HOUR = pd.Timedelta(hours=1)


def changes(e: Evidence) -> pd.DataFrame:
    """Changes with the columns of their record beside them."""
    record = e["record"]
    keep = ["id", "service", "team", "category", "opened_at", "parent", "ci"]
    record = record[[c for c in keep if c in record]]
    joined = e["change"].merge(record, left_on="record", right_on="id", how="left")
    joined["failed"] = joined["outcome"].isin(["failed", "backed_out"])
    return joined


def completed(e: Evidence) -> pd.DataFrame:
    """change.end set, outcome not cancelled, ended in the period."""
    c = changes(e)
    return c[c["end"].notna() & (c["outcome"] != "cancelled") & e.inside(c["end"])].copy()


def started(e: Evidence) -> pd.DataFrame:
    """change.start in the period."""
    c = changes(e)
    return c[e.inside(c["start"])].copy()


def mr_01(e: Evidence) -> Said:
    """Failed, backed out, or named by an incident of priority 1 or 2."""
    c, r = completed(e), e["record"]
    if "caused_by_change" in r:
        hot = r[(r["kind"] == "incident") & (r["priority"] <= 2)]
        c["failed"] |= c["record"].isin(hot["caused_by_change"].dropna())
    return share(c, "failed", ("service", "team", "category"))


def mr_05(e: Evidence) -> Said:
    """Emergencies of the started."""
    c = started(e)
    c["hit"] = c["type"] == "emergency"
    return share(c, "hit", ("team",))


def mr_06(e: Evidence) -> Said:
    """Started without an approval of the level before the start."""
    c, a = started(e), e["approval"]
    c = c[c["required_approval"].notna()].copy()
    a = a[a["entity"].isin(["record", "change"]) & (a["decision"] == "approved")]
    recorded = a["recorded_at"] if "recorded_at" in a else a["at"]
    a = a.assign(known=np.maximum(a["at"], recorded.fillna(a["at"])))
    first = a.dropna(subset=["known"]).groupby(["entity_id", "level"])["known"].min()
    keys = pd.MultiIndex.from_arrays([c["record"], c["required_approval"]])
    c["hit"] = ~(first.reindex(keys).to_numpy() <= c["start"].to_numpy())
    said = share(c, "hit", ("service", "team"))
    said.low = said.high = said.value
    return said


def edges(e: Evidence, solid: bool = False) -> list[tuple[str, str]]:
    """(parent, child) as valid at the end of the period."""
    r = e["relation"]
    if solid and "redundant" in r:
        r = r[r["redundant"].fillna(False).astype(bool) == False]  # noqa: E712
    return list(zip(r["parent"], r["child"], strict=True))


def above(pairs: Iterable[tuple[str, str]], first: str, hops: int) -> set[str]:
    """A thing and what depends on it, up to some hops."""
    up: dict[str, set[str]] = {}
    for parent, child in pairs:
        up.setdefault(child, set()).add(parent)
    seen, edge = {first}, {first}
    for _ in range(hops):
        edge = {p for x in edge for p in up.get(x, ())} - seen
        seen |= edge
    return seen


def mr_02(e: Evidence) -> Said:
    """Incidents in the 72 hours after a change, over those of the same hours of 8 weeks before."""
    c = completed(e)
    every = changes(e).dropna(subset=["end"])
    every = every[every["outcome"] != "cancelled"]
    every["start"] = every["start"].fillna(every["end"])
    cis = e["change_ci"].groupby("change")["ci"].agg(set)
    i = e["record"]
    i = i[(i["kind"] == "incident") & i["ci"].notna()]
    began = i["opened_at"].min()
    pairs, seen, used = edges(e), 0.0, 0
    expected = 0.0
    teams: dict[str, tuple[int, float, int]] = {}
    reach = {ci: above(pairs, ci, 2) for ci in set(e["change_ci"]["ci"])}
    for row in c.itertuples():
        if row.record not in cis.index:
            continue
        scope = set().union(*(reach[ci] for ci in cis[row.record]))
        at = i[i["ci"].isin(scope)]["opened_at"]
        other = {name for name, s in cis.items() if s & scope} - {row.record}
        busy = every[every["record"].isin(other)]
        counts = []
        if row.end + 72 * HOUR > e.as_of:
            continue
        for week in range(1, 9):
            begin = row.end - week * 7 * DAY
            end = begin + 72 * HOUR
            if ((busy["start"] <= end) & (busy["end"] >= begin)).any() or begin < began:
                continue
            counts.append(((at > begin) & (at <= end)).sum())
        if len(counts) >= 4:
            used += 1
            expected += float(np.mean(counts))
            after = ((at > row.end) & (at <= row.end + 72 * HOUR)).sum()
            seen += after
            o, x, n = teams.get(row.team, (0, 0.0, 0))
            teams[row.team] = (o + after, x + float(np.mean(counts)), n + 1)
    by = {("team", str(t)): (o / x, n) for t, (o, x, n) in teams.items() if n >= 20 and x >= 5}
    return Said(seen / expected if expected else None, used, by=by)


def critical_services(e: Evidence) -> pd.DataFrame:
    """service.criticality <= 2."""
    s = e["service"]
    return s[s["criticality"] <= 2]


def mr_04(e: Evidence) -> Said:
    """Overlaps on the same or a directly dependent CI of critical services, and freeze breaks."""
    c = changes(e)
    c["from"] = c["start"].fillna(c["plan_start"])
    c["to"] = c["end"].fillna(c["plan_end"])
    c = c[e.inside(c["from"]) & (c["outcome"] != "cancelled")]
    vital = set(critical_services(e)["id"])
    hot = set(e["ci"].loc[e["ci"]["criticality"] <= 2, "id"])
    near: dict[str, set[str]] = {}
    for parent, child in edges(e):
        near.setdefault(parent, {parent}).add(child)
        near.setdefault(child, {child}).add(parent)
    cis = e["change_ci"].groupby("change")["ci"].agg(set).to_dict()
    release = dict(zip(e["release_change"]["change"], e["release_change"]["release"], strict=True))
    rows = list(c.sort_values("from").itertuples())
    count = 0
    for k, a in enumerate(rows):
        for b in rows[k + 1 :]:
            start_b = c.loc[b.Index, "from"]
            if start_b >= a.to:
                break
            mine, yours = cis.get(a.record, set()), cis.get(b.record, set())
            touch = {x for x in mine for y in yours if y in near.get(x, {x})}
            joint = release.get(a.record) is not None and release.get(a.record) == release.get(
                b.record
            )
            if touch and not joint and ({a.service, b.service} & vital or (mine | yours) & hot):
                count += 1
    breaks = 0
    freezes = e["freeze"]
    for row in freezes.itertuples() if not freezes.empty else ():
        within = (c["start"] >= row.start) & (c["start"] < row.end)
        if getattr(row, "service", None):
            within &= c["service"] == row.service
        breaks += int(within.sum())
    return Said(float(count + breaks), len(c))


def stretched(low: float, mode: float, high: float) -> tuple[float, float]:
    """The ends of a PERT whose P10 and P90 are `low` and `high`, found by search."""

    def miss(ends: tuple[float, float]) -> list[float]:
        a, b = ends
        shapes = 1 + 4 * (mode - a) / (b - a), 1 + 4 * (b - mode) / (b - a)
        told = stats.beta.ppf([0.1, 0.9], *shapes)
        return [(a + (b - a) * told[0] - low) / high, (a + (b - a) * told[1] - high) / high]

    start = (low - 0.3 * (mode - low), high + 0.5 * (high - mode))
    a, b = optimize.fsolve(miss, start)
    return float(a), float(b)


def mr_07(e: Evidence) -> Said:
    """Yearly losses of the open risks by simulation: P50 between P10 and P90, near, not equal.

    A stated range is an 80 % interval; the rate is a gamma with its mean and spread, learning
    from own counts; a loss is PERT over the range, stretched until P10 and P90 match.
    """
    rng, r, x = np.random.default_rng(1), e["risk"], e["risk_event"]
    r, x = r[r["state"] != "closed"], x[x["at"] <= e.as_of]
    years = (e.as_of - min(x["at"].min(), e.since)) / DAY / 365.25
    total = np.zeros(10_000)
    for row in r.itertuples():
        a, b = stretched(row.per_year_low, row.per_year_mode, row.per_year_high)
        mean = (a + 4 * row.per_year_mode + b) / 6
        spread = (mean - a) * (b - mean) / 7
        own = x.loc[x["risk"] == row.id, "loss"].astype(float).to_numpy()
        shape, rate = mean**2 / spread + len(own), mean / spread + years
        many = rng.poisson(rng.gamma(shape, 1 / rate, 10_000))
        if len(own) >= 10:
            losses = rng.choice(own, int(many.sum()))
        else:
            mode = float(row.loss_mode)
            a, b = stretched(float(row.loss_low), mode, float(row.loss_high))
            shapes = 1 + 4 * (mode - a) / (b - a), 1 + 4 * (b - mode) / (b - a)
            losses = a + (b - a) * rng.beta(*shapes, int(many.sum()))
        total += np.bincount(np.repeat(np.arange(10_000), many), losses, 10_000)
    low, value, high = np.quantile(total, [0.1, 0.5, 0.9])
    return Said(float(value), len(r), float(low), float(high))


def mr_08(e: Evidence) -> Said:
    """One minus the ratio of failures with and without control, in strata of like changes."""
    c = completed(e)
    first = e["change_ci"].groupby("change")["ci"].min()
    c["class"] = c["record"].map(first).map(e["ci"].set_index("id")["class"])
    u = e["control_use"].merge(c[["record", "failed", "risk_class", "class"]], on="record")
    done = u["done"].astype(bool)
    if min(done.sum(), (~done).sum()) < 20 or u.loc[~done, "failed"].mean() * done.sum() < 5:
        return Said(None, len(u))
    above_, below = 0.0, 0.0
    for _, part in u.groupby(["risk_class", "class"], dropna=False):
        on = part["done"].astype(bool)
        a, b = part.loc[on, "failed"].sum(), part.loc[~on, "failed"].sum()
        above_ += a * (~on).sum() / len(part)
        below += b * on.sum() / len(part)
    return Said(1 - above_ / below, len(u))


def mr_09(e: Evidence) -> Said:
    """Cells of a category or an item where one person did 70 % of 20 resolutions in 6 months."""
    ev, r = e["event"], e["record"]
    ev = ev[(ev["entity"] == "record") & (ev["activity"] == "resolved") & ev["actor"].notna()]
    local = e.until.tz_convert(e.zone)
    since = (local - pd.DateOffset(months=6)).tz_convert("UTC")
    ev = ev[(ev["at_occurred"] >= since) & (ev["at_occurred"] < e.until)]
    ev = ev.merge(r[["id", "category", "ci", "service"]], left_on="entity_id", right_on="id")
    vital = set(critical_services(e)["id"])
    ev = ev[ev["service"].isin(vital)].drop_duplicates(["entity_id", "actor"])
    tried: set[tuple[str, str]] = set()
    alone: set[tuple[str, str]] = set()
    for kind in ("category", "ci"):
        for keys in ([kind], [kind, "service"]):
            for id, part in ev.groupby(keys):
                cell = (kind, str(id[0]))
                if len(part) >= 20:
                    tried.add(cell)
                    if part["actor"].value_counts().iloc[0] / len(part) >= 0.7:
                        alone.add(cell)
    return Said(float(len(alone)), len(tried))


def planned(e: Evidence, services: set[str]) -> set[str]:
    """Services with a risk treated or accepted whose review is not overdue."""
    r = e["risk"]
    r = r[r["state"].isin(["treated", "accepted"])]
    due = pd.to_datetime(r["review_due"])
    done = pd.to_datetime(r["reviewed_on"])
    today = e.as_of.tz_convert(e.zone).tz_localize(None).normalize()
    ok = ~((due < today) & (done.isna() | (done < due)))
    found = set(r.loc[ok, "service"].dropna())
    if e.has("contingency"):
        c = e["contingency"]
        found |= set(c.loc[c["entity"] == "service", "entity_id"])
    return found & services


def mr_10(e: Evidence) -> Said:
    """Critical services that rest on one supplier: the share with a plan."""
    vital = set(critical_services(e)["id"])
    found: dict[str, set[str]] = {s: set() for s in vital}
    for name in ("agreement", "underpinning"):
        if not e.has(name):
            continue
        t = e[name].dropna(subset=["service", "supplier"])
        for s, v in zip(t["service"], t["supplier"], strict=True):
            found.get(s, set()).add(v)
    if e.has("ci", "supplier"):
        supplier = e["ci"].dropna(subset=["supplier"]).set_index("id")["supplier"]
        down: dict[str, set[str]] = {}
        for parent, child in edges(e):
            down.setdefault(parent, set()).add(child)
        for s in vital:
            seen, edge = {s}, {s}
            while edge:
                edge = {x for p in edge for x in down.get(p, ())} - seen
                seen |= edge
            found[s] |= {supplier[x] for x in seen if x in supplier.index}
    single = {s for s, v in found.items() if len(v) == 1}
    plan = planned(e, single)
    if e.has("contingency"):
        c = e["contingency"]
        kept = set(c.loc[c["entity"] == "supplier", "entity_id"])
        plan |= {s for s in single if found[s] & kept}
    if not single:
        return Said(None, 0)
    value = len(plan) / len(single)
    by = {("service", s): (float(s in plan), 1) for s in single}
    for s in single:
        v = ("supplier", next(iter(found[s])))
        n = by.get(v, (0.0, 0))
        by[v] = ((n[0] * n[1] + (s in plan)) / (n[1] + 1), n[1] + 1)
    return Said(value, len(single), value, value, by)


def mr_11(e: Evidence) -> Said:
    """Items whose loss alone stops two critical services, without a plan."""
    vital = set(critical_services(e)["id"])
    pairs = edges(e, solid=True)
    points = []
    for ci in e["ci"]["id"]:
        hit = above(pairs, ci, 99) & vital
        if len(hit) >= 2:
            points.append((ci, hit))
    planned_ci: set[str] = set()
    if e.has("contingency"):
        c = e["contingency"]
        planned_ci |= set(c.loc[c["entity"] == "ci", "entity_id"])
    # a plan is what MR-10 says it is, for each service that stops, or a contingency of the item
    bare = [c for c, hit in points if c not in planned_ci and planned(e, hit) != hit]
    stops = [ci for ci in e["ci"]["id"] if above(pairs, ci, 99) & vital]
    return Said(float(len(bare)), max(1, len(stops)), by={("ci", ci): (1.0, 1) for ci in bare})


def mr_12(e: Evidence) -> Said:
    """Critical live services with a restore test in 12 months inside their promise."""
    s, t = critical_services(e), e["recovery_test"]
    s = s[s["state"] == "live"]
    today = e.as_of.tz_convert(e.zone).tz_localize(None)
    at = pd.to_datetime(t["at"])
    t = t[(at > today - pd.DateOffset(months=12)) & (at <= today) & t["ok"].astype(bool)]
    t = t.merge(s[["id", "rto_h"]], left_on="service", right_on="id")
    t = t[t["achieved_h"] <= t["rto_h"]]
    worth = pd.Series(1.0, index=t.index)
    if "kind" in t:
        worth[t["kind"] == "paper"] = 0.5
    best = worth.groupby(t["service"]).max().reindex(s["id"]).fillna(0)
    value = float(best.mean())
    by = {("service", str(k)): (float(v), 1) for k, v in best.items()}
    return Said(value, len(s), value, value, by)


def mr_13(e: Evidence) -> Said:
    """Skill of the locked predictions against the base rate."""
    d = e["decision"].dropna(subset=["predicted_p", "happened", "locked_at"])
    end = pd.to_datetime(d["review_on"]).dt.tz_localize(e.zone)
    d = d[(d["locked_at"] <= end) & (d["at"] < e.until)]
    c = completed(e).dropna(subset=["predicted_failure", "prediction_locked_at"])
    c = c[c["prediction_locked_at"] <= c["start"]]
    p = np.concatenate([d["predicted_p"].astype(float), c["predicted_failure"]])
    y = np.concatenate([d["happened"].astype(float), c["failed"].astype(float)])
    brier, base = ((p - y) ** 2).mean(), ((y.mean() - y) ** 2).mean()
    return Said(1 - brier / base, len(p))


def materiality(e: Evidence) -> float:
    """max(0.5 % of the audited yearly cost, 1,000)."""
    c = e["cost"]
    if c.empty:
        return 1000.0
    month = pd.to_datetime(c["month"]).dt.tz_localize(e.zone)
    days = (e.until - e.since) / DAY
    total = float(c.loc[(month >= e.since) & (month < e.until), "amount"].sum())
    return max(1000.0, 0.005 * total * 365.25 / round(days))


def mr_14(e: Evidence) -> Said:
    """Due decisions of size that had a locked prediction and were looked at in time."""
    d = e["decision"]
    d = d[d["amount"].astype(float) >= materiality(e)]
    due = pd.to_datetime(d["review_on"])
    d = d[due <= e.as_of.tz_convert(e.zone).tz_localize(None)].copy()
    locked = d["locked_at"].notna() & (d["predicted_p"].notna() | d["predicted_low"].notna())
    last = pd.to_datetime(d["review_on"]) + 30 * DAY
    d["hit"] = locked & (pd.to_datetime(d["reviewed_on"]) <= last)
    return share(d, "hit")


def mr_15(e: Evidence) -> Said:
    """Losses of size that no risk foresaw."""
    x = e["risk_event"]
    x = x[(x["loss"].astype(float) >= materiality(e)) & e.inside(x["at"])].copy()
    x["hit"] = x["risk"].isna()
    return share(x, "hit")


def mr_16(e: Evidence) -> Said:
    """Hours a month that the incidents of open problems cost."""
    r = e["record"]
    open_ = set(
        r.loc[
            (r["kind"] == "problem")
            & r["resolved_at"].isna()
            & ~r["state"].isin(["resolved", "closed", "cancelled"]),
            "id",
        ]
    )
    i = r[r["problem"].isin(open_) & (r["kind"] == "incident") & e.inside(r["opened_at"])]
    spent = e["worklog"].groupby("record")["minutes"].sum() / 60
    many = i.groupby("problem")["id"].transform("count")
    i = i[many >= 3]
    home = r.set_index("id")["service"]
    value = 0.0
    by: dict[tuple[str, str], tuple[float, int]] = {}
    for problem, part in i.groupby("problem"):
        hours = len(part) / 12 * spent.reindex(part["id"]).mean()
        value += hours
        unit = ("service", str(home[problem]))
        before = by.get(unit, (0.0, 0))
        by[unit] = (before[0] + hours, before[1] + len(part))
    return Said(value, len(i), by=by)


ALL = {
    name.upper().replace("_", "-"): function
    for name, function in list(globals().items())
    if name.startswith("mr_")
}
