"""The past of one team, as arrays: when work came, how long it took, who was there.

Times are minutes of local wall time since the first day; nan where nothing is recorded.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.business import Array
from trueup.audit.context import zone_offsets
from trueup.audit.evidence.normal import connection
from trueup.audit.evidence.packs import Pack
from trueup.audit.whatif.clocks import MINUTES
from trueup.audit.whatif.near import refuse_unknown
from trueup.core.refusals import Refused
from trueup.core.words import N_

PLANNED = ("change", "release", "problem")
DEFAULT_PRIORITY = 3
EDGE = 0.25
WEEK = 10080.0
LEAST = 200
WORKING = ("assigned", "triaged", "started", "escalated", "resolved", "classified", "edited",
           "commented", "paused", "priority_changed", "scheduled", "implemented",
           "other")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Promise:
    """What a record was promised: minutes, the calendar's name, whether waiting pauses it."""

    minutes: float
    calendar: str | None
    pauses: bool


@dataclass(slots=True)
class TeamHistory:
    """The records that ended with a team, in order of their arrival there.

    `waits` are stretches (record index, from, to) in which the record waited for somebody or was
    with another team; `seen` are (day index, person) of those who worked on its records; `acts`
    the minutes at which they did.
    """

    team: str
    zone: str
    first: np.datetime64
    start: float
    end: float
    opened: Array
    arrived: Array
    resolved: Array
    priority: Array
    work: Array
    waits: Array
    promised: list[Promise | None]
    seen: list[tuple[int, str]]
    acts: Array
    left: dict[str, int]

    @property
    def n(self) -> int:
        """How many records."""
        return len(self.opened)

    @property
    def days(self) -> int:
        """How many days the axis must cover, from the first to the last thing recorded."""
        ends = self.resolved[np.isfinite(self.resolved)]
        return int(max(self.end, float(ends.max(initial=0.0))) // 1440) + 2


def read(pack: Pack, team: str, promises: dict[int, Promise] | None = None) -> TeamHistory:
    """Read a team's past from a pack.

    `promises` by priority stand in where no targets are recorded. Refused for a team that no
    record names and for one with too little work.
    """
    with connection() as con:
        rows = _rows(con, pack, "record", "id, team, kind, priority, state, opened_at, resolved_at",
                     "ORDER BY id")  # fmt: skip
        refuse_unknown("team", [team], {str(r["team"]) for r in rows if r["team"]})
        mine, left = _mine(rows, team)
        if len(mine) < LEAST:
            raise Refused(
                N_("%(team)s has %(n)s records that can be used; a simulation needs %(least)s."),
                team=team, n=len(mine), least=LEAST,
            )  # fmt: skip
        ids = {str(r["id"]): i for i, r in enumerate(mine)}
        events = [e for e in _events(con, pack) if e["entity_id"] in ids]
        logs = _rows(con, pack, "worklog", "record, person, team, minutes, started_at",
                     "ORDER BY record, started_at, person, minutes")  # fmt: skip
        logs = [w for w in logs if w["record"] in ids and w["team"] in (None, team)]
        told = _promises(con, pack, ids, [r["priority"] for r in mine], promises)
        people = _rows(con, pack, "person", "id, team", "ORDER BY id")
    members = {str(p["id"]) for p in people if p["team"] == team}
    return _history(pack, team, mine, ids, events, logs, told, members, left)


def _rows(con: Any, pack: Pack, table: str, columns: str, more: str) -> list[dict[str, Any]]:
    if table not in pack.tables:
        return []
    found: list[dict[str, Any]] = (
        con.sql(f"SELECT {columns} FROM ({pack.relation_sql(table)}) {more}")  # noqa: S608
        .to_arrow_table()
        .to_pylist()
    )
    return found


def _mine(rows: list[dict[str, Any]], team: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The team's unplanned work; planned, cancelled and endless records are left out, counted."""
    mine, left = [], {"planned": 0, "cancelled": 0, "no_end": 0}
    for row in rows:
        if row["team"] != team:
            continue
        if row["kind"] in PLANNED:
            left["planned"] += 1
        elif row["state"] == "cancelled":
            left["cancelled"] += 1
        elif row["state"] in ("resolved", "closed") and row["resolved_at"] is None:
            left["no_end"] += 1
        else:
            mine.append(row)
    return mine, left


def _events(con: Any, pack: Pack) -> list[dict[str, Any]]:
    return _rows(
        con, pack, "event",
        "entity_id, activity, team, actor, actor_kind, waiting_for, at_occurred",
        "WHERE entity = 'record' ORDER BY at_occurred, seq",
    )  # fmt: skip


def _promises(
    con: Any,
    pack: Pack,
    ids: dict[str, int],
    priorities: list[int | None],
    given: dict[int, Promise] | None,
) -> list[Promise | None]:
    """The promise to resolve of each record: its own target's, else that given by priority."""
    by_priority = given or {}
    found: list[Promise | None] = [
        by_priority.get(DEFAULT_PRIORITY if p is None else int(p)) for p in priorities
    ]
    if given:
        return found
    targets = {
        str(t["id"]): Promise(float(t["value"]) * MINUTES[t["unit"]], t["calendar"],
                              bool(t["pause_states"]))
        for t in _rows(con, pack, "target", "id, metric, value, unit, calendar, pause_states", "")
        if t["unit"] in MINUTES and t["metric"] in ("resolve", "fulfil")
    }  # fmt: skip
    for row in _rows(con, pack, "target_result", "record, target, metric", "ORDER BY ALL"):
        place = ids.get(row["record"])
        if place is not None and row["metric"] in ("resolve", "fulfil"):
            found[place] = targets.get(str(row["target"]), found[place])
    _fill(found, priorities)
    return found


def _fill(found: list[Promise | None], priorities: list[int | None]) -> None:
    """Records without a result yet are promised what others of their priority were."""
    common: dict[int | None, Promise] = {}
    for promise, priority in zip(found, priorities, strict=True):
        if promise is not None:
            common.setdefault(priority, promise)
    for place, priority in enumerate(priorities):
        if found[place] is None:
            found[place] = common.get(priority)


def _history(
    pack: Pack,
    team: str,
    rows: list[dict[str, Any]],
    ids: dict[str, int],
    events: list[dict[str, Any]],
    logs: list[dict[str, Any]],
    promised: list[Promise | None],
    members: set[str],
    left: dict[str, int],
) -> TeamHistory:
    zone = pack.manifest.timezone
    local = _Local(zone, min(r["opened_at"] for r in rows))
    opened = local([r["opened_at"] for r in rows])
    resolved = local([r["resolved_at"] for r in rows])
    arrived, waits = _stays(events, ids, team, opened, local)
    work = np.full(len(rows), np.nan)
    for log in logs:
        place = ids[log["record"]]
        work[place] = np.nan_to_num(work[place]) + float(log["minutes"])
    acts, seen = _acts(events, logs, team, members, local)
    start, end = _edges(arrived)
    end = min(end, float(local([pack.manifest.as_of])[0]))
    order = np.lexsort((np.arange(len(rows)), arrived))
    rank = np.empty(len(rows), dtype=int)
    rank[order] = np.arange(len(rows))
    spans = np.array([(rank[i], a, b) for i, a, b in waits]).reshape(-1, 3)
    priority = np.array(
        [DEFAULT_PRIORITY if r["priority"] is None else r["priority"] for r in rows]
    )
    return TeamHistory(
        team, zone, local.first, start, end, opened[order], arrived[order], resolved[order],
        priority[order], work[order], spans, [promised[i] for i in order], seen, acts, left,
    )  # fmt: skip


def _edges(arrived: Array) -> tuple[float, float]:
    """The first and last week with at least a quarter of the usual arrivals: a log is cut off.

    Usual is the week of the median record, so that long thin tails do not count.
    """
    weeks = np.floor(arrived / WEEK).astype(int)
    counts = np.bincount(weeks)
    usual = np.flatnonzero(counts >= EDGE * np.median(counts[weeks]))
    return float(usual[0] * WEEK), float((usual[-1] + 1) * WEEK)


class _Local:
    """Instants as minutes of local wall time since a day of that zone."""

    def __init__(self, zone: str, earliest: Any) -> None:
        steps = zone_offsets(zone)
        self.at = np.array([s for s, _ in steps], dtype="datetime64[us]")
        self.minutes = np.array([m for _, m in steps])
        self.first = np.datetime64("1970-01-01", "D")
        self.first = (self.first + int(self([earliest])[0] // 1440)).astype("datetime64[D]")

    def __call__(self, instants: list[Any]) -> Array:
        naive = [None if t is None else t.replace(tzinfo=None) for t in instants]
        at = np.array(naive, dtype="datetime64[us]")
        step = np.maximum(np.searchsorted(self.at, at, "right") - 1, 0)
        local = at + self.minutes[step].astype("timedelta64[m]")
        out = (local - self.first.astype("datetime64[us]")) / np.timedelta64(60_000_000, "us")
        return np.asarray(np.where(np.isnat(at), np.nan, out))


def _stays(
    events: list[dict[str, Any]], ids: dict[str, int], team: str, opened: Array, local: _Local
) -> tuple[Array, list[tuple[int, float, float]]]:
    """When each record came to the team, and when it waited or was elsewhere since."""
    arrived, waits = opened.copy(), []
    by: dict[str, list[tuple[float, dict[str, Any]]]] = defaultdict(list)
    times = local([e["at_occurred"] for e in events])
    for at, event in zip(times, events, strict=True):
        by[event["entity_id"]].append((float(at), event))
    for id, mine in by.items():
        place = ids[id]
        arrived[place] = max(_came(mine, team, opened[place]), opened[place])
        waits += [(place, a, b) for a, b in _gaps(mine, team, arrived[place])]
    return arrived, waits


def _came(mine: list[tuple[float, dict[str, Any]]], team: str, opened: float) -> float:
    """When a record came to the team: at once, unless another team is seen to hold it before."""
    elsewhere = False
    for at, event in mine:
        if event["team"] == team:
            return at if elsewhere else opened
        elsewhere = elsewhere or event["team"] is not None
    return opened


def _gaps(
    mine: list[tuple[float, dict[str, Any]]], team: str, arrived: float
) -> list[tuple[float, float]]:
    """Stretches after the arrival in which a record was paused or held by another team."""
    gaps, since, paused, held = [], None, False, team
    for at, event in mine:
        if at < arrived:
            continue
        if event["activity"] == "paused" and event["waiting_for"] != "internal":
            paused = True
        elif event["activity"] in ("resumed", "resolved", "closed", "reopened"):
            paused = False
        held = event["team"] or held
        away = paused or held != team
        if away and since is None:
            since = at
        elif not away and since is not None:
            gaps.append((since, at))
            since = None
    return gaps


def _acts(
    events: list[dict[str, Any]],
    logs: list[dict[str, Any]],
    team: str,
    members: set[str],
    local: _Local,
) -> tuple[Array, list[tuple[int, str]]]:
    """When people of the team worked on its records, and who on which day."""
    found = [
        (e["at_occurred"], str(e["actor"]))
        for e in events
        if e["team"] == team and e["activity"] in WORKING and e["actor"]
        and e["actor_kind"] in (None, "person") and (not members or e["actor"] in members)
    ]  # fmt: skip
    found += [(w["started_at"], str(w["person"])) for w in logs if w["person"] and w["started_at"]]
    minutes = local([at for at, _ in found])
    people = {(int(at // 1440), who) for at, (_, who) in zip(minutes, found, strict=True)}
    return minutes, sorted(people)
