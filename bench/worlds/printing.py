"""The figures of the bench, each with its denominator."""

from __future__ import annotations

import sys
from collections import Counter

from bench.worlds.running import Outcome


def progress(o: Outcome, number: int, of: int) -> None:
    """One line for each audit as it ends, on the error stream."""
    task = o.task
    if task.kind == "clean":
        said = f"red {o.red}, exceptions {o.exceptions}, watch {o.watch}"
    elif task.kind == "planted":
        said = "found" if o.found else f"missed ({o.said})"
    else:
        said = "; ".join(o.wrong) or "right"
    name = " ".join(w for w in (task.kind, task.name, task.size) if w)
    print(f"{number} of {of}: {name} seed {task.seed}: {said}", file=sys.stderr, flush=True)


def clean(outcomes: list[Outcome]) -> None:
    """Red measures and exceptions per audit of clean worlds, and which."""
    n = len(outcomes)
    if not n:
        return
    reds = Counter(id for o in outcomes for id in o.red)
    print(f"\nClean worlds: {n} audits, one of each seed")
    print(f"  red measures per audit: {reds.total() / n:.2f} ({reds.total()} in {n}; at most 0.30)")
    _count("red measure", reds, n)
    lights = Counter(light for o in outcomes for light in o.lights)
    told = ", ".join(f"{k} {v}" for k, v in sorted(lights.items()))
    print(f"  indicator lights ({4 * n}): {told}")
    units = Counter(u.split(" ", 1)[0] for o in outcomes for u in o.unit_red)
    print(
        f"  red units inside measures: {units.total() / n:.2f} per audit ({units.total()} in {n})"
    )
    _count("red unit of", units, n)
    tripped = Counter(id for o in outcomes for id in o.exceptions)
    print(
        f"  checks with exceptions per audit: {tripped.total() / n:.2f} ({tripped.total()} in {n})"
    )
    _count("exceptions in", tripped, n)
    watched = Counter(id for o in outcomes for id in o.watch)
    _each("checks on watch", watched, n)
    _count("watch in", watched, n)
    _failures(outcomes)


def _each(word: str, counter: Counter[str], n: int) -> None:
    print(f"  {word} per audit: {counter.total() / n:.2f} ({counter.total()} in {n})")


def _count(word: str, counter: Counter[str], n: int) -> None:
    for id, times in counter.most_common():
        print(f"    {word} {id}: {times} of {n}")


def planted(outcomes: list[Outcome], show: bool) -> None:
    """Recall by size with the right unit, the misses by name, the coverage of the size."""
    if not outcomes:
        return
    print(f"\nPlanted worlds: {len(outcomes)} audits, one defect each")
    for size in sorted({o.task.size for o in outcomes}):
        of = [o for o in outcomes if o.task.size == size]
        hit = sum(o.found for o in of)
        keys = {o.task.name for o in of}
        print(f"  {size}: recall {hit / len(of):.2f} ({hit} of {len(of)}; {len(keys)} defects)")
    judged = [o for o in outcomes if o.covered is not None]
    inside = sum(bool(o.covered) for o in judged)
    if judged:
        share = inside / len(judged)
        print(f"  true size inside the interval: {share:.2f} ({inside} of {len(judged)})")
    for o in outcomes:
        if o.found and o.covered is not False and not show:
            continue
        _planted(o, show)
    _failures(outcomes)


def _planted(o: Outcome, show: bool) -> None:
    assert o.truth is not None
    word = "found" if o.found else f"MISSED ({o.said})"
    truth = f"{o.truth.unit[0]} {o.truth.unit[1]}, true size {o.truth.value}"
    print(f"  {o.task.name} {o.task.size} seed {o.task.seed}: {word}; {truth}; told {o.interval}")
    for line in o.told[: 12 if show else 4]:
        print(f"      {line}")


def traps(outcomes: list[Outcome], show: bool) -> None:
    """Traps that ended as they should, and those that did not."""
    if not outcomes:
        return
    good = sum(not o.wrong for o in outcomes)
    print(f"\nTraps: {good} of {len(outcomes)} end in the right grey or warning")
    for o in outcomes:
        if o.wrong or show:
            print(f"  {o.task.name} seed {o.task.seed}: {'; '.join(o.wrong) or 'right'}")
            print(f"      {'; '.join(o.told)}")
    _failures(outcomes)


def _failures(outcomes: list[Outcome]) -> None:
    for o in outcomes:
        for text in o.failed:
            print(f"  ERROR {o.task.kind} {o.task.name} {o.task.size} seed {o.task.seed}: {text}")
