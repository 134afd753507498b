"""`trueup serve`: your desk, web and worker in one command."""

from __future__ import annotations

import argparse

from trueup.desk.conf import serving


def parser(name: str) -> argparse.ArgumentParser:
    """The arguments of every command that serves."""
    made = argparse.ArgumentParser(prog=f"trueup {name}", allow_abbrev=False)
    made.add_argument("--home", metavar="DIR", help="where data lives (default: below .trueup)")
    made.add_argument("--host", default="127.0.0.1", help="address to listen on")
    made.add_argument("--port", type=int, default=8000, help="port to listen on")
    made.add_argument("--threads", type=int, default=8, help="pages served at once")
    return made


def address(host: str, port: int) -> str:
    """The address a person opens."""
    shown = {"0.0.0.0": "localhost", "127.0.0.1": "localhost"}.get(host, host)  # noqa: S104
    return f"http://{shown}:{port}/"


def main(arguments: list[str]) -> int:
    """Serve until stopped; 0 after a clean stop, 1 with a sentence otherwise."""
    options = parser("serve").parse_args(arguments)
    where = address(options.host, options.port)
    greeting = f"Trueup is at {where}\nCtrl-C stops web and worker."
    return serving.serve(options.host, options.port, options.threads, greeting)
