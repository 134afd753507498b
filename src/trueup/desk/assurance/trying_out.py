"""The worker's part of a what-if: the evidence of its audit, counted again under other rules."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from trueup.audit.evidence.packs import Pack
from trueup.audit.whatif.comparing import compare
from trueup.audit.whatif.scenario import Scenario
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Broken
from trueup.core.words import N_
from trueup.desk.assurance import verbs
from trueup.desk.assurance.models import WhatIf
from trueup.desk.assurance.working import carried, teller

SIDES = 2  # the past as it was judged, and as the scenario would have it


def carry_out() -> bool:
    """Carry out the what-if that waits, if any; True where one was ended."""
    return carried(verbs.take_what_if(timezone.now()), _carry_out, _fail)


def _fail(asked: WhatIf, trouble: str) -> None:
    verbs.fail_what_if(asked, trouble=trouble, actor=SYSTEM)


def _carry_out(asked: WhatIf) -> None:
    pack = asked.run.pack
    if pack is None:
        raise Broken(N_("The evidence of this audit is gone. Run an audit, then try again."))
    evidence = Pack.open(Path(settings.HOME) / pack.folder)
    scenario = Scenario.of(asked.scenario)
    found = compare(evidence, scenario, progress=teller(asked, SIDES))
    verbs.finish_what_if(asked, outcome=found.to_json(), actor=SYSTEM)
