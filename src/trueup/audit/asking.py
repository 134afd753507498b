"""What the commands of the audit share: their parser, their inputs, their progress, their refusals.

A command speaks the language of `--language`, else that of the terminal. Exit codes: 0 it ran ·
2 the input or an option cannot be used · 130 it was stopped.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from trueup.audit.evidence.packs import Pack
from trueup.audit.intake import open_inputs
from trueup.audit.intake.convert import Settings
from trueup.audit.intake.draft import write_draft
from trueup.audit.languages import LANGUAGES, language_of, refused, said, speaking, t
from trueup.audit.options import changes_of, ids_of, instant_of, period_of
from trueup.audit.own import OwnCheck, load_all, prove
from trueup.audit.run import Options
from trueup.audit.run import Progress as Tell
from trueup.audit.sample import write_sample
from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_

RAN, BAD_INPUT, STOPPED = 0, 2, 130
TOLD_MOST = 60  # letters of a question beside the progress bar
Door = Callable[[argparse.Namespace, Console], int]


class _Help(argparse.HelpFormatter):
    """Help that begins in the language of now."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, t("usage: ") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose help and errors are in the language of now."""

    def __init__(self, **words: Any) -> None:
        told = {name: t(words[name]) for name in ("description", "epilog") if words.get(name)}
        super().__init__(**{**words, **told, "add_help": False, "formatter_class": _Help})
        self._positionals.title, self._optionals.title = t("what to name"), t("options")
        self.add_argument("-h", "--help", action="help", help="show this help and end")

    def add_argument(self, *names: Any, **words: Any) -> argparse.Action:
        """As argparse has it; help and place holder are texts of the catalogue."""
        told = {name: t(words[name]) for name in ("help", "metavar") if words.get(name)}
        return super().add_argument(*names, **{**words, **told})

    def error(self, message: str) -> Any:
        """The usage and one sentence on standard error; exit code 2."""
        self.print_usage(sys.stderr)
        self.exit(BAD_INPUT, f"{t('Not done:')} {said(message)}\n")


def carried_out(
    argv: Sequence[str] | None, parser: Callable[[], Parser], doors: Mapping[str, Door]
) -> int:
    """Run the command that was named; every refusal is one sentence on standard error."""
    with speaking(asked_language(argv)):
        arguments = parser().parse_args(argv)
        console = Console(stderr=True)
        try:
            if getattr(arguments, "draft", None):
                return _draft(arguments)
            return doors[arguments.command](arguments, console)
        except Refusal as refusal:
            _not_done(console, refused(refusal))
            return BAD_INPUT
        except OSError as error:
            _not_done(console, f"{said(error.strerror or str(error))}: {error.filename}")
            return BAD_INPUT
        except KeyboardInterrupt:
            console.print(t("Stopped. Nothing was written to the report."))
            return STOPPED


def _draft(arguments: argparse.Namespace) -> int:
    """Write a draft of a mapping instead of running the command."""
    target, guessed = write_draft(list(arguments.inputs), arguments.draft)
    say(t("Draft written: {file}. Guessed: {columns}. Nothing in it is active: take the # away "
          "before each line that is right, then add --mapping {file}.",
          file=target, columns=", ".join(guessed) or "-"))  # fmt: skip
    return RAN


def _not_done(console: Console, why: str) -> None:
    console.print(f"[bold]{t('Not done:')}[/bold] ", end="")
    console.print(why, markup=False, highlight=False, emoji=False)


def asked_language(argv: Sequence[str] | None) -> str:
    """The language of a command line before it is read: `--language`, else the terminal's."""
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--language", nargs="?")
    asked = first.parse_known_args(argv)[0].language
    return language_of(asked if asked in LANGUAGES else None, os.environ)


def speaks(one: Parser) -> None:
    """The option of the language."""
    one.add_argument("--language", choices=LANGUAGES,
                     help="of all that is said; else the terminal's (LC_ALL, LANG)")  # fmt: skip


