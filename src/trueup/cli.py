"""`trueup`: one program for the desk, the worker, the audit and their checks.

A command names the module that carries it out; only that module is loaded, so that `trueup audit`
never loads the desk and the desk never loads the audit.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from trueup import __version__


@dataclass(frozen=True)
class Command:
    """A command: where it lives, what it does, and which folder below the base it works in.

    A module of several commands is `told` which one was asked for, as its first argument.
    """

    module: str
    means: str
    home: str = "desk"
    told: bool = False


COMMANDS: dict[str, Command] = {
    "demo": Command(
        "trueup.desk.conf.demo_command",
        "start a demo organisation: web and worker, made once, kept afterwards",
        home="demo",
    ),
    "serve": Command("trueup.desk.conf.serve_command", "start your desk: web and worker"),
    "work": Command("trueup.desk.conf.work_command", "start the worker alone"),
    "audit": Command("trueup.audit.cli", "audit the export of any desk", told=True),
    "readiness": Command("trueup.audit.cli", "say what an export lets us judge", told=True),
    "conformance": Command(
        "trueup.audit.conformance.command",
        "compare the work with its rules and with a drawn plan",
        told=True,
    ),
    "checks": Command("trueup.audit.own.command", "try own checks, or begin one"),
    "sample": Command("trueup.audit.cli", "write a demonstration pack to audit", told=True),
    "what-if": Command(
        "trueup.audit.whatif.command",
        "see the four lights on past data under other rules",
        told=True,
    ),
    "simulate": Command(
        "trueup.audit.whatif.command", "a team's queue under other staffing, back-tested", told=True
    ),
    "schema": Command("trueup.audit.schema_command", "print the JSON Schema of result.json"),
    "verify": Command(
        "trueup.desk.conf.verify_command", "verify the event log, a pack's files, or a report"
    ),
    "check": Command("trueup.desk.conf.check_command", "check settings, database, log and disk"),
}


def usage() -> str:
    """The short help: every command with its sentence."""
    about = _t("IT service management that audits itself.")
    lines = [f"Trueup {__version__}: {about}", ""]
    wide = max(map(len, COMMANDS))
    lines += [f"  trueup {name:{wide}} {_t(one.means)}" for name, one in COMMANDS.items()]
    also = _t("From a clone also: ./trueup test, ./trueup bench NAME.")
    return "\n".join([*lines, "", also, _t("Each has --help.")])


def _t(text: str, **words: object) -> str:
    """A text in the language of the terminal; the catalogues are loaded only for a word of ours."""
    spoken = import_module("trueup.audit.languages")
    with spoken.speaking(spoken.language_of(None, os.environ)):
        told: str = spoken.t(text, **words)
    return told


def split_home(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Take `--home DIR` (or `--home=DIR`) out of the arguments; every command has it."""
    rest: list[str] = []
    home: str | None = None
    waiting = iter(arguments)
    for each in waiting:
        if each == "--home":
            home = next(waiting, "")
        elif each.startswith("--home="):
            home = each.partition("=")[2]
        else:
            rest.append(each)
    return home, rest


def default_home(command: Command) -> Path:
    """Where a command's data lives when nobody says: below `.trueup` here or of the clone."""
    base = os.environ.get("TRUEUP_HOME_BASE", ".trueup")
    return Path(base) / command.home


def _command(name: str, arguments: Sequence[str]) -> Command:
    """The command by name; `verify` of anything but the log belongs to the audit."""
    command = COMMANDS[name]
    of_log = not arguments or arguments[0] == "log" or arguments[0].startswith("-")
    if name == "verify" and not of_log:
        return Command("trueup.audit.cli", command.means, told=True)
    return command


def _carry_out(name: str, arguments: Sequence[str]) -> int:
    home, rest = split_home(arguments)
    command = _command(name, rest)
    if home == "":
        print(_t("--home needs a folder: trueup {name} --home DIR", name=name), file=sys.stderr)
        return 2
    chosen = home or os.environ.get("TRUEUP_HOME") or default_home(command)
    os.environ["TRUEUP_HOME"] = str(Path(chosen).resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trueup.desk.conf.settings")
    main: Callable[[list[str]], int] = import_module(command.module).main
    return main([name, *rest] if command.told else rest)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or failed, 2 misused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in {"help", "-h", "--help"}:
        print(usage())
        return 0
    if given[0] in {"version", "--version"}:
        print(__version__)
        return 0
    if given[0] not in COMMANDS:
        wrong = _t("There is no command {name}.", name=repr(given[0]))
        print(f"{wrong}\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        return _carry_out(given[0], given[1:])
    except KeyboardInterrupt:
        return 130
    except ModuleNotFoundError as missing:
        if missing.name != COMMANDS[given[0]].module:
            raise
        late = _t("The command {name} is not part of this build yet.", name=repr(given[0]))
        print(late, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
