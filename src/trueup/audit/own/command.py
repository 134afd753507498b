"""`trueup checks test FILE...` and `trueup checks new FILE`.

Exit codes: 0 all cases pass, or the template is written · 1 a case fails · 2 a file cannot be used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from trueup.audit.own.declaring import load_all
from trueup.audit.own.template import write_template
from trueup.audit.own.testing import table_of, try_cases
from trueup.core.refusals import Refusal

PASSED, FAILS, BAD_INPUT = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    """The options of `trueup checks`."""
    top = argparse.ArgumentParser(prog="trueup checks", description="Own checks, tried and begun.")
    commands = top.add_subparsers(dest="command", required=True)
    test = commands.add_parser("test", help="run the test cases of own checks")
    test.add_argument("files", nargs="+", type=Path, metavar="FILE")
    new = commands.add_parser("new", help="write a commented own check to begin with")
    new.add_argument("file", type=Path, metavar="FILE")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; every refusal is one sentence on standard error and exit code 2."""
    arguments = parser().parse_args(argv)
    try:
        return _new(arguments.file) if arguments.command == "new" else _test(arguments.files)
    except Refusal as refusal:
        sys.stderr.write(f"Not done: {refusal}\n")
    except OSError as error:
        sys.stderr.write(f"Not done: {error.strerror or error}: {error.filename}\n")
    return BAD_INPUT


def _new(file: Path) -> int:
    write_template(file)
    sys.stdout.write(f"{file} is written. Next: trueup checks test {file}\n")
    return PASSED


def _test(files: Sequence[Path]) -> int:
    tried = [t for own in load_all(files) for t in try_cases(own)]
    sys.stdout.write(table_of(tried) + "\n")
    return PASSED if all(t.passed for t in tried) else FAILS
