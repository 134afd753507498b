"""`trueup verify log` verifies this desk's event log, `trueup verify DIR` an evidence pack."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

import django

from trueup.core.refusals import Refusal
from trueup.desk.conf import prepare


def _verify_log(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="trueup verify log")
    parser.add_argument("--since-checkpoint", action="store_true", help="only what came after it")
    options = parser.parse_args(arguments)
    django.setup()
    if prepare.pending_migrations():
        print(
            "This home holds no desk of this version yet: start it once (trueup serve), "
            "or name another with --home DIR.",
            file=sys.stderr,
        )
        return 1
    # Its tables exist only now, so it is loaded only now.
    report = import_module("trueup.desk.eventlog.verify").verify(
        since_checkpoint=options.since_checkpoint
    )
    for each in report.findings:
        span = f"{each.first}" if each.first == each.last else f"{each.first} to {each.last}"
        print(f"{each.kind} at {span}: {each.words}")
    print(
        f"{report.events} events and {report.checkpoints} checkpoints in {report.seconds:.1f} s; "
        f"{report.exposed} events are not yet under a checkpoint."
    )
    print("The log is sound." if report.sound else "The log is not sound.")
    return 0 if report.sound else 1


def _verify_pack(folder: Path) -> int:
    packs = import_module("trueup.audit.evidence.packs")
    try:
        pack = packs.Pack.open(folder)
        pack.verify()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(f"{folder}: every file is as its manifest says.")
    return 0


def main(arguments: list[str]) -> int:
    """0 when what was asked about is whole, 1 with a sentence when it is not."""
    parser = argparse.ArgumentParser(prog="trueup verify", description=__doc__)
    parser.add_argument("what", metavar="log|DIR", help="the word `log`, or a pack's folder")
    options, rest = parser.parse_known_args(arguments)
    if options.what == "log":
        return _verify_log(rest)
    folder = Path(options.what)
    if not folder.is_dir():
        print(f"{folder} is no folder. Say `log`, or name a pack's folder.", file=sys.stderr)
        return 2
    return _verify_pack(folder)
