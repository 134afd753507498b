"""An agreement in the customer's words: what each promise is called and how much it promises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext

from trueup.core.words import N_
from trueup.desk.services.models import Target
from trueup.desk.surfaces.web import saying

NAMES = {
    "response": N_("First human word"),
    "resolve": N_("Solved in time"),
    "fulfil": N_("Delivered in time"),
    "update": N_("Kept informed"),
    "availability": N_("Available"),
    "recovery": N_("Back after an outage"),
    "satisfaction": N_("Satisfied people"),
}
WITHIN = {
    "response": N_("within %(time)s"),
    "resolve": N_("within %(time)s"),
    "fulfil": N_("within %(time)s"),
    "recovery": N_("within %(time)s"),
    "update": N_("news at least every %(time)s"),
}
KINDS = {
    "sla": N_("Service level agreement"),
    "ola": N_("Agreement between teams"),
    "contract": N_("Contract"),
    "subscription": N_("Subscription"),
}
HOURS = {"minutes": 1 / 60, "hours": 1.0}


def name(metric: str) -> str:
    """What a promise is called."""
    return gettext(NAMES.get(metric, metric))


def amount(target: Target) -> str:
    """How much one target promises: 4 h, 2 working days, 99.8 %."""
    if target.unit in HOURS:
        return saying.span(timedelta(hours=target.value * HOURS[target.unit]))
    value = saying.number(target.value, 2)
    if target.unit == "days":
        return gettext(N_("%(n)s working days")) % {"n": value}
    if target.unit == "percent":
        return f"{value} %"
    return gettext(N_("%(n)s of 5")) % {"n": value}


def promised(targets: Iterable[Target]) -> str:
    """The targets of one metric in one line."""
    rows = list(targets)
    general = next((each for each in rows if each.priority is None), None)
    own = [each for each in rows if each.priority is not None]
    parts = [
        gettext(N_("priority %(p)s: %(time)s")) % {"p": each.priority, "time": amount(each)}
        for each in own
    ]
    if general is not None and not own:
        form = WITHIN.get(general.metric)
        return gettext(form) % {"time": amount(general)} if form else amount(general)
    if general is not None:
        parts.append(gettext(N_("else %(time)s")) % {"time": amount(general)})
    return ", ".join(parts)
