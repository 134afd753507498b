"""`trueup audit`, `readiness`, `sample` and `verify DIR`: the audit from the command line.

Exit codes: 0 it ran · 1 a report that was verified is not the same any more · 2 the input or an
option cannot be used · 3 an indicator is red and ``--fail-on red`` was given.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from trueup.audit.catalogue import all_checks
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.whole import conformance_of
from trueup.audit.evidence.packs import Pack
from trueup.audit.intake import open_inputs
from trueup.audit.intake.convert import Settings
from trueup.audit.languages import LANGUAGES, language_of
from trueup.audit.options import changes_of, ids_of, instant_of, period_of
from trueup.audit.own import OwnCheck, kept_files, load_all, prove
from trueup.audit.report import formats_of
from trueup.audit.report.terminal import explanation, intake_lines, readiness_lines, summary
from trueup.audit.run import Options, run
from trueup.audit.run import Progress as Tell
from trueup.audit.sample import write_sample
from trueup.audit.saving import write_folder
from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_

RAN, DIFFERS, BAD_INPUT, RED = 0, 1, 2, 3


def parser() -> argparse.ArgumentParser:
    """The options of `trueup audit` and its sisters."""
    top = argparse.ArgumentParser(prog="trueup", description="Audit IT service management.")
    commands = top.add_subparsers(dest="command", required=True)
    audit = commands.add_parser("audit", help="audit an export, a pack or tables")
    readiness = commands.add_parser("readiness", help="say what could be judged, no verdict")
    for one in (audit, readiness):
        _inputs(one)
    audit.add_argument("--sample", action="store_true", help="audit the demonstration pack")
    audit.add_argument("--explain", metavar="ID", help="show method, statement and first records")
    audit.add_argument("--checks", action="append", default=[], type=Path, metavar="FILE",
                       help="also ask an own check (docs/own-checks.md)")  # fmt: skip
    audit.add_argument("--formats", default="html", metavar="LIST",
                       help="of html, json, md and pdf; result.json is always there")  # fmt: skip
    audit.add_argument("--conformance", action="store_true",
                       help="also ask the rules of the work; takes longer")  # fmt: skip
    audit.add_argument("--language", choices=LANGUAGES,
                       help="of the report; else the terminal's (LC_ALL, LANG)")  # fmt: skip
    audit.add_argument("--fail-on", choices=["red"], help="exit with 3 where a light is red")
    sample = commands.add_parser("sample", help="write the demonstration pack into a folder")
    sample.add_argument("folder", type=Path, metavar="DIR")
    verify = commands.add_parser("verify", help="run a written audit again and compare the bytes")
    verify.add_argument("folder", type=Path, metavar="DIR")
    return top


def _inputs(one: argparse.ArgumentParser) -> None:
    one.add_argument("inputs", nargs="*", type=Path, metavar="INPUT")
    one.add_argument("--out", type=Path, default=Path("audit-out"), metavar="DIR")
    one.add_argument("--as", dest="source", default="", metavar="SOURCE", help="the source's name")
    one.add_argument("--mapping", type=Path, metavar="FILE")
    one.add_argument("--period", metavar="FROM..TO", help="for example 2026-01-01..2026-06-30")
    one.add_argument("--as-of", metavar="INSTANT", help="when the evidence was true")
    one.add_argument("--only", default="", metavar="IDS", help="for example Z03,MB-02")
    one.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    one.add_argument("--zone", default="", metavar="ZONE", help="time zone of the export")
    one.add_argument("--organisation", default="", metavar="NAME")
    one.add_argument("--currency", default="EUR", metavar="CODE")
    one.add_argument("--keep-names", action="store_true", help="do not replace names by codes")
    one.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb")
    one.add_argument("--memory", metavar="SIZE", help="most memory to use, for example 4GB")
    one.add_argument("--threads", type=int, metavar="N", help="how many threads to use")
    one.add_argument("--seed", type=int, default=1)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; every refusal is one sentence on standard error and exit code 2."""
    arguments = parser().parse_args(argv)
    console = Console(stderr=True)
    doors = {"verify": _verify, "sample": _sample, "readiness": _readiness, "audit": _audit}
    try:
        return doors[arguments.command](arguments, console)
    except Refusal as refusal:
        console.print("[bold]Not done:[/bold] ", end="")
        console.print(str(refusal), markup=False, highlight=False)
        return BAD_INPUT
    except OSError as error:
        console.print(f"Not done: {error.strerror or error}: {error.filename}", markup=False)
        return BAD_INPUT
    except KeyboardInterrupt:
        console.print("Stopped. Nothing was written to the report.")
        return 130


def _audit(arguments: argparse.Namespace, console: Console) -> int:
    options, out = _options(arguments), arguments.out
    explain = next(iter(sorted(ids_of(arguments.explain or "", _ids(options.own)))), None)
    settings, formats = _settings(arguments), formats_of(arguments.formats)
    language = language_of(arguments.language, os.environ)
    _made(out)
    with tempfile.TemporaryDirectory(prefix=".trueup-", dir=out) as folder, _bar(console) as bar:
        pack = _opened(arguments, Path(folder), settings, bar)
        if (pack.folder / "scenario.json").is_file():
            raise Refused(N_("This evidence is a scenario made by trueup what-if: no audit of it."))
        damage = pack.damage()
        result = run(pack, options, _teller(bar))
        rules = conformance_of(context_of(pack, options)) if arguments.conformance else None
        write_folder(result, out, options, formats, language, rules)
        _keep(pack, out, Path(folder))
    for text in damage:
        console.print(f"Warning: {text}", markup=False, highlight=False)
    _say(intake_lines(pack))
    _say(summary(result, out, language))
    if explain:
        _say(explanation(result, explain))
    red = any(i["light"] == "red" for i in result.data["indicators"])
    return RED if red and arguments.fail_on == "red" else RAN