def inputs(one: Parser) -> None:
    """The options that say what is read and how."""
    one.add_argument("inputs", nargs="*", type=Path, metavar="INPUT",
                     help="an export, a pack, or several files")  # fmt: skip
    one.add_argument("--out", type=Path, default=Path("audit-out"), metavar="DIR",
                     help="the folder for what is written")  # fmt: skip
    one.add_argument("--as", dest="source", default="", metavar="SOURCE", help="the source's name")
    one.add_argument("--mapping", type=Path, metavar="FILE",
                     help="how columns are read (docs/imports.md)")  # fmt: skip
    one.add_argument("--draft", type=Path, metavar="FILE",
                     help="write a draft of a mapping for one file, and end")  # fmt: skip
    one.add_argument("--period", metavar="FROM..TO", help="for example 2026-01-01..2026-06-30")
    one.add_argument("--as-of", metavar="INSTANT", help="when the evidence was true")
    one.add_argument("--only", default="", metavar="IDS", help="for example Z03,MB-02")
    one.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                     help="change a parameter, for example H01.limit=0.02")  # fmt: skip
    one.add_argument("--zone", default="", metavar="ZONE", help="time zone of the export")
    one.add_argument("--organisation", default="", metavar="NAME", help="whose evidence it is")
    one.add_argument("--currency", default="EUR", metavar="CODE", help="of every amount")
    one.add_argument("--keep-names", action="store_true", help="do not replace names by codes")
    one.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb",
                     help="what computes")  # fmt: skip
    one.add_argument("--memory", metavar="SIZE", help="most memory to use, for example 4GB")
    one.add_argument("--threads", type=int, metavar="N", help="how many threads to use")
    one.add_argument("--seed", type=int, default=1, metavar="N", help="of everything drawn by lot")
    speaks(one)


def opened(arguments: argparse.Namespace, folder: Path, how: Settings, bar: Progress) -> Pack:
    """The evidence: the demonstration pack, a pack as it is, or one made from exports."""
    task = bar.add_task(t("Opening the files"), total=None)
    if getattr(arguments, "sample", False):
        bar.update(task, description=t("Making the demonstration pack"))
        pack = write_sample(folder / "pack")
    elif not arguments.inputs:
        raise Refused(
            N_("Name a file, a folder or a pack: trueup audit INPUT. Or try trueup audit --sample.")
        )
    else:
        pack = open_inputs(
            list(arguments.inputs), folder / "pack", how,
            lambda text: bar.update(task, description=t(text)),
        )  # fmt: skip
    bar.remove_task(task)
    return pack


def teller(bar: Progress) -> Tell:
    """Tells the question that is being asked beside a bar."""
    task = bar.add_task(t("Asking"), total=None)

    def tell(done: int, of: int, question: str) -> None:
        told = t(question)[:TOLD_MOST] or t("Writing")
        bar.update(task, completed=done, total=of, description=told)

    return tell


def progress(console: Console) -> Progress:
    """The bar of a command, gone when it ends."""
    return Progress(
        TextColumn("{task.description:<62}", markup=False), BarColumn(bar_width=24),
        MofNCompleteColumn(), TimeElapsedColumn(), console=console, transient=True,
    )  # fmt: skip


def say(text: str) -> None:
    """The answer belongs on standard output."""
    if text:
        print(text)  # noqa: T201


def made(out: Path) -> None:
    """Make the folder for what is written; a file of its name is refused."""
    if out.exists() and not out.is_dir():
        raise Refused(N_("%(out)s is a file; --out takes a folder."), out=out)
    out.mkdir(parents=True, exist_ok=True)


def settings(arguments: argparse.Namespace) -> Settings:
    """What the options say about an import."""
    zone = arguments.zone or "UTC"
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise Refused(
            N_("There is no time zone %(zone)s; for example Europe/Berlin."), zone=zone
        ) from error
    return Settings(
        zone=zone,
        zone_stated=bool(arguments.zone),
        keep_names=arguments.keep_names,
        organisation=arguments.organisation,
        currency=arguments.currency,
        period=period_of(arguments.period),
        as_of=instant_of(arguments.as_of),
        mapping=arguments.mapping,
        as_source=arguments.source,
    )


def options(arguments: argparse.Namespace, only: frozenset[str] = frozenset()) -> Options:
    """How to run, from the options; own checks must pass their cases."""
    own = load_all(getattr(arguments, "checks", ()))
    prove(own)
    return Options(
        period=period_of(arguments.period),
        as_of=instant_of(arguments.as_of),
        only=ids_of(arguments.only, own_ids(own)) or only,
        params=changes_of(arguments.set),
        engine=arguments.engine,
        memory_limit=arguments.memory,
        threads=arguments.threads,
        seed=arguments.seed,
        own=own,
    )


def own_ids(own: Sequence[OwnCheck]) -> list[str]:
    """The ids of own checks."""
    return [each.check.id for each in own]
