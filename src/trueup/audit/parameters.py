"""The decided parameters (section 0.2), those of each check, and what a person changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trueup.audit.catalogue import all_checks
from trueup.audit.declare import Check
from trueup.core.refusals import Refused
from trueup.core.words import N_

Value = float | str

DEFAULTS: Mapping[str, Value] = {
    "business_hours": "Mo-Fr 08:00-18:00",
    "default_lead_months": 3.0,
    "discount_rate": 0.05,
    "group_size": 5.0,
    "independent_auditor": 1.0,
    "lag": 4.0,
    "life_months": 36.0,
    "materiality_customers": 5.0,
    "materiality_hours": 40.0,
    "materiality_money": 1000.0,
    "materiality_share": 0.005,
    "mv_lag": 0.0,
    "percolation_hops": 2.0,
    "response_p1_h": 1.0,
    "response_p2_h": 4.0,
    "response_p3_h": 8.0,
    "response_p4_h": 24.0,
    "response_p5_h": 24.0,
    "setup_minutes_max": 30.0,
    "update_p1_h": 1.0,
    "update_p2_h": 4.0,
    "update_p3_h": 8.0,
    "update_p4_h": 24.0,
    "update_p5_h": 24.0,
}


def defaults(own: Iterable[Check] = ()) -> dict[str, Value]:
    """Every parameter by name; those of a check (also of an own one) as ``H01.limit``."""
    values = dict(DEFAULTS)
    for check in (*all_checks().values(), *own):
        values |= {f"{check.id}.{name}": value for name, value in check.parameters.items()}
    return values


def with_changes(
    changes: Mapping[str, str], own: Iterable[Check] = ()
) -> tuple[dict[str, Value], list[dict[str, Value]]]:
    """All parameters with the changes made, and the list of those that differ from the default.

    Raises Refused for a name that does not exist or a value of the wrong type.
    """
    values, changed = defaults(own), []
    for name, text in sorted(changes.items()):
        if name not in values:
            raise Refused(
                N_(
                    "There is no parameter %(name)s. Names look like H01.limit; "
                    "docs/questions.md has them."
                ),
                name=name,
            )
        old = values[name]
        new = _typed(name, text, old)
        if new != old:
            changed.append({"id": name, "default": old, "value": new})
        values[name] = new
    return values, changed


def _typed(name: str, text: str, like: Value) -> Value:
    if isinstance(like, str):
        return text
    try:
        number = float(text)
    except ValueError:
        raise Refused(
            N_("%(name)s is a number; “%(given)s” is not."), name=name, given=text
        ) from None
    if number != number or number in (float("inf"), float("-inf")):
        raise Refused(N_("%(name)s is a number; “%(given)s” is not."), name=name, given=text)
    return number
