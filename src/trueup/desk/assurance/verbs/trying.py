"""Trying other rules on the past: asked for by a person, carried out under a lease, kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from trueup.audit.whatif.scenario import Scenario
from trueup.core.actors import SYSTEM
from trueup.core.events.assurance import WhatIfAsked, WhatIfFailed, WhatIfFinished
from trueup.core.events.base import Event
from trueup.core.refusals import Refused
from trueup.core.words import N_
from trueup.desk.assurance import reads
from trueup.desk.assurance.models import WhatIf
from trueup.desk.assurance.verbs.leasing import OPEN, claimed, end, take_next
from trueup.desk.base.access import Who, actor_of, require
from trueup.desk.eventlog.verbs import append

MOST_WAITING = 5
LONGEST = 20_000  # characters of a scenario


def try_out(
    scenario: Scenario, *, actor: Who, via: str = "web", at: datetime | None = None
) -> WhatIf:
    """Ask how the past of the latest audit would be judged under other rules.

    Refused where nothing would be different, before the first audit, and while too many wait.
    Names are looked up in the evidence by the worker, who says which does not exist.
    """
    require(actor, "try_out", WhatIf)
    if scenario.empty:
        raise Refused(N_("Nothing would be different. Add at least one change."))
    told = scenario.told()
    if len(json.dumps(told)) > LONGEST:
        raise Refused(N_("That is too much for one try. Leave some changes out."))
    run = reads.latest(actor)
    if run is None:
        raise Refused(N_("There is no audit to compare with yet. Run the first audit."))
    with transaction.atomic():
        if WhatIf.objects.filter(state__in=OPEN).count() >= MOST_WAITING:
            raise Refused(N_("Several tries are waiting already. Wait until one of them is done."))
        asked = WhatIf.objects.create(
            asked_by_id=actor_of(actor).person,
            asked_at=at or timezone.now(),
            run=run,
            scenario=told,
        )
        _log(asked, WhatIfAsked(run=run.pk, scenario=_bytes(told).decode()), actor, via)
    return asked


def take_what_if(now: datetime) -> WhatIf | None:
    """Lease the one that waits, or one whose worker is gone; None where there is none."""
    trouble = "the worker ended each time"
    return take_next(WhatIf, now, lambda one: fail_what_if(one, trouble=trouble, actor=SYSTEM))


def finish_what_if(
    asked: WhatIf, *, outcome: Mapping[str, Any], actor: Who, via: str = "timer"
) -> WhatIf:
    """Keep both sides; without effect for a worker that lost it."""
    with transaction.atomic():
        fresh, mine = claimed(asked)
        if not mine:
            return fresh
        fresh.outcome = dict(outcome)
        end(fresh, "done")
        digest = hashlib.sha256(_bytes(fresh.outcome)).hexdigest()
        _log(fresh, WhatIfFinished(outcome_sha256=digest), actor, via)
    return fresh


def fail_what_if(asked: WhatIf, *, trouble: str, actor: Who, via: str = "timer") -> WhatIf:
    """Say that it could not be tried out, and why."""
    with transaction.atomic():
        fresh, mine = claimed(asked, OPEN)
        if not mine:
            return fresh
        fresh.trouble = trouble[:500]
        end(fresh, "failed")
        _log(fresh, WhatIfFailed(trouble=fresh.trouble), actor, via)
    return fresh


def _bytes(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _log(asked: WhatIf, event: Event, actor: Who, via: str) -> None:
    append(event, actor=actor_of(actor), entity_id=asked.pk, via=via, object_version=asked.version)
