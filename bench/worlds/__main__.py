"""The audit on made-up organisations with a known truth: ``./trueup bench worlds``.

Prints red measures and exceptions on clean worlds, recall and coverage of the size on planted
ones, and how traps end. `docs/worlds.md` explains it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from multiprocessing import get_context

from bench.worlds import printing
from bench.worlds.planting import PLANTS, TRAPS, load
from bench.worlds.running import Outcome, Task, work


def options(arguments: list[str]) -> argparse.Namespace:
    """What was asked; without --clean, --planted or --traps all three are run."""
    parser = argparse.ArgumentParser(prog="trueup bench worlds", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50, help="clean worlds (50)")
    parser.add_argument("--first", type=int, default=1, help="first seed (1)")
    parser.add_argument("--repeat", type=int, default=1, help="worlds of each defect or trap (1)")
    parser.add_argument("--clean", action="store_true", help="only clean worlds")
    parser.add_argument("--planted", nargs="?", const="all", help="only defects: I01,Q or all")
    parser.add_argument("--traps", nargs="?", const="all", help="only traps, by name or all")
    parser.add_argument("--size", choices=["medium", "large"], help="only this size")
    parser.add_argument("--alone", action="store_true", help="ask the planted check and gates only")
    parser.add_argument("--show", action="store_true", help="print what each audit said")
    parser.add_argument("--jobs", type=int, default=2, help="audits at the same time (2)")
    return parser.parse_args(arguments)


def tasks(asked: argparse.Namespace) -> list[Task]:
    """All audits to be made."""
    everything = not (asked.clean or asked.planted or asked.traps)
    seeds = range(asked.first, asked.first + asked.seeds)
    repeats = range(asked.first, asked.first + asked.repeat)
    out = [Task("clean", "", "", s) for s in seeds] if everything or asked.clean else []
    for key in _named(asked.planted, PLANTS, everything):
        sizes = [s for s in PLANTS[key].sizes if asked.size in (None, s)]
        out += [Task("planted", key, size, s, asked.alone) for size in sizes for s in repeats]
    for name in _named(asked.traps, TRAPS, everything):
        out += [Task("trap", name, "", s) for s in repeats]
    return out


def _named(told: str | None, known: Iterable[str], everything: bool) -> list[str]:
    if told is None and not everything:
        return []
    wanted = [] if told in (None, "all") else str(told).split(",")
    return sorted(k for k in known if not wanted or any(k.startswith(w) for w in wanted))


def outcomes(wanted: list[Task], jobs: int) -> list[Outcome]:
    """Every task's outcome, in the order of the tasks."""
    if jobs <= 1 or len(wanted) <= 1:
        return _told(map(work, wanted), len(wanted))
    with get_context("spawn").Pool(jobs, maxtasksperchild=8) as pool:
        return _told(pool.imap(work, wanted), len(wanted))


def _told(made: Iterable[Outcome], many: int) -> list[Outcome]:
    """The outcomes, each told as it comes."""
    done = []
    for number, outcome in enumerate(made, 1):
        done.append(outcome)
        printing.progress(outcome, number, many)
    return done


def main(arguments: list[str]) -> int:
    """Run what was asked and print the figures."""
    load()
    asked = options(arguments)
    todo = tasks(asked)
    start = time.perf_counter()
    done = outcomes(todo, asked.jobs)
    printing.clean([o for o in done if o.task.kind == "clean"])
    printing.planted([o for o in done if o.task.kind == "planted"], asked.show)
    printing.traps([o for o in done if o.task.kind == "trap"], asked.show)
    print(f"\n{len(todo)} audits in {time.perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
