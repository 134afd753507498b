"""What a person says on the command line, read: periods, instants, parameters, ids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from trueup.audit.catalogue import all_checks, all_measures
from trueup.core.refusals import Refused
from trueup.core.words import N_


def period_of(text: str | None) -> tuple[date, date] | None:
    """First and last day of ``FROM..TO``; None where nothing was said."""
    if not text:
        return None
    try:
        first, last = (date.fromisoformat(part.strip()) for part in text.split(".."))
    except ValueError as error:
        raise Refused(N_("--period takes FROM..TO, for example 2026-01-01..2026-06-30.")) from error
    if first > last:
        raise Refused(N_("The period ends before it begins."))
    return first, last


def instant_of(text: str | None) -> datetime | None:
    """An ISO instant; one without a zone is UTC."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise Refused(N_("--as-of takes an instant, for example 2026-06-30T22:00:00Z.")) from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def changes_of(pairs: Iterable[str]) -> dict[str, str]:
    """Parameters from ``NAME=VALUE``."""
    out = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise Refused(N_("--set takes NAME=VALUE; “%(pair)s” has no value."), pair=pair)
        out[name.strip()] = value.strip()
    return out


def ids_of(text: str, own: Iterable[str] = ()) -> frozenset[str]:
    """Ids of measures and checks (and of own ones) from a list with commas; others are refused."""
    wanted = frozenset(id.strip().upper() for id in text.split(",") if id.strip())
    known = {*all_measures(), *all_checks(), *own}
    for id in sorted(wanted - known):
        raise Refused(
            N_("There is no measure or check %(id)s; docs/questions.md names them."), id=id
        )
    return wanted
