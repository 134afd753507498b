"""`trueup what-if` and `trueup simulate`: the past under other rules, a team under other staffing.

Exit codes: 0 it ran · 2 the input, a name or an option cannot be used.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from trueup.audit.cli import BAD_INPUT, RAN, _bar, _inputs, _made, _opened, _options, _settings
from trueup.audit.cli import _teller as teller
from trueup.audit.whatif.axis import always
from trueup.audit.whatif.comparing import compare, refuse_scenario, write
from trueup.audit.whatif.hours import week_of
from trueup.audit.whatif.queue import RULES
from trueup.audit.whatif.scenario import Scenario
from trueup.audit.whatif.shown import page, print_to
from trueup.audit.whatif.simulating import HOLD_OUT, RUNS, WEEKS, Plan, simulate
from trueup.audit.whatif.team_history import Promise
from trueup.audit.whatif.team_model import Setting, crew_of
from trueup.audit.whatif.team_shown import print_to as print_simulation
from trueup.audit.whatif.words import LANGUAGES
from trueup.core.calendars import Calendar
from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_

OUT = Path("what-if-out")
MOST_FACTOR = 20.0
# An option, where it belongs in a scenario, and what it takes.
PAIRS = (
    ("--threshold-target", ("thresholds", "target"), "MEASURE=X"),
    ("--threshold-limit", ("thresholds", "limit"), "MEASURE=X"),
    ("--price", ("prices", "price_list"), "ITEM[@SERVICE]=CHANGE"),
    ("--agreement-price", ("prices", "agreements"), "ID=CHANGE"),
    ("--licence-price", ("prices", "licences"), "ID=CHANGE"),
    ("--cost", ("costs",), "LINE=CHANGE"),
    ("--calendar", ("calendars", "week"), "ID=HOURS"),
    ("--holiday", ("calendars", "holidays"), "ID=DATE"),
    ("--target", ("targets", "minutes"), "ID=CHANGE"),
    ("--target-calendar", ("targets", "calendar"), "ID=CALENDAR"),
    ("--leave-out", ("leave_out",), "KIND=NAME"),
)


def parser() -> argparse.ArgumentParser:
    """The options of both commands."""
    top = argparse.ArgumentParser(prog="trueup", description="Ask what would have been.")
    commands = top.add_subparsers(dest="command", required=True)
    one = commands.add_parser(
        "what-if", help="the four indicators on past data under other rules",
        epilog="A CHANGE is a value (62), a factor (*1.1) or a share (+10%, -5%).",
    )  # fmt: skip
    _inputs(one)
    one.set_defaults(out=OUT)
    one.add_argument("--sample", action="store_true", help="ask of the demonstration pack")
    one.add_argument("--scenario", type=Path, metavar="FILE.yaml", help="changes from a file")
    for option, _, takes in PAIRS:
        one.add_argument(option, action="append", default=[], metavar=takes)
    one.add_argument("--language", choices=LANGUAGES, default="en")
    _simulating(commands.add_parser("simulate", help="a team under other staffing"))
    return top


def _simulating(one: argparse.ArgumentParser) -> None:
    _inputs(one)
    one.set_defaults(out=Path("simulate-out"))
    one.add_argument("--sample", action="store_true", help="simulate in the demonstration pack")
    one.add_argument("--team", required=True, metavar="TEAM")
    one.add_argument("--technicians", metavar="N", help="what if: +1, -2, or 5 on every shift")
    one.add_argument("--arrivals", type=float, default=1.0, metavar="FACTOR")
    one.add_argument("--handling", type=float, default=1.0, metavar="FACTOR")
    one.add_argument("--shift", metavar="HOURS", help="what if: hours such as Mo-Sa 07:00-20:00")
    one.add_argument("--rule", choices=RULES, default="priority")
    one.add_argument(
        "--ageing",
        type=float,
        default=8.0,
        metavar="HOURS",
        help="open hours after which a job overtakes the next higher priority",
    )
    one.add_argument("--crew", type=int, metavar="N", help="how many there are today")
    one.add_argument("--hours", metavar="HOURS", help="the team's hours today")
    one.add_argument(
        "--promise",
        action="append",
        default=[],
        metavar="PRIORITY=HOURS",
        help="promised hours to resolve, where no targets are recorded",
    )
    one.add_argument("--replications", type=int, default=RUNS, metavar="N")
    one.add_argument("--weeks", type=int, default=WEEKS, metavar="N")
    one.add_argument("--hold-out", type=float, default=HOLD_OUT, metavar="SHARE")
    one.add_argument("--language", choices=LANGUAGES, default="en")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; every refusal is one sentence on standard error and exit code 2."""
    arguments = parser().parse_args(argv)
    console = Console(stderr=True)
    doors = {"what-if": _what_if, "simulate": _simulate}
    try:
        return doors[arguments.command](arguments, console)
    except Refusal as refusal:
        console.print("[bold]Not done:[/bold] ", end="")
        console.print(str(refusal), markup=False, highlight=False)
        return BAD_INPUT
    except OSError as error:
        console.print(f"Not done: {error.strerror or error}: {error.filename}", markup=False)
        return BAD_INPUT


