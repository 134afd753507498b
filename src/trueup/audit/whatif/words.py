"""What people read about a scenario: English here, German by catalogue (`languages/de`)."""

from __future__ import annotations

from trueup.audit.languages import figured, said, t
from trueup.audit.report.words import LIGHTS
from trueup.core.verdicts import RESULTS

CHANGES = {
    "parameter": "Parameter",
    "left_out": "Left out",
    "threshold_target": "Target of a measure",
    "threshold_limit": "Limit of a measure",
    "price": "Price",
    "licence_price": "Licence, price of a year",
    "cost": "Cost line",
    "agreement_price": "Agreement, price of a month",
    "revenue_follows": "Invoices that follow it",
    "cost_follows": "Cost that follows it",
    "calendar": "Calendar",
    "holidays": "Holidays of a calendar",
    "target": "Target",
    "target_calendar": "Calendar of a target",
}
CAVEATS = {
    "behaviour": (
        "People would have acted differently under other rules. This counts the past anew; it "
        "does not forecast."
    ),
    "clocks": (
        "{asked} results of targets were counted again: {met} are met now that were missed, "
        "{missed} are missed that were met."
    ),
    "not_reproduced": (
        "Our count under the old rule gives the recorded verdict in only {share} of the cases; "
        "the other {kept} stay as recorded."
    ),
    "unspoken": (
        "For {missed} misses that only the scenario makes, nobody could have given notice; "
        "{checks} is not compared."
    ),
    "unsealed": (
        "What was left out broke the seals of the event log; the scenario's log carries none."
    ),
    "prices": "Invoices and cost move with a price; how much is used does not.",
    "apart": "Not compared, as the scenario itself made the table they read: {ids}.",
}
TEXTS = {
    "title": "What if: {name}",
    "scenario": "a scenario",
    "not_audit": "A scenario on past data. No audit: nothing was found and nothing is issued.",
    "lights": "The four indicators",
    "indicator": "Indicator",
    "before": "As it was",
    "after": "What if",
    "score": "Score",
    "changes": "What is different",
    "what": "What",
    "name": "Name",
    "from": "From",
    "to": "To",
    "rows": "Rows",
    "measures": "Measures that moved",
    "measure": "Measure",
    "checks": "Checks that changed",
    "check": "Check",
    "none_measure": "No measure moved.",
    "none_check": "No check changed its result.",
    "numbers_only": (
        "{n} further checks have other numbers and the same result; what-if.json has them."
    ),
    "read": "How to read this",
    "none": "none",
}


def say(key: str, /, **words: object) -> str:
    """A text of `TEXTS` in the language of now."""
    return t(TEXTS[key], **words)


def caveat(code: str, /, **words: str) -> str:
    """A text of `CAVEATS` in the language of now; figures in its form."""
    return t(CAVEATS[code], **{name: figured(told) for name, told in words.items()})


def light(name: str) -> str:
    """The word of a light or of a check's result, in the language of now."""
    return said(RESULTS[name][1] if name in RESULTS else LIGHTS[name])
