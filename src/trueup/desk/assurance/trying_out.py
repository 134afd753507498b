"""The worker's part of a what-if: the evidence of its audit, counted again under other rules."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from trueup.audit.evidence.packs import Pack
from trueup.audit.run import Progress
from trueup.audit.whatif.comparing import compare
from trueup.audit.whatif.scenario import Scenario
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Broken, Refusal
from trueup.core.words import N_
from trueup.desk.assurance import verbs
from trueup.desk.assurance.models import WhatIf

TELL_EVERY = 0.3
SIDES = 2  # the past as it was judged, and as the scenario would have it

log = logging.getLogger(__name__)


class TakenOver(Exception):
    """Another worker carries it out; ours has nothing more to do."""


def carry_out() -> bool:
    """Carry out the what-if that waits, if any; True where one was ended."""
    asked = verbs.take_what_if(timezone.now())
    if asked is None:
        return False
    try:
        _carry_out(asked)
    except TakenOver:
        return False
    except Refusal as refusal:
        verbs.fail_what_if(asked, trouble=str(refusal), actor=SYSTEM)
    except Exception as trouble:
        log.exception("what-if failed")
        verbs.fail_what_if(asked, trouble=f"{type(trouble).__name__}: {trouble}", actor=SYSTEM)
    return True


def _carry_out(asked: WhatIf) -> None:
    pack = asked.run.pack
    if pack is None:
        raise Broken(N_("The evidence of this audit is gone. Run an audit, then try again."))
    evidence = Pack.open(Path(settings.HOME) / pack.folder)
    scenario = Scenario.of(asked.scenario)
    found = compare(evidence, scenario, progress=_teller(asked))
    verbs.finish_what_if(asked, outcome=found.to_json(), actor=SYSTEM)


def _teller(asked: WhatIf) -> Progress:
    """Tells the page how far it is, a few times a second at most; each side asks everything."""
    last, side, before = 0.0, 0, 0

    def tell(done: int, of: int, question: str) -> None:
        nonlocal last, side, before
        if done < before:
            side += 1
        before = done
        if time.monotonic() - last < TELL_EVERY and done < of:
            return
        last = time.monotonic()
        if not verbs.tell(asked, side * of + done, SIDES * of, question):
            raise TakenOver

    return tell