def _what_if(arguments: argparse.Namespace, console: Console) -> int:
    scenario = scenario_of(arguments)
    given, out = arguments.set, arguments.out
    arguments.set = []
    options, settings = _options(arguments), _settings(arguments)
    arguments.set = given
    _made(out)
    with tempfile.TemporaryDirectory(prefix=".trueup-", dir=out) as folder, _bar(console) as bar:
        pack = _opened(arguments, Path(folder), settings, bar)
        derived = Path(folder) / "derived"
        found = compare(pack, scenario, options, folder=derived, progress=teller(bar))
        write(found, out)
        shutil.rmtree(out / "pack", ignore_errors=True)
        shutil.move(derived, out / "pack")
    (out / "what-if.html").write_text(page(found, arguments.language), "utf-8")
    print_to(Console(), found, arguments.language, str)
    Console().print(f"\n{out / 'what-if.html'}\n{out / 'what-if.json'}", markup=False)
    return RAN


def _simulate(arguments: argparse.Namespace, console: Console) -> int:
    settings, out = _settings(arguments), arguments.out
    with tempfile.TemporaryDirectory(prefix="trueup-") as folder, _bar(console) as bar:
        pack = _opened(arguments, Path(folder), settings, bar)
        refuse_scenario(pack)
        task = bar.add_task("Simulating", total=None)
        zone = pack.manifest.timezone
        found = simulate(
            pack, arguments.team, setting_of(arguments, zone), plan_of(arguments, zone)
        )
        bar.remove_task(task)
    _made(out)
    found.write(out)
    print_simulation(Console(), found, arguments.language)
    Console().print(f"\n{out / 'simulation.json'}", markup=False)
    return RAN


def setting_of(arguments: argparse.Namespace, zone: str) -> Setting:
    """What would be different, from the options."""
    for name in ("arrivals", "handling"):
        if not 0 < getattr(arguments, name) <= MOST_FACTOR:
            raise Refused(N_("--%(name)s is a factor above 0 and at most 20."), name=name)
    technicians, absolute = crew_of(arguments.technicians or "+0")
    return Setting(
        technicians, absolute, arguments.arrivals, arguments.handling,
        _hours(arguments.shift, zone), arguments.rule, arguments.ageing * 60,
    )  # fmt: skip


def plan_of(arguments: argparse.Namespace, zone: str) -> Plan:
    """How to simulate, from the options."""
    promises = {}
    for name, value in _pairs(arguments.promise, "--promise"):
        try:
            promises[int(name)] = Promise(float(value) * 60, None, True)
        except ValueError:
            raise Refused(N_("--promise takes PRIORITY=HOURS, for example 1=4.")) from None
    return Plan(
        _hours(arguments.hours, zone), arguments.crew, promises or None, arguments.replications,
        arguments.weeks, arguments.hold_out, arguments.seed,
    )  # fmt: skip


def _hours(told: str | None, zone: str) -> Calendar | None:
    if not told:
        return None
    return always(zone) if told.lower() == "24x7" else Calendar(zone, week_of(told))


def scenario_of(arguments: argparse.Namespace) -> Scenario:
    """The scenario of a file with the options laid over it."""
    told: dict[str, Any] = {}
    if arguments.scenario:
        told = Scenario.read(arguments.scenario).told()
    told.setdefault("parameters", {}).update(_pairs(arguments.set, "--set"))
    for option, place, _ in PAIRS:
        for name, value in _pairs(getattr(arguments, option[2:].replace("-", "_")), option):
            _lay(told, place, name, value)
    return Scenario.of(told)


def _lay(told: dict[str, Any], place: tuple[str, ...], name: str, value: str) -> None:
    """Put one option where a scenario file would have it."""
    part, *inner = place
    held = told.setdefault(part, {})
    if part == "leave_out":
        kind = name if name.endswith("s") else f"{name}s"
        held.setdefault(kind, []).append(value)
    elif part == "prices":
        held.setdefault(inner[0], {})[name] = value
    elif part == "costs":
        held[name] = value
    elif inner[0] == "holidays":
        held.setdefault(name, {}).setdefault("holidays", []).append(value)
    else:
        held.setdefault(name, {})[inner[0]] = value


def _pairs(given: Iterable[str], option: str) -> list[tuple[str, str]]:
    pairs = []
    for pair in given:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise Refused(
                N_("%(option)s takes NAME=VALUE; “%(pair)s” is none."), option=option, pair=pair
            )
        pairs.append((name.strip(), value.strip()))
    return pairs


if __name__ == "__main__":
    sys.exit(main())
