"""A made-up world, the same with units made worse, and the same with much not recorded."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from bench.worlds.clean import make

from tests.audit.oracle.voice_reading import Evidence
from trueup.audit.evidence.packs import Pack, PackWriter, schema_of

DAY = pd.Timedelta(days=1)
SILENT = ("event", "message", "target", "calendar", "contingency", "freeze", "underpinning")


def clean(folder: Path, seed: int) -> Pack:
    """The healthy world of a seed."""
    return make(seed).write(folder)


def worse(source: Path, folder: Path) -> Pack:
    """The same world with defects in every measure of risk and communication."""
    e = Evidence(source)
    rng = np.random.default_rng(5)
    frames = {name: _loose(e[name]) for name in _names(source)}
    for spoil in (_changes, _assurance, _talk, _surveys, _people):
        spoil(frames, rng, e)
    return written(source, folder, frames)


def silent(source: Path, folder: Path) -> Pack:
    """The same world where only the work itself is recorded."""
    e = Evidence(source)
    frames = {name: e[name] for name in _names(source) if name not in SILENT}
    frames["approval"] = frames["approval"].drop(columns="recorded_at")
    frames["record"]["caused_by_change"] = None
    return written(source, folder, frames)


def written(source: Path, folder: Path, frames: dict[str, pd.DataFrame]) -> Pack:
    """Frames as a pack with the manifest of another."""
    m = Evidence(source).manifest
    first, last = (pd.Timestamp(m["period"][k]).date() for k in ("from", "to"))
    writer = PackWriter(
        folder, organisation=m["organisation"], currency=m["currency"], timezone=m["timezone"],
        as_of=pd.Timestamp(m["as_of"]).to_pydatetime(), appetite=m["appetite"],
        period=(first, last),
    )  # fmt: skip
    for name, frame in frames.items():
        fields = [f for f in schema_of(name) if f.name in frame and frame[f.name].notna().any()]
        columns = {f.name: pa.array(frame[f.name], from_pandas=True).cast(f.type) for f in fields}
        writer.write_table(name, pa.table(columns))
    return writer.close()


def _names(folder: Path) -> Iterable[str]:
    return sorted(path.stem for path in folder.glob("*.parquet"))


def _loose(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of true and false that may also hold nothing."""
    flags = [c for c in frame if frame[c].dtype == bool]
    return frame.astype(dict.fromkeys(flags, object))


def _some(rng: np.random.Generator, frame: pd.DataFrame, share: float) -> pd.Series:
    return pd.Series(rng.random(len(frame)) < share, index=frame.index)


def _changes(f: dict[str, pd.DataFrame], rng: np.random.Generator, e: Evidence) -> None:
    """Failures, null outcomes, emergencies, late and missing approvals, collisions, freezes."""
    c = f["change"]
    c.loc[_some(rng, c, 0.12), "outcome"] = "failed"
    c.loc[_some(rng, c, 0.05), "outcome"] = None
    c.loc[_some(rng, c, 0.05), "outcome"] = "cancelled"
    c.loc[_some(rng, c, 0.2), "type"] = "emergency"
    c.loc[_some(rng, c, 0.05), "end"] = pd.NaT
    a = f["approval"]
    a.loc[_some(rng, a, 0.1), "at"] += 20 * DAY
    a.loc[_some(rng, a, 0.1), "recorded_at"] += 30 * DAY
    a.loc[_some(rng, a, 0.05), "decision"] = "rejected"
    r = f["record"]
    hot = (r["kind"] == "incident") & (r["priority"] <= 2) & _some(rng, r, 0.2)
    r.loc[hot, "caused_by_change"] = rng.choice(c["record"], hot.sum())
    recent = c.index[e.inside(c["start"])]
    one = recent[:6]
    f["change_ci"] = f["change_ci"].set_index("change")
    f["change_ci"].loc[c.loc[one, "record"], "ci"] = "CI-S03-01"
    f["change_ci"] = f["change_ci"].reset_index()
    for column in ("start", "end", "plan_start", "plan_end"):
        c.loc[one, column] = c.loc[one[0], column] + pd.Timedelta(minutes=5)
    c.loc[one, "end"] += 3 * DAY
    c.loc[one, "outcome"] = "successful"
    last = recent[-3:]
    c.loc[last, "start"] = f["freeze"]["start"].max() + DAY
    c.loc[last, "end"] = f["freeze"]["start"].max() + 2 * DAY


