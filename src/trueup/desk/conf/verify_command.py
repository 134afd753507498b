"""`trueup verify log` verifies this desk's event log, `trueup verify DIR` an evidence pack."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import django

from trueup.audit.languages import LANGUAGES, count, language_of, refused, said, speaking, t
from trueup.core.refusals import Refusal
from trueup.desk.conf import prepare


def _verify_log(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="trueup verify log")
    parser.add_argument("--since-checkpoint", action="store_true", help="only what came after it")
    parser.add_argument("--language", choices=LANGUAGES, help="else the terminal's")
    options = parser.parse_args(arguments)
    django.setup()
    with speaking(language_of(options.language, os.environ)):
        if prepare.pending_migrations():
            print(
                t("This home holds no desk of this version yet: start it once (trueup serve), or "
                  "name another with --home DIR."),
                file=sys.stderr,
            )  # fmt: skip
            return 1
        # Its tables exist only now, so it is loaded only now.
        report = import_module("trueup.desk.eventlog.verify").verify(
            since_checkpoint=options.since_checkpoint
        )
        return _told(report)


def _told(report: Any) -> int:
    """Print what the verification found, in the language of now."""
    for each in report.findings:
        first, last = count(each.first), count(each.last)
        span = first if first == last else t("{x} to {y}", x=first, y=last)
        print(t("{kind} at {span}: {words}", kind=each.kind, span=span, words=said(each.words)))
    print(
        t("{events} events and {checkpoints} checkpoints in {seconds} s; {exposed} events are not "
          "yet under a checkpoint.", events=count(report.events),
          checkpoints=count(report.checkpoints), seconds=f"{report.seconds:.1f}",
          exposed=count(report.exposed))
    )  # fmt: skip
    print(t("The log is sound.") if report.sound else t("The log is not sound."))
    return 0 if report.sound else 1


def _verify_pack(folder: Path) -> int:
    packs = import_module("trueup.audit.evidence.packs")
    try:
        pack = packs.Pack.open(folder)
        pack.verify()
    except Refusal as refusal:
        print(refused(refusal), file=sys.stderr)
        return 1
    print(t("{folder}: every file is as its manifest says.", folder=folder))
    return 0


def main(arguments: list[str]) -> int:
    """0 when what was asked about is whole, 1 with a sentence when it is not."""
    parser = argparse.ArgumentParser(prog="trueup verify", description=__doc__)
    parser.add_argument("what", metavar="log|DIR", help="the word `log`, or a pack's folder")
    options, rest = parser.parse_known_args(arguments)
    if options.what == "log":
        return _verify_log(rest)
    folder = Path(options.what)
    with speaking(language_of(None, os.environ)):
        if not folder.is_dir():
            told = t("{folder} is no folder. Say `log`, or name a pack's folder.", folder=folder)
            print(told, file=sys.stderr)
            return 2
        return _verify_pack(folder)
