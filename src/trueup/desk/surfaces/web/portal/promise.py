"""What a person may count on for a service: the agreement in the words of a user."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext

from trueup.core.words import N_
from trueup.desk.base.access import Viewer, get
from trueup.desk.base.models import Customer
from trueup.desk.services import reads
from trueup.desk.services.models import Service, Target
from trueup.desk.surfaces.web.customer import wording

FORMS = {
    "response": N_("You get a first human answer within %(time)s."),
    "resolve": N_("It is solved within %(time)s."),
    "fulfil": N_("It is delivered within %(time)s."),
}
NONE = N_("No times are promised for this service; we answer as soon as we can.")


def of_service(viewer: Viewer, service: Service | None, priority: int, kind: str) -> str:
    """The promised times of a service for one priority, as sentences."""
    if service is None:
        return ""
    customer = get(viewer, Customer, viewer.customer) if viewer.customer else None
    held = reads.agreement_for(service, customer, timezone.now())
    wanted = ("response", "fulfil" if kind == "request" else "resolve")
    found = sentences(reads.targets_for(held, priority), wanted)
    return " ".join(found) or gettext(NONE)


def sentences(targets: Iterable[Target], metrics: tuple[str, ...]) -> list[str]:
    """One sentence per promised time."""
    by_metric = {target.metric: target for target in targets}
    return [
        gettext(FORMS[metric]) % {"time": wording.amount(by_metric[metric])}
        for metric in metrics
        if metric in by_metric
    ]
