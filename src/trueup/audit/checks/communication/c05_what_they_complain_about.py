"""C05: What they complain about."""

from __future__ import annotations

from trueup.audit.context import Context
from trueup.audit.declare import Check, Probe, Silent


def ask(ctx: Context) -> Probe | Silent:
    """Not asked yet."""
    return Silent("not_enough_evidence", "this check is not asked in this version")


CHECK = Check(
    id="C05",
    area="Communication and feedback",
    title="What they complain about",
    question="Which theme stands out?",
    tables=("survey",),
    rule=(
        "Theme (keyword list per language + clusters) in survey.comment: lift = P(theme | "
        "unhappy) / P(theme) >= lift after BH, >= comments comments from >= people persons. "
        "[unit: category, service]"
    ),
    parameters={
        "lift": 1.5,
        "comments": 10,
        "people": 5,
    },
    gate=False,
    blocks=(),
    severity="observation",
    refs=("ISO 20000-1 8.3.2", "COBIT APO08", "ITIL Relationship management", "FitSM PR7.6"),
    causes=("to be found by reading",),
    do_first="act on theme 1 and tell the customers",
    effective_when="share of the theme -1/3",
    tier=2,
    ask=ask,
    caps=(),
    limit="lift",
    indicators=("communication",),
)
