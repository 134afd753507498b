"""`trueup demo`: a desk with a demo organisation, in a folder of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from trueup.desk.conf import demo, serve_command, serving
from trueup.desk.conf.home import NotADemo, require_demo_home


def main(arguments: list[str]) -> int:
    """Serve the demo until stopped; 0 after a clean stop, 1 with a sentence otherwise."""
    options = serve_command.parser("demo").parse_args(arguments)
    home = Path(os.environ["TRUEUP_HOME"])
    try:
        require_demo_home(home)
    except NotADemo as refusal:
        print(refusal, file=sys.stderr)
        return 1
    os.environ["TRUEUP_DEMO"] = "1"
    where = serve_command.address(options.host, options.port)
    loaded = demo.is_loaded(home)
    soon = "" if loaded else "It moves in, once; the page tells how far it is."
    parts = [f"Trueup's demo is at {where}", demo.log_ins(), soon, "Ctrl-C stops web and worker."]
    greeting = "\n".join(part for part in parts if part)
    loader = None if loaded else "trueup.desk.conf.demo"
    return serving.serve(options.host, options.port, options.threads, greeting, first=loader)
