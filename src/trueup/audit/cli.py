"""`trueup audit`, `readiness`, `sample` and `verify DIR`: the audit from the command line.

Exit codes: 0 it ran · 1 a report that was verified is not the same any more · 2 the input or an
option cannot be used · 3 an indicator is red and ``--fail-on red`` was given.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from rich.console import Console

from trueup.audit.asking import (
    RAN,
    Parser,
    carried_out,
    inputs,
    made,
    opened,
    own_ids,
    progress,
    say,
    speaks,
    teller,
)
from trueup.audit.asking import options as options_of
from trueup.audit.asking import settings as settings_of
from trueup.audit.catalogue import all_checks
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.whole import conformance_of
from trueup.audit.evidence.packs import Pack
from trueup.audit.languages import count, said, spoken, t
from trueup.audit.options import ids_of
from trueup.audit.own import kept_files
from trueup.audit.report import formats_of
from trueup.audit.report.explained import explanation
from trueup.audit.report.terminal import intake_lines, readiness_lines, summary
from trueup.audit.run import Options, run
from trueup.audit.sample import write_sample
from trueup.audit.saving import write_folder
from trueup.core.refusals import Refused
from trueup.core.words import N_

DIFFERS, RED = 1, 3


def parser() -> Parser:
    """The options of `trueup audit` and its sisters."""
    top = Parser(prog="trueup", description="Audit IT service management.")
    commands = top.add_subparsers(dest="command", required=True)
    audit = commands.add_parser("audit", help=t("audit an export, a pack or tables"))
    readiness = commands.add_parser("readiness", help=t("say what could be judged, no verdict"))
    for one in (audit, readiness):
        inputs(one)
    audit.add_argument("--sample", action="store_true", help="audit the demonstration pack")
    audit.add_argument("--explain", metavar="ID", help="show method, statement and first records")
    audit.add_argument("--checks", action="append", default=[], type=Path, metavar="FILE",
                       help="also ask an own check (docs/own-checks.md)")  # fmt: skip
    audit.add_argument("--formats", default="html", metavar="LIST",
                       help="of html, json, md and pdf; result.json is always there")  # fmt: skip
    audit.add_argument("--conformance", action="store_true",
                       help="also ask the rules of the work; takes longer")  # fmt: skip
    audit.add_argument("--fail-on", choices=["red"], help="exit with 3 where a light is red")
    sample = commands.add_parser("sample", help=t("write the demonstration pack into a folder"))
    verify = commands.add_parser("verify", help=t("run a written audit again, compare the bytes"))
    for one in (sample, verify):
        one.add_argument("folder", type=Path, metavar="DIR", help="the folder")
        speaks(one)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; every refusal is one sentence on standard error and exit code 2."""
    doors = {"verify": _verify, "sample": _sample, "readiness": _readiness, "audit": _audit}
    return carried_out(argv, parser, doors)


def _audit(arguments: argparse.Namespace, console: Console) -> int:
    options, out = options_of(arguments), arguments.out
    explain = next(iter(sorted(ids_of(arguments.explain or "", own_ids(options.own)))), None)
    settings, formats = settings_of(arguments), formats_of(arguments.formats)
    made(out)
    with (
        tempfile.TemporaryDirectory(prefix=".trueup-", dir=out) as folder,
        progress(console) as bar,
        ExitStack() as held,
    ):
        pack = opened(arguments, Path(folder), settings, bar)
        if (pack.folder / "scenario.json").is_file():
            raise Refused(N_("This evidence is a scenario made by trueup what-if: no audit of it."))
        damage = pack.damage()
        result = held.enter_context(closing(run(pack, options, teller(bar))))
        rules = conformance_of(context_of(pack, options)) if arguments.conformance else None
        write_folder(result, out, options, formats, spoken(), rules)
        _keep(pack, out, Path(folder))
    for text in damage:
        console.print(f"{t('Warning:')} {said(text)}", markup=False, highlight=False)
    say(intake_lines(pack))
    say(summary(result, out, formats))
    if explain:
        say(explanation(result, explain))
    red = any(i["light"] == "red" for i in result.data["indicators"])
    return RED if red and arguments.fail_on == "red" else RAN


def _readiness(arguments: argparse.Namespace, console: Console) -> int:
    """Ask the gates alone: what could be judged, before any verdict; nothing is written."""
    gates = frozenset(id for id, check in all_checks().items() if check.gate)
    options = options_of(arguments, gates)
    settings = settings_of(arguments)
    with tempfile.TemporaryDirectory(prefix="trueup-") as folder, progress(console) as bar:
        pack = opened(arguments, Path(folder), settings, bar)
        result = run(pack, options, teller(bar))
        result.close()
    say(intake_lines(pack))
    say(readiness_lines(result))
    return RAN


def _keep(pack: Pack, out: Path, folder: Path) -> None:
    """Keep a pack that was made here beside the report, so that the audit can be run again."""
    if folder not in pack.folder.parents:
        (out / "pack.txt").write_text(str(pack.folder.resolve()) + "\n", "utf-8")
        return
    target = out / "pack"
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(pack.folder, target)
    (out / "pack.txt").unlink(missing_ok=True)


def _sample(arguments: argparse.Namespace, console: Console) -> int:
    folder: Path = arguments.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(N_("%(folder)s is not empty; name a new folder."), folder=folder)
    pack = write_sample(folder)
    rows = sum(table.rows for table in pack.tables.values())
    say(t("{folder}: {tables} tables, {rows} rows. Next: trueup audit {folder}",
          folder=folder, tables=len(pack.tables), rows=count(rows)))  # fmt: skip
    return RAN


def _verify(arguments: argparse.Namespace, console: Console) -> int:
    """Run the audit of a report folder again and compare result.json byte by byte."""
    folder: Path = arguments.folder
    written = folder / "result.json"
    if not written.is_file():
        Pack.open(folder).verify()
        say(t("{folder}: every file is as its manifest says.", folder=folder))
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
    with progress(console) as bar, closing(run(pack, options, teller(bar))) as again:
        same = again.to_bytes() == written.read_bytes()
    damage = pack.damage()
    for text in damage:
        console.print(f"{t('Not the same evidence:')} {said(text)}", markup=False, highlight=False)
    same = same and not damage
    say(t("Same evidence, same bytes.") if same else t("The result differs."))
    return RAN if same else DIFFERS


if __name__ == "__main__":
    sys.exit(main())
