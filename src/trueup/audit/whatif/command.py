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
from trueup.audit.whatif.comparing import compare, write
from trueup.audit.whatif.scenario import Scenario
from trueup.audit.whatif.shown import page, print_to
from trueup.audit.whatif.words import LANGUAGES
from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_

OUT = Path("what-if-out")
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
        epilog="A CHANGE is a value (62), a factor (*1.1) or a share (+10%, -5%).".replace(
            "%", "%%"),
    )  # fmt: skip
    _inputs(one)
    one.set_defaults(out=OUT)
    one.add_argument("--scenario", type=Path, metavar="FILE.yaml", help="changes from a file")
    for option, _, takes in PAIRS:
        one.add_argument(option, action="append", default=[], metavar=takes)
    one.add_argument("--language", choices=LANGUAGES, default="en")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; every refusal is one sentence on standard error and exit code 2."""
    arguments = parser().parse_args(argv)
    console = Console(stderr=True)
    doors = {"what-if": _what_if}
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
