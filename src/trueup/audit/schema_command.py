"""`trueup schema result`: the JSON Schema of result.json, for programs that read it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from trueup.audit.contract import schema


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the schema; the exit code is 0, or 2 for another name."""
    told = argparse.ArgumentParser(
        prog="trueup schema", description="Print the JSON Schema of result.json."
    )
    told.add_argument("what", choices=["result"], help="which contract")
    told.parse_args(arguments)
    print(json.dumps(schema(), indent=1))  # noqa: T201
    return 0
