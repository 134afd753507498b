"""What came of a what-if, as the page shows it: both sides, what moved, what it cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from trueup.core.words import N_
from trueup.desk.assurance.models import WhatIf
from trueup.desk.assurance.words import INDICATORS
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.manage import values
from trueup.desk.surfaces.web.manage.seeing import Seen
from trueup.desk.surfaces.web.manage.what_if_form import calendars, promises

Row = Mapping[str, Any]
CHANGES = {
    "parameter": N_("Setting"),
    "left_out": N_("Left out"),
    "threshold_target": N_("Target of a measure"),
    "threshold_limit": N_("Limit of a measure"),
    "calendar": N_("Opening hours"),
    "holidays": N_("Holidays"),
    "target": N_("Promise"),
    "target_calendar": N_("Calendar of a promise"),
}
CAVEATS = {
    "behaviour": N_(
        "People would have acted differently under other rules. This counts the past again; it "
        "does not forecast."
    ),
    "clocks": N_(
        "%(asked)s results of promises were counted again: %(met)s that were missed would be "
        "kept, %(missed)s that were kept would be missed."
    ),
    "not_reproduced": N_(
        "Our count under today's rule gives the recorded answer in %(share)s of the cases only; "
        "the other %(kept)s stay as they were recorded."
    ),
    "unspoken": N_(
        "For %(missed)s misses that only the what-if makes nobody could have given notice; "
        "%(checks)s is not compared."
    ),
    "unsealed": N_("What is left out breaks the seals of the log; the copy carries none."),
    "prices": N_("Invoices and costs follow a price; how much is used does not."),
    "apart": N_("Not compared, as only the what-if made what they read: %(ids)s."),
}
RESULTS = {"clean": "green", "watch": "amber", "exceptions": "red"}


def shown(seen: Seen, asked: WhatIf) -> dict[str, Any]:
    """Everything of a finished what-if, in the reader's words."""
    outcome = asked.outcome
    called = dict([*calendars(seen.viewer), *promises(seen.viewer)])
    names = seen.names(outcome)
    turned = [c for c in outcome["checks"] if c["before"]["result"] != c["after"]["result"]]
    return {
        "lights": [_light(row) for row in outcome["indicators"]],
        "changes": [_change(seen, row, called, names) for row in outcome["changes"]],
        "measures": [_measure(seen, row) for row in outcome["measures"]],
        "checks": [_check(seen, row) for row in turned],
        "only_numbers": len(outcome["checks"]) - len(turned),
        "caveats": [_caveat(row) for row in outcome["caveats"]],
    }


def _light(row: Row) -> Row:
    before, after = row["before"], row["after"]
    return {
        "name": gettext(INDICATORS[row["id"]]),
        "before": before["light"],
        "after": after["light"],
        "moved": before["light"] != after["light"],
        "scores": (_score(before), _score(after)),
    }


def _score(side: Row) -> str:
    return "–" if side["score"] is None else f"{side['score']:.0f}"


def _change(seen: Seen, row: Row, called: Mapping[str, str], names: Any) -> Row:
    ends = {end: called.get(row[end]) or names.say(row[end]) for end in ("from", "to")}
    name = called.get(row["name"]) or names.say(row["name"])
    if row["what"].startswith("threshold_"):
        mine = next(m for m in seen.data["measures"] if m["id"] == row["name"])
        bound = row["what"].removeprefix("threshold_")
        name = seen.title(row["name"])
        ends = {
            "from": _set(mine[bound], mine["unit"], seen.currency),
            "to": _set(float(row["to"]), mine["unit"], seen.currency),
        }
    what = CHANGES.get(row["what"], str(row["what"]))
    return {"what": gettext(what), "name": name, "rows": row["rows"]} | ends


def _measure(seen: Seen, row: Row) -> Row:
    mine = next(m for m in seen.data["measures"] if m["id"] == row["id"])
    sides = (row["before"], row["after"])
    return {
        "id": row["id"],
        "title": seen.title(row["id"]),
        "href": seen.at("measure", row["id"]),
        "sides": [
            {
                "light": side["light"],
                "value": values.said(side, mine["unit"], seen.currency),
                "target": _set(side["target"], mine["unit"], seen.currency),
                "limit": _set(side["limit"], mine["unit"], seen.currency),
            }
            for side in sides
        ],
        "turned": row["before"]["light"] != row["after"]["light"],
    }


def _set(number: float | None, unit: str, currency: str) -> str:
    """A target or limit as it was set: a share keeps the decimals that it was given."""
    if number is None or not values.is_share(unit):
        return values.value(number, unit, currency)
    hundredth = round(number * 100, 2)
    digits = next(n for n in range(3) if n == 2 or round(hundredth, n) == hundredth)
    return gettext("%(n)s %%") % {"n": saying.number(hundredth, digits)}


def _check(seen: Seen, row: Row) -> Row:
    sides = [row[side]["result"] for side in ("before", "after")]
    return {
        "title": seen.title(row["id"]),
        "href": seen.at("check", row["id"]),
        "sides": [RESULTS.get(result, result) for result in sides],
    }


def _caveat(row: Row) -> str:
    words = CAVEATS[row["code"]]
    text: str = gettext(words) % row["params"]
    return text
