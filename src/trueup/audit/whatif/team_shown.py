"""A simulation in the terminal: the model, its back-test, and the answer where there is one."""

from __future__ import annotations

from rich.console import Console

from trueup.audit.languages import count, figured, t
from trueup.audit.whatif.shown import grid
from trueup.audit.whatif.simulating import Range, Simulation, Tried
from trueup.audit.whatif.team_model import Setting
from trueup.audit.whatif.team_words import MEASURED, tell

SHARES = ("share", "utilisation")
HOURS = ("median", "p90")


def figure(value: float | None, name: str, *, signed: bool = False) -> str:
    """One number of a simulation in its unit."""
    if value is None:
        return tell("endless") if name in HOURS else "–"
    sign = "+" if signed else ""
    if name in SHARES:
        return figured(f"{value * 100:{sign}.1f}%")
    if name in HOURS:
        return figured(f"{value:{sign}.1f} h")
    return figured(f"{value:{sign},.1f}")


def band(one: Range, name: str, *, signed: bool = False) -> str:
    """A number with its interval."""
    parts = [figure(v, name, signed=signed) for v in (one.value, one.low, one.high)]
    return parts[0] if one.value is None else f"{parts[0]} ({parts[1]} … {parts[2]})"


def print_to(console: Console, found: Simulation) -> None:
    """Print it; a model that did not foretell its own past gives no answer."""

    def line(text: str) -> None:
        console.print(text, markup=False, highlight=False)

    console.print(tell("title", team=found.team), style="bold", markup=False)
    left = {key: count(n) for key, n in found.left.items()}
    line(tell("records", n=count(found.records), **left))
    line(tell(f"work_{found.work_from}", minutes=f"{found.work_minutes:.0f}"))
    if found.unexplained is not None:
        line(tell("unexplained", share=figured(f"{found.unexplained:.0%}")))
    line(tell(f"hours_{found.hours_from}", hours=f"{found.week_hours:.0f}"))
    line(tell("crew", crew=" ".join(str(c) for c in found.crew)) + "\n")
    test = found.back_test
    heads = [tell(h) for h in ("number", "foretold", "actual", "error", "held")]
    rows = [_tried(row) for row in test.rows]
    rows.append([*_tried(test.arrivals)[:4], tell("not_judged")])
    title = tell("back_test", first=figured(str(test.first_day)), last=figured(str(test.last_day)))
    console.print(grid(title, heads, rows))
    if test.outcome == "not_good_enough":
        line("\n? " + tell("not_good_enough"))
        return
    _answers(console, found)


def _tried(row: Tried) -> list[str]:
    held = {True: "yes", False: "no", None: "unknown"}[row.held]
    return [
        t(MEASURED[row.name]), band(row.foretold, row.name),
        figure(row.actual, row.name), "–" if row.error is None else figured(f"{row.error:.0%}"),
        tell(held),
    ]  # fmt: skip


def _answers(console: Console, found: Simulation) -> None:
    heads = [tell(h) for h in ("number", "base", "other", "difference")]
    rows = [
        [t(MEASURED[a.name]), band(a.base, a.name),
         band(a.other, a.name), band(a.difference, a.name, signed=True)]
        for a in found.answers
    ]  # fmt: skip
    title = tell("answers", weeks=found.weeks, runs=found.runs)
    console.print(grid(title, heads, rows))
    if found.setting == Setting():
        console.print(tell("asked_nothing"))
