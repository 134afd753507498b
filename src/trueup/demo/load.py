"""Loading the demo organisation: founded, its year played through the verbs, sealed, audited.

Everything up to the end of the history is one transaction: a load that breaks off leaves nothing
behind and begins anew.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from trueup.core.actors import SYSTEM
from trueup.demo import doors, organisation, plan
from trueup.demo.play import play
from trueup.demo.quick import quickly
from trueup.desk.assurance import verbs
from trueup.desk.assurance.carrying import carry_out
from trueup.desk.base.calendars import holidays_of
from trueup.desk.eventlog import followers, seal
from trueup.desk.eventlog.verbs import playing

PROGRESS = "demo.progress"
FOUNDING = timedelta(days=30)
LOOK_EVERY = 0.5


def load(home: Path, *, records: int = plan.RECORDS, seed: int = plan.SEED) -> None:
    """Load the organisation into an empty demo home."""
    now = timezone.now()
    with transaction.atomic(), playing() as set_clock:
        tell = _teller(home)
        begin = plan.first_moment(now)
        set_clock(begin - FOUNDING)
        made = organisation.found(seed, begin - FOUNDING, lambda done, of: tell(done, of * 100))
        years = range(begin.year - 1, now.year + 2)
        acts = plan.history(now, frozenset(holidays_of("DE", years)), seed=seed, records=records)
        with quickly():
            play(acts, made, set_clock, tell)
    _seal()
    autodiscover_modules("followers")
    followers.start_here()
    _first_audit()
    _seal()
    doors.write(home)
    (home / PROGRESS).unlink(missing_ok=True)


def _seal() -> None:
    """Give every event its place, and sign the head."""
    while seal.seal_pending():
        pass
    seal.checkpoint()


def _first_audit() -> None:
    """Audit once, so that the first page shows lights."""
    verbs.run_now(actor=SYSTEM, via="timer")
    carry_out()


def _teller(home: Path) -> Callable[[int, int], None]:
    """Keep how far the load is, for the page that waits for it, twice a second at most."""
    last = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last < LOOK_EVERY and done < of:
            return
        last = time.monotonic()
        draft = home / f"{PROGRESS}.new"
        draft.write_text(json.dumps({"done": done, "of": of}), "utf-8")
        draft.replace(home / PROGRESS)

    return tell
