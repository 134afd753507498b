"""The communication measures computed a second time, from their formula texts alone."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
from scipy import stats

from tests.audit.oracle.voice_reading import (
    Always,
    Evidence,
    Hours,
    Said,
    Unit,
    Z,
    micros,
    share,
)

DAY = pd.Timedelta(days=1)
OWN_WORK = ("change", "problem", "release", "task")
PROMISE_H = {1: 1.0, 2: 4.0, 3: 8.0, 4: 24.0, 5: 24.0}
PER = {"minutes": 1 / 60, "hours": 1.0, "days": 24.0}


def invited(e: Evidence) -> pd.DataFrame:
    """Invitations of the period."""
    s = e["survey"]
    home = e["record"].set_index("id")["team"]
    s["team"] = s["team"].fillna(s["record"].map(home))
    return s[e.inside(s["sent_at"])].copy()


def asked(e: Evidence) -> pd.DataFrame:
    """Records opened in the period that somebody waits on."""
    r = e["record"]
    return r[e.inside(r["opened_at"]) & ~r["kind"].isin(OWN_WORK)].copy()


def mc_01(e: Evidence) -> Said:
    s = invited(e).dropna(subset=["csat"])
    s["hit"] = s["csat"] >= 4
    return share(s, "hit", ("customer", "service", "team"))


def mc_02(e: Evidence) -> Said:
    """Raked over customer, priority, tercile of duration, reopened and channel."""
    s = invited(e)
    s = s[s["relationship"].fillna(False) == False]  # noqa: E712
    s["said"] = s["csat"].notna()
    s = s.sort_values(["said", "sent_at", "id"], ascending=[False, True, True])
    s = s.drop_duplicates("record")
    keep = ["id", "priority", "channel", "opened_at", "resolved_at", "reopen_count"]
    s = s.merge(e["record"][keep], left_on="record", right_on="id", suffixes=("", "_r"))
    took = (s["resolved_at"] - s["opened_at"]).dt.total_seconds().fillna(-3600)
    cuts = np.quantile(took, [1 / 3, 2 / 3])
    s["third"] = np.searchsorted(cuts, took)
    s["again"] = s["reopen_count"].fillna(0) > 0
    s["priority"] = s["priority"].fillna(0)
    sides = ["customer", "priority", "third", "again", "channel"]
    for side in sides:
        s[side] = s[side].astype(str)
        few = s[s["said"]].groupby(side).size().reindex(s[side].unique()).fillna(0)
        s[side] = s[side].where(~s[side].isin(few[few < 3].index), "few")
    told = s[s["said"]].copy()
    told["w"] = len(s) / len(told)
    for _ in range(200):
        for side in sides:
            want, have = s.groupby(side).size(), told.groupby(side)["w"].sum()
            told["w"] *= told[side].map(want / have)
    good = (told["csat"] >= 4) * told["w"]
    by = {}
    for side in ("customer", "service"):
        part = told.groupby(side)["w"].sum()
        value = good.groupby(told[side]).sum() / part
        many = told.groupby(side).size()
        by |= {(side, str(k)): (float(value[k]), int(many[k])) for k in part.index if k != "few"}
    return Said(float(good.sum() / told["w"].sum()), len(told), by=by)


def mc_03(e: Evidence) -> Said:
    s = invited(e)
    s["hit"] = s["answered_at"].notna()
    return share(s, "hit", ("team",))


def mc_04(e: Evidence) -> Said:
    s = e["survey"]
    s = s[(s["relationship"] == True) & s["nps"].notna() & e.inside(s["sent_at"])]  # noqa: E712

    def nps(part: pd.Series) -> tuple[float, float]:
        plus, minus = (part >= 9).mean(), (part <= 6).mean()
        value = plus - minus
        return value, np.sqrt((plus + minus - value**2) / len(part))

    value, se = nps(s["nps"])
    by = {("customer", str(c)): (nps(p)[0], len(p)) for c, p in s["nps"].groupby(s["customer"])}
    return Said(value, len(s), value - Z * se, value + Z * se, by)


def calendars(e: Evidence) -> dict[str, Hours]:
    """The pack's calendars by id, and the parameter where it has none."""
    found: dict[str, Hours] = {"24x7": Always()}
    for row in e["calendar"].itertuples() if e.has("calendar") else ():
        off = json.loads(row.holidays) if getattr(row, "holidays", None) else ()
        found[row.id] = Hours(json.loads(row.week), row.zone, off)
    week = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    found[""] = Hours(week, e.manifest["timezone"])
    return found


