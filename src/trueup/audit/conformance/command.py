"""`trueup conformance INPUT`: the rules and the flow of the work, and a drawn plan replayed.

Exit codes: 0 it ran · 2 the input, the model or an option cannot be used.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

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
    say,
    settings,
)
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.shown import told
from trueup.audit.conformance.whole import conformance_of
from trueup.audit.conformance.written import write
from trueup.audit.languages import t


def parser() -> Parser:
    """The options of the command."""
    top = Parser(prog="trueup", description="Compare the work with its rules.")
    commands = top.add_subparsers(dest="command", required=True)
    one = commands.add_parser("conformance", help=t("what happened against what should happen"))
    inputs(one)
    one.set_defaults(out=Path("conformance-out"))
    one.add_argument("--sample", action="store_true", help="use the demonstration pack")
    one.add_argument(
        "--model", type=Path, action="append", metavar="FILE.bpmn",
        help="compare the log with a drawing; may be given for each version of it",
    )  # fmt: skip
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run; every refusal is one sentence on standard error and exit code 2."""
    return carried_out(argv, parser, {"conformance": _run})


def _run(arguments: argparse.Namespace, console: Console) -> int:
    how, source, out = options(arguments), settings(arguments), arguments.out
    made(out)
    with (
        tempfile.TemporaryDirectory(prefix=".trueup-", dir=out) as folder,
        progress(console) as bar,
    ):
        pack = opened(arguments, Path(folder), source, bar)
        task = bar.add_task(t("Applying the rules"), total=None)
        found = conformance_of(context_of(pack, how), arguments.model)
        write(found, out)
        bar.remove_task(task)
    say(f"{told(found)}\n{t('Written: {file}', file=out / 'conformance.json')}")
    return RAN


if __name__ == "__main__":
    sys.exit(main())
