"""A simulation in the terminal: the model, its back-test, and the answer where there is one."""

from __future__ import annotations

from rich.console import Console

from trueup.audit.whatif.shown import grid
from trueup.audit.whatif.simulating import Range, Simulation, Tried
from trueup.audit.whatif.team_model import Setting
from trueup.audit.whatif.team_words import MEASURED, tell
from trueup.audit.whatif.words import pick

SHARES = ("share", "utilisation")
HOURS = ("median", "p90")


def figure(value: float | None, name: str, language: str, *, signed: bool = False) -> str:
    """One number of a simulation in its unit."""
    if value is None:
        return tell("endless", language) if name in HOURS else "–"
    sign = "+" if signed else ""
    if name in SHARES:
        return f"{value * 100:{sign}.1f}%"
    if name in HOURS:
        return f"{value:{sign}.1f} {tell('hours_unit', language)}"
    return f"{value:{sign},.1f}"


def band(one: Range, name: str, language: str, *, signed: bool = False) -> str:
    """A number with its interval."""
    parts = [figure(v, name, language, signed=signed) for v in (one.value, one.low, one.high)]
    return parts[0] if one.value is None else f"{parts[0]} ({parts[1]} … {parts[2]})"


def print_to(console: Console, found: Simulation, language: str) -> None:
    """Print it; a model that did not foretell its own past gives no answer."""

    def line(text: str) -> None:
        console.print(text, markup=False, highlight=False)

    console.print(tell("title", language, team=found.team), style="bold", markup=False)
    left = {key: f"{n:,}" for key, n in found.left.items()}
    line(tell("records", language, n=f"{found.records:,}", **left))
    line(tell(f"work_{found.work_from}", language, minutes=f"{found.work_minutes:.0f}"))
    if found.unexplained is not None:
        line(tell("unexplained", language, share=f"{found.unexplained:.0%}"))
    line(tell(f"hours_{found.hours_from}", language, hours=f"{found.week_hours:.0f}"))
    line(tell("crew", language, crew=" ".join(str(c) for c in found.crew)) + "\n")
    test = found.back_test
    heads = [tell(h, language) for h in ("number", "foretold", "actual", "error", "held")]
    rows = [_tried(row, language) for row in test.rows]
    rows.append([*_tried(test.arrivals, language)[:4], tell("not_judged", language)])
    title = tell("back_test", language, first=test.first_day, last=test.last_day)
    console.print(grid(title, heads, rows))
    if test.outcome == "not_good_enough":
        line("\n? " + tell("not_good_enough", language))
        return
    _answers(console, found, language)


def _tried(row: Tried, language: str) -> list[str]:
    held = {True: "yes", False: "no", None: "unknown"}[row.held]
    return [
        pick(MEASURED[row.name], language), band(row.foretold, row.name, language),
        figure(row.actual, row.name, language), "–" if row.error is None else f"{row.error:.0%}",
        tell(held, language),
    ]  # fmt: skip


def _answers(console: Console, found: Simulation, language: str) -> None:
    heads = [tell(h, language) for h in ("number", "base", "other", "difference")]
    rows = [
        [pick(MEASURED[a.name], language), band(a.base, a.name, language),
         band(a.other, a.name, language), band(a.difference, a.name, language, signed=True)]
        for a in found.answers
    ]  # fmt: skip
    title = tell("answers", language, weeks=found.weeks, runs=found.runs)
    console.print(grid(title, heads, rows))
    if found.setting == Setting():
        console.print(tell("asked_nothing", language))