def promises(e: Evidence, r: pd.DataFrame, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """Promised hours and calendar of each record: a target of its service and priority."""
    priority = r["priority"].fillna(3).clip(1, 5).astype(int)
    hours = priority.map(PROMISE_H).to_numpy(copy=True)
    calendar = np.full(len(r), "", dtype=object)
    if not (e.has("target") and e.has("agreement")):
        return hours, calendar
    t = e["target"].merge(
        e["agreement"][["id", "service", "customer"]],
        left_on="agreement",
        right_on="id",
        suffixes=("", "_a"),
    )
    t = t[t["metric"] == metric]
    table = {
        (row.service, row.priority): (row.value * PER[row.unit], row.calendar)
        for row in t.itertuples()
    }
    for i, key in enumerate(zip(r["service"], priority, strict=True)):
        if key in table:
            hours[i], calendar[i] = table[key]
    return hours, calendar


def worked(e: Evidence, calendar: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Hours in each row's own calendar."""
    known, out = calendars(e), np.zeros(len(start))
    for name in set(calendar):
        mask = calendar == name
        out[mask] = known[name].between(start[mask], end[mask])
    return out


def public(e: Evidence) -> pd.DataFrame:
    """Public messages in order."""
    m = e["message"]
    return m[m["public"].astype(bool)].sort_values(["record", "at", "id"])


def mc_06(e: Evidence) -> Said:
    r = asked(e)
    if e.has("message"):
        m = public(e)
        m = m[(m["direction"] == "out") & (m["automatic"].fillna(False) == False)]  # noqa: E712
        m = m.merge(r[["id", "opened_at"]], left_on="record", right_on="id", suffixes=("", "_r"))
        first = m[m["at"] > m["opened_at"]].groupby("record")["at"].min()
        r["first"] = r["id"].map(first)
    else:
        r["first"] = r["first_response_at"]
    hours, calendar = promises(e, r, "response")
    end = r["first"].fillna(e.as_of)
    took = worked(e, calendar, micros(r["opened_at"]), micros(end))
    # one that is open, unanswered and still within its promise is not decided yet
    known = r["first"].notna() | (took > hours) | r["resolved_at"].notna()
    r["hit"] = r["first"].notna() & (took <= hours)
    return share(r[known], "hit", ("customer", "team"))


def pauses(e: Evidence) -> pd.DataFrame:
    """Waits for the customer: record, from, to."""
    ev = e["event"]
    ev = ev[(ev["entity"] == "record") & ev["activity"].isin(["paused", "resumed"])]
    ev = ev.sort_values(["entity_id", "at_occurred", "seq"])
    ev["to"] = ev.groupby("entity_id")["at_occurred"].shift(-1)
    ev = ev[(ev["activity"] == "paused") & (ev["waiting_for"] == "customer")]
    return ev[["entity_id", "at_occurred", "to"]]


def mc_07(e: Evidence) -> Said:
    r = asked(e)
    hours, calendar = promises(e, r, "update")
    r["end"] = r["resolved_at"].fillna(r["closed_at"]).fillna(e.as_of)
    m = public(e)
    m = m[m["automatic"].fillna(False) == False]  # noqa: E712
    m = m.merge(r[["id", "opened_at", "end"]], left_on="record", right_on="id", suffixes=("", "_r"))
    m = m[(m["at"] > m["opened_at"]) & (m["at"] < m["end"])]
    points = pd.concat(
        [
            r[["id", "opened_at"]].set_axis(["record", "at"], axis=1),
            r[["id", "end"]].set_axis(["record", "at"], axis=1),
            m[["record", "at"]],
        ]
    ).sort_values(["record", "at"], kind="stable")
    points["to"] = points.groupby("record")["at"].shift(-1)
    gaps = points.dropna(subset=["to"])
    place = pd.Series(np.arange(len(r)), index=r["id"]).reindex(gaps["record"]).to_numpy()
    long = worked(e, calendar[place], micros(gaps["at"]), micros(gaps["to"]))
    p = pauses(e)
    p = p[p["entity_id"].isin(r["id"])].copy()
    p["to"] = p["to"].fillna(e.as_of)
    held = (
        gaps.reset_index(drop=True).reset_index().merge(p, left_on="record", right_on="entity_id")
    )
    begin = np.maximum(micros(held["at"]), micros(held["at_occurred"]))
    end = np.minimum(micros(held["to_x"]), micros(held["to_y"]))
    off = worked(e, calendar[place][held["index"]], begin, np.maximum(begin, end))
    long = long - np.bincount(held["index"], off, len(long))
    longest = np.zeros(len(r))
    np.maximum.at(longest, place, long)
    r["hit"] = longest > hours
    return share(r, "hit", ("customer", "team"))


NEWS = {
    "en": (
        "any news",
        "any update",
        "status",
        "how far",
        "still waiting",
        "heard nothing",
        "what is happening",
        "when will",
        "follow up",
        "following up",
        "chasing",
    ),
    "de": ("neuigkeiten", "stand", "wie weit", "noch nichts", "wann", "rückmeldung"),
}


def mc_08(e: Evidence) -> Said:
    r = asked(e)
    m = e["message"]
    m = m[m["direction"] == "in"].sort_values(["record", "at", "id"])
    m = m[m.groupby("record").cumcount() >= 1]
    m = m.merge(r[["id", "resolved_at"]], left_on="record", right_on="id", suffixes=("", "_r"))
    m = m[m["resolved_at"].isna() | (m["at"] < m["resolved_at"])]
    text = m["text"].fillna("").str.lower()
    hit = np.zeros(len(m), dtype=bool)
    for words in NEWS.values():
        for word in words:
            hit |= text.str.contains(word, regex=False).to_numpy()
    r["hit"] = r["id"].isin(m.loc[hit, "record"])
    return share(r, "hit", ("customer", "team"))


def mc_09(e: Evidence) -> Said:
    r = e["record"]
    r = r[e.inside(r["opened_at"])].copy()
    ev = e["event"]
    ev = ev[(ev["entity"] == "record") & ev["team"].notna()]
    ev = ev.sort_values(["entity_id", "at_occurred", "seq"])
    before = ev.groupby("entity_id")["team"].shift()
    ev = ev[ev["team"] != before]
    back = ev.groupby("entity_id")["team"].shift(2)
    bounced = set(ev.loc[ev["team"] == back, "entity_id"])
    r = r[r["id"].isin(ev["entity_id"])].copy()
    r["hit"] = r["id"].isin(bounced)
    return share(r, "hit", ("customer", "category"))


def mc_10(e: Evidence) -> Said:
    every = e["record"]
    r = every[e.inside(every["resolved_at"]) & ~every["kind"].isin(OWN_WORK)].copy()
    reopened = set(r.loc[r["reopen_count"].fillna(0) > 0, "id"])
    if e.has("event"):
        ev = e["event"]
        ev = ev[ev["entity"] == "record"]
        done = ev[ev["activity"] == "resolved"][["entity_id", "at_occurred"]]
        again = ev[ev["activity"] == "reopened"][["entity_id", "at_occurred"]]
        both = done.merge(again, on="entity_id")
        gap = both["at_occurred_y"] - both["at_occurred_x"]
        reopened = set(both.loc[(gap >= 0 * DAY) & (gap <= 14 * DAY), "entity_id"])
    pair = r[["id", "requester", "category", "resolved_at"]].merge(
        every[["id", "requester", "category", "opened_at"]].dropna(), on=["requester", "category"]
    )
    gap = pair["opened_at"] - pair["resolved_at"]
    called = set(
        pair.loc[(pair["id_x"] != pair["id_y"]) & (gap > 0 * DAY) & (gap <= 7 * DAY), "id_x"]
    )
    r["hit"] = r["id"].isin(reopened | called)
    return share(r, "hit", ("customer", "team"))


def mc_11(e: Evidence) -> Said:
    s = invited(e).dropna(subset=["csat"])
    t = e["target_result"]
    t = t[t["metric"].isin(["resolve", "fulfil"])]
    met = t.groupby("record")["met"].all()
    s = s[s["record"].isin(met[met].index)].copy()
    s["hit"] = s["csat"] <= 3
    return share(s, "hit", ("customer", "service"))


def mc_12(e: Evidence) -> Said:
    g = e["provider_guess"]
    s = e["survey"].dropna(subset=["csat", "answered_at"])
    period = pd.to_datetime(g["period"])
    gaps: list[tuple[str, float]] = []
    many: dict[str, int] = {}
    for row, begin in zip(g.itertuples(), period, strict=True):
        start = begin.tz_localize(e.zone)
        later = sorted(set(period[g["customer"] == row.customer]) - {begin})
        nexts = [x for x in later if x > begin]
        end = nexts[0].tz_localize(e.zone) if nexts else e.until
        a = s[(s["customer"] == row.customer) & (s["sent_at"] >= start) & (s["sent_at"] < end)]
        if len(a) and row.made_at < a["answered_at"].min() and start >= e.since:
            gaps.append((row.customer, row.csat - a["csat"].mean()))
            many[row.customer] = many.get(row.customer, 0) + len(a)
    frame = pd.DataFrame(gaps, columns=["customer", "gap"])
    mean = frame.groupby("customer")["gap"].mean()
    by = {("customer", str(c)): (float(v), many[c]) for c, v in mean.items()}
    return Said(float(mean.mean()), len(mean), by=by)


def mc_14(e: Evidence) -> Said:
    """Uncontacted silent ones among the ten largest: two quarters below the 5th percentile of the
    negative binomial of the own history, and less use or no answer for six months."""
    r = e["record"].dropna(subset=["customer"])
    back = ((e.until - r["opened_at"]).dt.total_seconds() / 86_400 // 91.3125).astype(int)
    table = r.groupby(["customer", back]).size().unstack(fill_value=0)
    table = table[table.columns[table.columns >= 0]]
    money = e["revenue"]
    month = pd.to_datetime(money["month"]).dt.tz_localize(e.zone)
    size = money[(month >= e.since) & (month < e.until)].groupby("customer")["amount"].sum()
    s, u = e["survey"], e["usage"]
    half = (e.until.tz_convert(e.zone) - pd.DateOffset(months=6)).tz_convert("UTC")
    heard = set(s.loc[s["answered_at"] >= half, "customer"])
    at = pd.to_datetime(u["month"]).dt.tz_localize(e.zone)
    late = u[(at >= half) & (at < e.until)].groupby("customer")["units"].sum()
    early = u[(at < half) & (at >= e.since)].groupby("customer")["units"].sum()
    v, m = e["service_review"], e["message"]
    held = pd.to_datetime(v["held_on"]).dt.tz_localize(e.zone)
    spoken = set(v.loc[held >= e.as_of - 90 * DAY, "customer"])
    if not m.empty:
        m = m[(m["direction"] == "out") & (m["automatic"].fillna(False) == False)]  # noqa: E712
        m = m[m["at"] >= e.as_of - 90 * DAY]
        spoken |= set(r.loc[r["id"].isin(m["record"]), "customer"])
    large = set(size.sort_values(ascending=False).index[:10])
    hits = []
    for name, counts in table.iterrows():
        recent, past = counts.iloc[:2], counts.iloc[2:]
        mean = past.mean()
        var = max(past.var(), mean * (1 + 1 / len(past)))
        few = stats.nbinom.ppf(0.05, mean**2 / (var - mean), mean / var)
        quiet = (recent < few).all() and (
            late.get(name, 0) <= 0.85 * early.get(name, 0) or name not in heard
        )
        if quiet and name in large and name not in spoken:
            hits.append(name)
    by = {("customer", str(c)): (1.0, int(table.loc[c].sum())) for c in hits}
    return Said(float(len(hits)), len(table), by=by)


def mc_15(e: Evidence) -> Said:
    r = e["record"]
    r = r[(r["kind"] == "complaint") & e.inside(r["opened_at"])].copy()
    steps = e["complaint_step"].groupby("record")["step"].agg(set)
    need = {"owned", "answered", "cause_found", "closed_with_customer"}
    r["hit"] = [need <= steps.get(id, set()) for id in r["id"]]
    said = share(r, "hit", ("customer",))
    said.low = said.high = said.value
    return said


def mc_16(e: Evidence) -> Said:
    s = invited(e).dropna(subset=["lost_minutes"])
    r = e["record"]
    s = s.merge(r[["id", "category"]].rename(columns={"id": "record"}), on="record", how="left")
    r = r[e.inside(r["opened_at"])]
    by: dict[Unit, tuple[float, int]] = {}
    total = 0.0
    for kind in ("service", "category"):
        for name, part in s.groupby(kind):
            value = part["lost_minutes"].mean() / 60 * (r[kind] == name).sum() / 12
            by[(kind, str(name))] = (float(value), len(part))
            total += float(value) if kind == "service" else 0.0
    return Said(total, len(s), by=by)


def mc_17(e: Evidence) -> Said:
    v = e["service_review"]
    due = pd.to_datetime(v["due"]).dt.tz_localize(e.zone)
    v = v[(due >= e.since) & (due < e.until)].copy()
    v["hit"] = v["held_on"].notna()
    said = share(v, "hit", ("customer",))
    said.low = said.high = said.value
    return said


ALL = {
    name.upper().replace("_", "-"): function
    for name, function in list(globals().items())
    if name.startswith("mc_")
}
