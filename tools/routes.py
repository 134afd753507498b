"""Every address of the desk declares its policy; walked in the URL resolver, not in the text."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import django

from tools.sources import ROOT


def undeclared(routes: Iterable[object]) -> list[str]:
    """The routes (with `path` and `policy`) whose view declares nothing."""
    return [
        f"{getattr(each, 'path', each)}: the view declares no policy"
        for each in routes
        if getattr(each, "policy", None) is None
    ]


def violations(root: Path) -> list[str]:
    """Every undeclared route of the desk as it is configured."""
    sys.path.insert(0, str(root / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trueup.desk.conf.settings")
    os.environ.setdefault("TRUEUP_HOME", tempfile.mkdtemp(prefix="trueup-routes-"))
    django.setup()
    from trueup.desk.surfaces.policy import all_routes  # noqa: PLC0415 - needs django.setup

    return undeclared(all_routes())


if __name__ == "__main__":
    sys.exit("\n".join(violations(ROOT)) or 0)