def _readiness(arguments: argparse.Namespace, console: Console) -> int:
    """Ask the gates alone: what could be judged, before any verdict; nothing is written."""
    gates = frozenset(id for id, check in all_checks().items() if check.gate)
    options = _options(arguments, gates)
    settings = _settings(arguments)
    with tempfile.TemporaryDirectory(prefix="trueup-") as folder, _bar(console) as bar:
        pack = _opened(arguments, Path(folder), settings, bar)
        result = run(pack, options, _teller(bar))
    _say(intake_lines(pack))
    _say(readiness_lines(result))
    return RAN


def _opened(arguments: argparse.Namespace, folder: Path, settings: Settings, bar: Progress) -> Pack:
    """The evidence: the demonstration pack, a pack as it is, or one made from exports."""
    task = bar.add_task("Opening the files", total=None)
    if getattr(arguments, "sample", False):
        bar.update(task, description="Making the demonstration pack")
        pack = write_sample(folder / "pack")
    elif not arguments.inputs:
        raise Refused(
            N_("Name a file, a folder or a pack: trueup audit INPUT. Or try trueup audit --sample.")
        )
    else:
        pack = open_inputs(
            list(arguments.inputs), folder / "pack", settings,
            lambda text: bar.update(task, description=text),
        )  # fmt: skip
    bar.remove_task(task)
    return pack


def _teller(bar: Progress) -> Tell:
    task = bar.add_task("Asking", total=None)

    def tell(done: int, of: int, question: str) -> None:
        bar.update(task, completed=done, total=of, description=question[:60] or "Writing")

    return tell


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<62}", markup=False), BarColumn(bar_width=24),
        MofNCompleteColumn(), TimeElapsedColumn(), console=console, transient=True,
    )  # fmt: skip


def _say(text: str) -> None:
    """The answer belongs on standard output."""
    if text:
        print(text)  # noqa: T201


def _made(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise Refused(N_("%(out)s is a file; --out takes a folder."), out=out)
    out.mkdir(parents=True, exist_ok=True)


def _keep(pack: Pack, out: Path, folder: Path) -> None:
    """Keep a pack that was made here beside the report, so that the audit can be run again."""
    if folder not in pack.folder.parents:
        (out / "pack.txt").write_text(str(pack.folder.resolve()) + "\n", "utf-8")
        return
    target = out / "pack"
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(pack.folder, target)
    (out / "pack.txt").unlink(missing_ok=True)


def _settings(arguments: argparse.Namespace) -> Settings:
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


def _options(arguments: argparse.Namespace, only: frozenset[str] = frozenset()) -> Options:
    own = load_all(getattr(arguments, "checks", ()))
    prove(own)
    return Options(
        period=period_of(arguments.period),
        as_of=instant_of(arguments.as_of),
        only=ids_of(arguments.only, _ids(own)) or only,
        params=changes_of(arguments.set),
        engine=arguments.engine,
        memory_limit=arguments.memory,
        threads=arguments.threads,
        seed=arguments.seed,
        own=own,
    )


def _ids(own: Sequence[OwnCheck]) -> list[str]:
    return [each.check.id for each in own]


def _sample(arguments: argparse.Namespace, console: Console) -> int:
    folder: Path = arguments.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(N_("%(folder)s is not empty; name a new folder."), folder=folder)
    pack = write_sample(folder)
    rows = sum(table.rows for table in pack.tables.values())
    _say(f"{folder}: {len(pack.tables)} tables, {rows:,} rows. Next: trueup audit {folder}")
    return RAN


def _verify(arguments: argparse.Namespace, console: Console) -> int:
    """Run the audit of a report folder again and compare result.json byte by byte."""
    folder: Path = arguments.folder
    written = folder / "result.json"
    if not written.is_file():
        Pack.open(folder).verify()
        _say(f"{folder}: every file is as its manifest says.")
        return RAN
    beside = folder / "pack.txt"
    home = Path(beside.read_text("utf-8").strip()) if beside.exists() else folder / "pack"
    pack = Pack.open(home)
    try:
        told = json.loads((folder / "options.json").read_text("utf-8"))
        own = kept_files(folder / "checks", told.get("checks", {}))
        options = Options.from_told(told, own)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(
            N_("%(folder)s/options.json is missing or damaged; run the audit again."), folder=folder
        ) from error
    with _bar(console) as bar:
        same = run(pack, options, _teller(bar)).to_bytes() == written.read_bytes()
    damage = pack.damage()
    for text in damage:
        console.print(f"Not the same evidence: {text}", markup=False, highlight=False)
    _say("Same evidence, same bytes." if same and not damage else "The result differs.")
    return RAN if same and not damage else DIFFERS


if __name__ == "__main__":
    sys.exit(main())
