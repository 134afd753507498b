"""Process mining beside other routes. Run: ./trueup bench mining [EVENTS].

One made-up log (the same every time) is written as an evidence pack, and as XES for r4pm, which
reads no Parquet. Three answers are asked of it: directly-follows counts, variants, and the replay
of tokens on the plan. Each route answers in a process of its own, with nothing else running; the
answers must be equal, or the bench fails.

- `trueup`: `trueup.audit.conformance` on the pack: its log, its ways, its replay.
- `pandas`: by the book (`bench/notebook.py`): sort, shift within the case, collect the steps of
  each case; every case is replayed with a marking in plain Python.
- `memo`: the same, but of equal cases only one is replayed.
- `r4pm`: imports the XES and calls its own functions.
- `floor`: reads the columns from Parquet as numbers into dictionaries, as ours does, and does
  nothing with them; `words`: reads them as words, which the other routes need.

Seconds count from the file to answers that are Python values, after the same was done with a
thousand events, so that libraries are loaded; the best of three rounds counts. An answer `alone`
is reading and preparing plus that answer. The bench needs the packages of the tests:
`./trueup bench mining` installs them.
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
import pyarrow.parquet as pq

from bench import events, notebook, peak_mb
from trueup.audit.conformance.flow import follows, ways
from trueup.audit.conformance.net import Net, Replay, Tokens, Transition
from trueup.audit.conformance.opening import context_of
from trueup.audit.evidence.packs import Pack, PackWriter

try:
    import r4pm
    from tests.audit.conformance.r4pm_replay import net_of_r4pm
except ImportError:  # the packages of the tests are not there; main says so
    r4pm = None

EVENTS = 1_000_000
ROUNDS = 3
TASKS = ("follows", "variants", "replay")
SMALL = 1_000
COLUMNS = ["entity_id", "at_occurred", "seq", "source_activity"]
WORDS = ["entity_id", "source_activity"]
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
        for step, onward in enumerate(WAYS.values()):
            low = 0.0
            for name, chance in onward:
                hit = (here == step) & (drawn >= low) & (drawn < low + chance)
                after[hit] = STEPS.index(name)
                low += chance
        here = after
        turns.append(here)
    return turns


def written(folder: Path, count: int) -> Pack:
    """The log as a pack: `count` events or a few less or more, in the order of time."""
    rng = np.random.default_rng(1)
    turns = walked(rng, round(count / 8.06))
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
    variants = clock.timed("prepare", lambda: ways(context_of(Pack.open(folder))))
    pairs = clock.timed("follows", lambda: follows(variants))
    paths = clock.timed("variants", lambda: dict(variants))
    tokens = clock.timed("replay", lambda: Replay(PLAN).log(variants).tokens)
    return {"follows": {(a, b): n for a, b, n in pairs}, "variants": paths,
            "replay": asdict(tokens)}  # fmt: skip


def by_pandas(folder: Path, clock: Clock) -> Answers:
    """By the book: every case is replayed."""
    return by_notebook(folder, clock, notebook.replay)


def by_memo(folder: Path, clock: Clock) -> Answers:
    """By the book, but of equal cases only one is replayed."""
    return by_notebook(folder, clock, notebook.replay_of_ways)


def by_notebook(folder: Path, clock: Clock, replay: Callable[[Net, Any], Any]) -> Answers:
    """The cases are collected once, for variants and replay alike."""
    log = clock.timed("prepare", lambda: notebook.read(folder / "event.parquet", COLUMNS))
    told = clock.timed("follows", lambda: notebook.follows(log))
    cases = clock.timed("cases", lambda: notebook.cases(log))
    paths = clock.timed("variants", lambda: notebook.variants(cases))
    tokens = clock.timed("replay", lambda: replay(PLAN, cases))
    return {"follows": told, "variants": paths, "replay": tokens}


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
    """The columns read from Parquet into memory, words as numbers; nothing is done with them."""
    file = folder / "event.parquet"
    clock.timed("prepare", lambda: pq.ParquetFile(file, read_dictionary=WORDS).read(COLUMNS))
    return {}


def floor_of_words(folder: Path, clock: Clock) -> Answers:
    """The same with a word for every event."""
    clock.timed("prepare", lambda: pq.ParquetFile(folder / "event.parquet").read(COLUMNS))
    return {}


ROUTES = {
    "trueup": by_trueup, "pandas": by_pandas, "memo": by_memo, "r4pm": by_r4pm,
    "floor": floor, "words": floor_of_words,
}  # fmt: skip


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
    needed = {"prepare", *tasks} | ({"cases"} if {"variants", "replay"} & set(tasks) else set())
    return sum(parts[name][which] for name in needed if name in parts)


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
    if r4pm is None or not notebook.THERE:
        print("bench mining needs pandas and r4pm: run ./trueup bench mining.", file=sys.stderr)
        return 2
    asked = events(arguments[0], "mining", SMALL) if arguments else EVENTS
    if asked is None:
        return 2
    with tempfile.TemporaryDirectory(prefix="trueup-bench-") as name:
        folder, small = Path(name, "log"), Path(name, "small")
        for path, wanted in ((folder, asked), (small, SMALL)):
            pack = written(path, wanted)
            write_xes(pack, path / "log.xes")
        done = {route: _measured(route, folder, small) for route in ROUTES}
        rows = Pack.open(folder).tables["event"].rows
    return told(rows, done)


def told(count: int, done: dict[str, Any]) -> int:
    """Print the table; 1 where two routes do not answer the same."""
    print(f"{count:,} events. Seconds of each answer alone, and times ours:")
    print(f"{'':<20}" + "".join(f"{n:>11}" for n in ("prepare", *TASKS, "all", "peak")))
    for route in ROUTES:
        print("\n".join(rows(route, done[route], done["trueup"])))
    differ = [
        f"{task} of {route}"
        for route in ("pandas", "memo", "r4pm")
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