def _assurance(f: dict[str, pd.DataFrame], rng: np.random.Generator, e: Evidence) -> None:
    """Paper tests, overdue reviews, unseen losses, decisions nobody looked back at."""
    t = f["recovery_test"]
    t.loc[t["service"] == "S01", "kind"] = "paper"
    t.loc[t["service"] == "S02", "achieved_h"] = 99.0
    k = f["risk"]
    k.loc[k["service"].isin(["S01", "S02"]), "review_due"] = e.since.date()
    k.loc[k["service"].isin(["S01", "S02"]), "reviewed_on"] = (e.since - 90 * DAY).date()
    f["contingency"] = f["contingency"].iloc[3:]
    x = f["risk_event"]
    more = pd.concat([x] * 3, ignore_index=True)
    more["at"] = e.until - pd.to_timedelta(rng.integers(1, 300, len(more)), "D")
    more.loc[_some(rng, more, 0.5), "risk"] = None
    f["risk_event"] = pd.concat([x, more], ignore_index=True)
    d = f["decision"]
    d.loc[_some(rng, d, 0.3), "locked_at"] = pd.NaT
    d.loc[_some(rng, d, 0.3), "reviewed_on"] = None


def _talk(f: dict[str, pd.DataFrame], rng: np.random.Generator, e: Evidence) -> None:
    """Late and robotic words, chasers, returns, calls again, complaints and reviews lost.

    Two large customers do not call, answer or meet any more.
    """
    m = f["message"]
    m.loc[_some(rng, m, 0.15), "automatic"] = True
    m.loc[_some(rng, m, 0.1), "public"] = False
    m.loc[_some(rng, m, 0.03), "automatic"] = None
    m.loc[(m["direction"] == "in") & _some(rng, m, 0.1), "text"] = "Is there any news?"
    out = (m["direction"] == "out") & _some(rng, m, 0.1)
    m.loc[out, "at"] += pd.Timedelta(hours=30)
    r = f["record"]
    r.loc[_some(rng, r, 0.05), "priority"] = np.nan
    r.loc[_some(rng, r, 0.05), "customer"] = None
    r.loc[_some(rng, r, 0.05), "resolved_at"] = pd.NaT
    r.loc[(r["kind"] == "incident") & _some(rng, r, 0.04), "priority"] = 1
    v = f["event"]
    v.loc[_some(rng, v, 0.05), "team"] = "Network"
    v.loc[(v["activity"] == "commented") & _some(rng, v, 0.1), "activity"] = "reopened"
    s = f["complaint_step"]
    f["complaint_step"] = s[~_some(rng, s, 0.05)]
    w = f["service_review"]
    w.loc[_some(rng, w, 0.3), "held_on"] = None
    size = f["revenue"].groupby("customer")["amount"].sum().sort_values(ascending=False)
    gone = list(size.index[1:3])
    quiet = r["customer"].isin(gone) & (r["opened_at"] >= e.until - 182 * DAY)
    r.loc[quiet & _some(rng, r, 0.93), "customer"] = None
    w.loc[w["customer"].isin(gone), "held_on"] = None
    x = f["survey"]
    f["survey"] = x[~(x["customer"].isin(gone) & (x["sent_at"] >= e.until - 200 * DAY))]
    near = r["customer"].isin(gone) & (r["opened_at"] >= e.until - 182 * DAY)
    m.loc[m["record"].isin(r.loc[near, "id"]), "automatic"] = True


def _surveys(f: dict[str, pd.DataFrame], rng: np.random.Generator, e: Evidence) -> None:
    """An unhappy customer and service, answers about the relationship, guesses once a year."""
    s = f["survey"]
    bad = s["csat"].notna() & ((s["customer"] == "C01") | (s["service"] == "S04"))
    s.loc[bad & _some(rng, s, 0.6), "csat"] = 2
    rel = s["relationship"].astype(bool) & s["nps"].notna()
    s.loc[rel, "csat"] = rng.integers(1, 6, rel.sum())
    s.loc[_some(rng, s, 0.05), "team"] = None
    g = f["provider_guess"]
    f["provider_guess"] = g[pd.to_datetime(g["period"]) == pd.to_datetime(g["period"]).max()]


def _people(f: dict[str, pd.DataFrame], rng: np.random.Generator, e: Evidence) -> None:
    """One person solves most of one category; controls are left out where it then fails."""
    v, r = f["event"], f["record"].set_index("id")
    category = v["entity_id"].map(r["category"])
    top = category.value_counts().index[1]
    mine = (v["activity"] == "resolved") & (category == top) & _some(rng, v, 0.85)
    v.loc[mine, "actor"] = "workplace-11"
    c = f["change"]
    done = c[c["end"].notna() & e.inside(c["end"])]["record"]
    failed = done.isin(c.loc[c["outcome"].isin(["failed", "backed_out"]), "record"])
    u = pd.DataFrame({"control": "CT1", "record": done.to_numpy(), "at": e.since + DAY})
    u["done"] = rng.random(len(u)) < np.where(failed, 0.3, 0.7)
    f["control_use"] = u
