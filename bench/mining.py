"""Process mining beside other routes. Run: ./trueup bench mining [EVENTS].

One made-up log (the same every time) is written as an evidence pack, and as XES for r4pm, which
reads no Parquet. Three answers are asked of it: directly-follows counts, variants, and the replay
of tokens on the plan. Each route answers in a process of its own, with nothing else running; the
answers must be equal, or the bench fails. `pandas` is the straightforward route: sort, shift
within the case, count; it has no replay. `r4pm` imports the XES and calls its own functions.

Seconds count from the file to answers that are Python values, after the same was done with a
thousand events, so that libraries are loaded; the best of three rounds counts. An answer `alone`
is reading and preparing plus that answer. `floor` is reading the columns from Parquet and nothing
else. The bench needs the packages of the tests: `./trueup bench mining` installs them.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from bench import peak_mb
from trueup.audit.conformance.flow import follows, variants_of
from trueup.audit.conformance.net import Net, Replay, Tokens, Transition
from trueup.audit.conformance.opening import context_of
from trueup.audit.evidence.packs import Pack, PackWriter
from trueup.audit.relations import record_events

try:
    import pandas as pd
    import r4pm
    from tests.audit.conformance.r4pm_replay import net_of_r4pm
except ImportError:  # the packages of the tests are not there; main says so
    pd = r4pm = None

EVENTS = 1_000_000
ROUNDS = 3
TASKS = ("follows", "variants", "replay")
SMALL = 1_000
COLUMNS = ["entity_id", "at_occurred", "seq", "source_activity"]
SHORT = 0.02  # of the events are lost, so that not every case fits the plan
# Where a case can go: from each step the steps that may come next, with their chances.
WAYS: dict[str, tuple[tuple[str, float], ...]] = {
    "opened": (("triaged", 1.0),),
    "triaged": (("assigned", 1.0),),
    "assigned": (("assigned", 0.12), ("started", 0.88)),
    "started": (("commented", 0.3), ("paused", 0.2), ("resolved", 0.5)),
    "commented": (("commented", 0.25), ("paused", 0.2), ("resolved", 0.55)),
    "paused": (("resumed", 1.0),),
    "resumed": (("commented", 0.3), ("paused", 0.15), ("resolved", 0.55)),
    "resolved": (("reopened", 0.08), ("closed", 0.92)),
    "reopened": (("commented", 0.4), ("resolved", 0.6)),
}
STEPS = (*WAYS, "closed")
# A plan as a net of states: from, step, to.
STATES = (
    (0, "opened", 1), (1, "triaged", 2), (2, "assigned", 3), (3, "started", 4),
    (4, "commented", 4), (4, "paused", 5), (5, "resumed", 4), (4, "resolved", 6),
    (6, "reopened", 4), (6, "closed", 7),
)  # fmt: skip
PLAN = Net(8, tuple(Transition(step, (a,), (b,)) for a, step, b in STATES), 0, 7)
Answers = dict[str, Any]


# -- the log ---------------------------------------------------------------------------------
def walked(rng: np.random.Generator, cases: int) -> list[np.ndarray[Any, Any]]:
    """The steps of every case, as one array per turn: -1 where a case has ended."""
    here = np.zeros(cases, dtype=np.int8)
    turns = [here]
    while (here >= 0).any():
        drawn, after = rng.random(cases), np.full(cases, -1, dtype=np.int8)
        for step, ways in enumerate(WAYS.values()):
            low = 0.0
            for name, chance in ways:
                hit = (here == step) & (drawn >= low) & (drawn < low + chance)
                after[hit] = STEPS.index(name)
                low += chance
        here = after
        turns.append(here)
    return turns


def written(folder: Path, events: int) -> Pack:
    """The log as a pack: `events` events or a few less or more, in the order of time."""
    rng = np.random.default_rng(1)
    turns = walked(rng, round(events / 8.06))
    minute = rng.integers(0, 365 * 1440, len(turns[0]))
    parts = []
    for turn, steps in enumerate(turns):
        cases = np.flatnonzero((steps >= 0) & (rng.random(len(steps)) >= SHORT))
        minute = minute + rng.integers(1, 600, len(minute)) * (turn > 0)
        parts.append((cases, steps[cases], minute[cases]))
    case, step, at = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((case, at))
    words = np.array(STEPS, dtype=object)[step[order]]
    rows = pa.table({
        "seq": np.arange(1, len(order) + 1),
        "entity": pa.array(["record"] * len(order)),
        "entity_id": np.char.add("R", np.char.zfill(case[order].astype(str), 7)).astype(object),
        "activity": words, "source_activity": words,
        "actor": np.char.add("p", (case[order] % 97).astype(str)).astype(object),
        "at_occurred": pa.array(np.datetime64("2025-01-01", "us") + at[order] * 60_000_000),
        "at_recorded": pa.array(np.datetime64("2025-01-01", "us") + at[order] * 60_000_000),
    })  # fmt: skip
    writer = PackWriter(
        folder, organisation="A log (made up)", currency="EUR", timezone="UTC",
        as_of=datetime(2026, 2, 1, tzinfo=UTC), period=(date(2025, 1, 1), date(2025, 12, 31)),
    )  # fmt: skip
    writer.write_table("event", rows)
    return writer.close()


def write_xes(pack: Pack, path: Path) -> None:
    """The same events as XES, a trace per case, its events in order."""
    with duckdb.connect() as con, path.open("w", encoding="utf-8") as file:
        rows = con.execute(
            "SELECT entity_id, strftime(at_occurred, '%Y-%m-%dT%H:%M:%S.000+00:00'), "
            f"source_activity FROM ({pack.relation_sql('event')}) ORDER BY entity_id, 2, seq"
        )
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        last = None
        while piece := rows.fetchmany(100_000):
            for case, at, step in piece:
                if case != last:
                    end = "</trace>\n" if last else ""
                    file.write(f'{end}<trace><string key="concept:name" value="{case}"/>\n')
                    last = case
                file.write(
                    f'<event><string key="concept:name" value="{step}"/>'
                    f'<date key="time:timestamp" value="{at}"/></event>\n'
                )
        file.write("</trace>\n</log>\n")


# -- the routes ------------------------------------------------------------------------------
class Clock:
    """Seconds of each part of a route, by the clock and of the processor."""

    def __init__(self) -> None:
        self.parts: dict[str, tuple[float, float]] = {}

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        """Do `work` and keep the seconds it took under `name`."""
        start, spent = time.perf_counter(), time.process_time()
        made = work()
        self.parts[name] = time.perf_counter() - start, time.process_time() - spent
        return made


def by_trueup(folder: Path, clock: Clock) -> Answers:
    """Our own functions on the pack: the variants first, the rest follows from them."""

    def read() -> Any:
        ctx = context_of(Pack.open(folder))
        events = record_events(ctx)
        return variants_of(ctx, events, events["source_activity"])

    variants = clock.timed("prepare", read)
    pairs = clock.timed("follows", lambda: follows(variants))
    paths = clock.timed("variants", lambda: dict(variants))
    tokens = clock.timed("replay", lambda: Replay(PLAN).log(variants).tokens)
    return {"follows": {(a, b): n for a, b, n in pairs}, "variants": paths,
            "replay": asdict(tokens)}  # fmt: skip


def by_pandas(folder: Path, clock: Clock) -> Answers:
    """As a notebook would: sort, shift within the case, collect the steps of each case."""

    def read() -> Any:
        frame = pd.read_parquet(folder / "event.parquet", columns=COLUMNS)
        return frame.sort_values(["entity_id", "at_occurred", "seq"])

    def pairs() -> Any:
        after = log.groupby("entity_id")["source_activity"].shift(-1)
        two = pd.DataFrame({"a": log["source_activity"], "b": after}).dropna()
        return two.groupby(["a", "b"]).size().to_dict()

    log = clock.timed("prepare", read)
    told = clock.timed("follows", pairs)
    paths = clock.timed(
        "variants",
        lambda: log.groupby("entity_id")["source_activity"].agg(tuple).value_counts().to_dict(),
    )
    return {"follows": told, "variants": paths}


def by_r4pm(folder: Path, clock: Clock) -> Answers:
    """As its users do: import the log, discover the graph, project, count and replay."""
    calls = r4pm.bindings
    log = clock.timed("prepare", lambda: r4pm.import_item("EventLog", str(folder / "log.xes")))
    graph = clock.timed("follows", lambda: calls.discover_dfg(log))
    projected: list[str] = []

    def ways() -> Any:
        projected.append(calls.log_to_activity_projection(log))
        return calls.get_variants(projected[0])

    paths = clock.timed("variants", ways)
    net = net_of_r4pm(PLAN)
    told = clock.timed("replay", lambda: calls.apply_token_based_replay(net, projected[0]))
    for item in (log, *projected):
        r4pm.remove_item(item)
    return {
        "follows": {(a, b): n for (a, b), n in graph["directly_follows_relations"]},
        "variants": {tuple(path["activities"]): path["count"] for path in paths},
        "replay": {name: told["Ok"][name] for name in asdict(Tokens())},
    }


def floor(folder: Path, clock: Clock) -> Answers:
    """The columns read from Parquet into memory, and nothing done with them."""
    names = ", ".join(COLUMNS)
    with duckdb.connect() as con:
        read = con.sql(f"SELECT {names} FROM '{folder / 'event.parquet'}'").to_arrow_table
        clock.timed("prepare", read)
    return {}


ROUTES = {"trueup": by_trueup, "pandas": by_pandas, "r4pm": by_r4pm, "floor": floor}


# -- the comparison --------------------------------------------------------------------------
def one(route: str, folder: Path, small: Path) -> dict[str, Any]:
    """Answer by one route in this process and measure it."""
    ROUTES[route](small, Clock())
    rounds = []
    for _ in range(ROUNDS):
        clock = Clock()
        answers = ROUTES[route](folder, clock)
        rounds.append(clock.parts)
    return {
        "parts": {name: min(r[name] for r in rounds) for name in rounds[0]},
        "peak_mb": peak_mb(),
        "digests": {task: digest(answer) for task, answer in answers.items()},
    }


def digest(answer: dict[Any, int]) -> str:
    """The same for equal answers."""
    text = json.dumps(sorted((key, int(n)) for key, n in answer.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def alone(parts: dict[str, list[float]], tasks: tuple[str, ...], which: int) -> float:
    """Seconds of some answers with what they need before: by the clock (0), processor (1)."""
    return sum(parts[name][which] for name in ("prepare", *tasks))


def rows(name: str, done: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """One route: seconds of each answer alone and of all; under it, how many times ours."""
    parts, seconds, times = done["parts"], "", ["", ""]
    tasks = tuple(task for task in TASKS if task in parts)
    for wanted in (*((task,) for task in TASKS), tasks):
        asked = bool(wanted) and set(wanted) <= set(parts)
        spent = [alone(parts, wanted, i) if asked else 0.0 for i in (0, 1)]
        seconds += f"{spent[0]:>9.2f} s" if asked else f"{'-':>11}"
        for i in (0, 1):
            ratio = spent[i] / alone(ours["parts"], wanted, i) if asked else 0.0
            times[i] += f"{ratio:>10.1f}x" if asked else f"{'-':>11}"
    lines = [f"{name:<20}{parts['prepare'][0]:>9.2f} s{seconds}{done['peak_mb']:>8.0f} MB"]
    if done is not ours and tasks:
        lines += [f"{'  by the clock':<31}{times[0]}", f"{'  of the processor':<31}{times[1]}"]
    return lines


def main(arguments: list[str]) -> int:
    """Measure every route on the same events, and fail where their answers differ."""
    if arguments[:1] == ["--one"]:
        print(json.dumps(one(arguments[1], Path(arguments[2]), Path(arguments[3]))))
        return 0
    if pd is None:
        print("bench mining needs pandas and r4pm: run ./trueup bench mining.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="trueup-bench-") as name:
        folder, small = Path(name, "log"), Path(name, "small")
        for path, events in ((folder, int(arguments[0]) if arguments else EVENTS), (small, SMALL)):
            pack = written(path, events)
            write_xes(pack, path / "log.xes")
        done = {route: _measured(route, folder, small) for route in ROUTES}
        events = Pack.open(folder).tables["event"].rows
    return told(events, done)


def told(events: int, done: dict[str, Any]) -> int:
    """Print the table; 1 where two routes do not answer the same."""
    print(f"{events:,} events. Seconds of each answer alone, and times ours:")
    print(f"{'':<20}" + "".join(f"{n:>11}" for n in ("prepare", *TASKS, "all", "peak")))
    for route in ROUTES:
        print("\n".join(rows(route, done[route], done["trueup"])))
    differ = [
        f"{task} of {route}"
        for route in ("pandas", "r4pm")
        for task, found in done[route]["digests"].items()
        if found != done["trueup"]["digests"][task]
    ]
    print("Different answers: " + ", ".join(differ) if differ else "All answers are equal.")
    return 1 if differ else 0


def _measured(route: str, folder: Path, small: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.mining", "--one", route, str(folder), str(small)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    measured: dict[str, Any] = json.loads(printed)
    return measured


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
