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

from trueup.audit.asking import (
    RAN,
    Parser,
    carried_out,
    inputs,
    made,
    opened,
    options,
    progress,
    settings,
    teller,
)
from trueup.audit.languages import spoken, t
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
from trueup.core.calendars import Calendar
from trueup.core.refusals import Refused
from trueup.core.words import N_

OUT = Path("what-if-out")
MOST_FACTOR = 20.0
# An option, where it belongs in a scenario, what it takes, and what it means.
PAIRS = (
    ("--threshold-target", ("thresholds", "target"), "MEASURE=X", "another target of a measure"),
    ("--threshold-limit", ("thresholds", "limit"), "MEASURE=X", "another limit of a measure"),
    (
        "--price",
        ("prices", "price_list"),
        "ITEM[@SERVICE]=CHANGE",
        "another price in the list",
    ),
    ("--agreement-price", ("prices", "agreements"), "ID=CHANGE", "another price of an agreement"),
    ("--licence-price", ("prices", "licences"), "ID=CHANGE", "another price of a licence"),
    ("--cost", ("costs",), "LINE=CHANGE", "another amount of a cost line"),
    ("--calendar", ("calendars", "week"), "ID=HOURS", "other hours of a calendar"),
    ("--holiday", ("calendars", "holidays"), "ID=DATE", "one more holiday of a calendar"),
    ("--target", ("targets", "minutes"), "ID=CHANGE", "another target of an agreement"),
    ("--target-calendar", ("targets", "calendar"), "ID=CALENDAR", "another calendar of a target"),
    ("--leave-out", ("leave_out",), "KIND=NAME", "as if it had not been there"),
)


def parser() -> Parser:
    """The options of both commands."""
    top = Parser(prog="trueup", description="Ask what would have been.")
    commands = top.add_subparsers(dest="command", required=True)
    one = commands.add_parser(
        "what-if", help=t("the four indicators on past data under other rules"),
        epilog="A CHANGE is a value (62), a factor (*1.1) or a share (+10%, -5%).",
    )  # fmt: skip
    inputs(one)
    one.set_defaults(out=OUT)
    one.add_argument("--sample", action="store_true", help="ask of the demonstration pack")
    one.add_argument("--scenario", type=Path, metavar="FILE.yaml", help="changes from a file")
    for option, _, takes, means in PAIRS:
        one.add_argument(option, action="append", default=[], metavar=takes, help=means)
    _simulating(commands.add_parser("simulate", help=t("a team under other staffing")))
    return top


def _simulating(one: Parser) -> None:
    inputs(one)
    one.set_defaults(out=Path("simulate-out"))
    one.add_argument("--sample", action="store_true", help="simulate in the demonstration pack")
    one.add_argument("--team", required=True, metavar="TEAM", help="the team")
    one.add_argument("--technicians", metavar="N", help="what if: +1, -2, or 5 on every shift")
    one.add_argument("--arrivals", type=float, default=1.0, metavar="FACTOR",
                     help="what if: so many times the arrivals")  # fmt: skip
    one.add_argument("--handling", type=float, default=1.0, metavar="FACTOR",
                     help="what if: so many times the work on each")  # fmt: skip
    one.add_argument("--shift", metavar="HOURS", help="what if: hours such as Mo-Sa 07:00-20:00")
    one.add_argument("--rule", choices=RULES, default="priority",
                     help="what if: who is served next")  # fmt: skip
    one.add_argument(
        "--ageing",
        type=float,
        default=8.0,
        metavar="N",
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
    one.add_argument("--replications", type=int, default=RUNS, metavar="N", help="how many runs")
    one.add_argument("--weeks", type=int, default=WEEKS, metavar="N", help="how many weeks")
    one.add_argument("--hold-out", type=float, default=HOLD_OUT, metavar="SHARE",
                     help="the last part of the period, kept for the back-test")  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; every refusal is one sentence on standard error and exit code 2."""
    return carried_out(argv, parser, {"what-if": _what_if, "simulate": _simulate})


def _what_if(arguments: argparse.Namespace, console: Console) -> int:
    scenario = scenario_of(arguments)
    given, out = arguments.set, arguments.out
    arguments.set = []
    how, source = options(arguments), settings(arguments)
    arguments.set = given
    made(out)
    with (
        tempfile.TemporaryDirectory(prefix=".trueup-", dir=out) as folder,
        progress(console) as bar,
    ):
        pack = opened(arguments, Path(folder), source, bar)
        derived = Path(folder) / "derived"
        found = compare(pack, scenario, how, folder=derived, progress=teller(bar))
        write(found, out)
        shutil.rmtree(out / "pack", ignore_errors=True)
        shutil.move(derived, out / "pack")
    (out / "what-if.html").write_text(page(found, spoken()), "utf-8")
    print_to(Console(), found)
    Console().print(f"\n{out / 'what-if.html'}\n{out / 'what-if.json'}", markup=False)
    return RAN


def _simulate(arguments: argparse.Namespace, console: Console) -> int:
    source, out = settings(arguments), arguments.out
    with tempfile.TemporaryDirectory(prefix="trueup-") as folder, progress(console) as bar:
        pack = opened(arguments, Path(folder), source, bar)
        refuse_scenario(pack)
        task = bar.add_task(t("Simulating"), total=None)
        zone = pack.manifest.timezone
        found = simulate(
            pack, arguments.team, setting_of(arguments, zone), plan_of(arguments, zone)
        )
        bar.remove_task(task)
    made(out)
    found.write(out)
    print_simulation(Console(), found)
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
    for option, place, *_ in PAIRS:
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
