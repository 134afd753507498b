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

from trueup.audit.cli import BAD_INPUT, RAN, _bar, _inputs, _made, _opened, _options, _settings
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.whole import conformance_of
from trueup.audit.conformance.written import told, write
from trueup.core.refusals import Refusal


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    top = argparse.ArgumentParser(prog="trueup", description="Compare the work with its rules.")
    commands = top.add_subparsers(dest="command", required=True)
    one = commands.add_parser("conformance", help="what happened against what should happen")
    _inputs(one)
    one.set_defaults(out=Path("conformance-out"))
    one.add_argument("--sample", action="store_true", help="use the demonstration pack")
    one.add_argument("--model", type=Path, metavar="FILE.bpmn", help="replay the log on a drawing")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run; every refusal is one sentence on standard error and exit code 2."""
    arguments = parser().parse_args(argv)
    console = Console(stderr=True)
    try:
        return _run(arguments, console)
    except Refusal as refusal:
        console.print("[bold]Not done:[/bold] ", end="")
        console.print(str(refusal), markup=False, highlight=False)
    except OSError as error:
        console.print(f"Not done: {error.strerror or error}: {error.filename}", markup=False)
    return BAD_INPUT


def _run(arguments: argparse.Namespace, console: Console) -> int:
    options, settings, out = _options(arguments), _settings(arguments), arguments.out
    _made(out)
    with tempfile.TemporaryDirectory(prefix=".trueup-", dir=out) as folder, _bar(console) as bar:
        pack = _opened(arguments, Path(folder), settings, bar)
        task = bar.add_task("Applying the rules", total=None)
        found = conformance_of(context_of(pack, options), arguments.model)
        write(found, out)
        bar.remove_task(task)
    text = told(found)
    print(f"{text}\nWritten: {out / 'conformance.json'}")  # noqa: T201 - the answer
    return RAN


if __name__ == "__main__":
    sys.exit(main())
