"""`trueup audit`, `readiness`, `verify` and `explain`: the audit from the command line.

Exit codes: 0 it ran · 2 the input or an option cannot be used · 3 an indicator is red and
``--fail-on red`` was given.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.evidence.packs import Pack
from trueup.audit.intake import open_inputs
from trueup.audit.intake.convert import Settings
from trueup.audit.report import write_reports
from trueup.audit.report.terminal import explanation, readiness_lines, summary
from trueup.audit.result import AuditResult
from trueup.audit.run import Options, run
from trueup.core.refusals import Refusal, Refused
from trueup.core.words import N_

RAN, BAD_INPUT, RED = 0, 2, 3


def parser() -> argparse.ArgumentParser:
    """The options of `trueup audit` and its sisters."""
    top = argparse.ArgumentParser(prog="trueup", description="Audit IT service management.")
    commands = top.add_subparsers(dest="command", required=True)
    audit = commands.add_parser("audit", help="audit an export, a pack or tables")
    readiness = commands.add_parser("readiness", help="say what could be judged, no verdict")
    for one in (audit, readiness):
        _inputs(one)
    audit.add_argument("--explain", metavar="ID", help="show method, statement and first records")
    audit.add_argument("--fail-on", choices=["red"], help="exit with 3 where a light is red")
    verify = commands.add_parser("verify", help="run a written audit again and compare the bytes")
    verify.add_argument("folder", type=Path, metavar="DIR")
    return top


def _inputs(one: argparse.ArgumentParser) -> None:
    one.add_argument("inputs", nargs="+", type=Path, metavar="FILE")
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
    one.add_argument("--seed", type=int, default=1)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; every refusal is one sentence on standard error and exit code 2."""
    arguments = parser().parse_args(argv)
    console = Console(stderr=True)
    try:
        if arguments.command == "verify":
            return _verify(arguments.folder, console)
        return _audit(arguments, console)
    except Refusal as refusal:
        console.print(f"[bold]Not done:[/bold] {refusal}", markup=True, highlight=False)
        return BAD_INPUT
    except KeyboardInterrupt:
        console.print("Stopped. Nothing was written to the report.")
        return 130


def _audit(arguments: argparse.Namespace, console: Console) -> int:
    settings = _settings(arguments)
    options = _options(arguments)
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".trueup-", dir=out) as folder, _bar(console) as bar:
        task = bar.add_task("Opening the files", total=None)
        pack = open_inputs(
            list(arguments.inputs), Path(folder) / "pack", settings,
            lambda text: bar.update(task, description=text),
        )  # fmt: skip
        for text in pack.damage():
            console.print(f"Warning: {text}", highlight=False)

        def tell(done: int, of: int, question: str) -> None:
            bar.update(task, completed=done, total=of, description=question[:60] or "Done")

        result = run(pack, options, tell)
        bar.update(task, description="Done")
        if arguments.command == "readiness":
            bar.stop()
            print(readiness_lines(result))  # noqa: T201 - the answer belongs on standard output
            return RAN
        _keep(pack, out, Path(folder))
    _write(result, out, arguments)
    print(summary(result, out))  # noqa: T201 - the answer belongs on standard output
    if arguments.explain:
        print(explanation(result, arguments.explain))  # noqa: T201
    red = any(i["light"] == "red" for i in result.data["indicators"])
    return RED if red and arguments.fail_on == "red" else RAN


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<62}"), BarColumn(bar_width=24), MofNCompleteColumn(),
        TimeElapsedColumn(), console=console, transient=True,
    )  # fmt: skip


def _keep(pack: Pack, out: Path, folder: Path) -> None:
    """Keep a pack that was made here beside the report, so that the audit can be run again."""
    if folder in pack.folder.parents:
        target = out / "pack"
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(pack.folder, target)
    else:
        (out / "pack.txt").write_text(str(pack.folder.resolve()) + "\n", "utf-8")


def _write(result: AuditResult, out: Path, arguments: argparse.Namespace) -> None:
    result.write(out)
    told = [f"{name}={value}" for name, value in _changes(arguments.set).items()]
    (out / "options.txt").write_text(
        "\n".join([f"seed={arguments.seed}", f"period={arguments.period or ''}",
                   f"as_of={arguments.as_of or ''}", f"only={arguments.only}", *told]) + "\n",
        "utf-8",
    )  # fmt: skip
    write_reports(result, out)


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
        period=_period(arguments.period),
        as_of=_instant(arguments.as_of),
        mapping=arguments.mapping,
        as_source=arguments.source,
    )


def _options(arguments: argparse.Namespace) -> Options:
    only = frozenset(id.strip().upper() for id in arguments.only.split(",") if id.strip())
    if getattr(arguments, "explain", None):
        arguments.explain = arguments.explain.upper()
    known = {*all_measures(), *all_checks()}
    for id in (*only, *([arguments.explain] if getattr(arguments, "explain", None) else [])):
        if id not in known:
            raise Refused(N_("There is no measure or check %(id)s."), id=id)
    return Options(
        period=_period(arguments.period),
        as_of=_instant(arguments.as_of),
        only=only,
        params=_changes(arguments.set),
        engine=arguments.engine,
        memory_limit=arguments.memory,
        seed=arguments.seed,
    )


def _changes(pairs: list[str]) -> dict[str, str]:
    out = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise Refused(N_("--set takes NAME=VALUE; “%(pair)s” has no value."), pair=pair)
        out[name.strip()] = value.strip()
    return out


def _period(text: str | None) -> tuple[date, date] | None:
    if not text:
        return None
    try:
        first, last = (date.fromisoformat(part.strip()) for part in text.split(".."))
    except ValueError as error:
        raise Refused(N_("--period takes FROM..TO, for example 2026-01-01..2026-06-30.")) from error
    if first > last:
        raise Refused(N_("The period ends before it begins."))
    return first, last


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise Refused(N_("--as-of takes an instant, for example 2026-06-30T22:00:00Z.")) from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _verify(folder: Path, console: Console) -> int:
    """Run the audit of a report folder again and compare result.json byte by byte."""
    written = folder / "result.json"
    if not written.is_file():
        raise Refused(N_("%(folder)s holds no result.json."), folder=folder)
    beside = folder / "pack.txt"
    home = Path(beside.read_text("utf-8").strip()) if beside.exists() else folder / "pack"
    pack = Pack.open(home)
    told = dict(
        line.split("=", 1) for line in (folder / "options.txt").read_text("utf-8").splitlines()
    )
    fixed = {name: told.pop(name, "") for name in ("seed", "period", "as_of", "only")}
    options = Options(
        period=_period(fixed["period"]),
        as_of=_instant(fixed["as_of"]),
        only=frozenset(id for id in fixed["only"].upper().split(",") if id),
        params=told,
        seed=int(fixed["seed"] or 1),
    )
    same = run(pack, options).to_bytes() == written.read_bytes()
    damage = pack.damage()
    for text in damage:
        console.print(f"Not the same evidence: {text}", highlight=False)
    print("Same evidence, same bytes." if same else "The result differs.")  # noqa: T201
    return RAN if same and not damage else BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
