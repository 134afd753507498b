"""The demo organisation: invented, made by the same verbs as any other desk."""

from __future__ import annotations

from trueup.demo.cast import DOORS, PASSWORD

__all__ = ["LOG_INS"]

LOG_INS = [(door.login, PASSWORD, f"{door.name}, {door.role.lower()}") for door in DOORS]
