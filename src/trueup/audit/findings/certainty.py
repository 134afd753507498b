"""How sure a finding is (6.1, part 5): confidence and why, the grade and why, what may be wrong.

The reason is that of the detection that leads the finding: whether every case was counted, how
far the likely range lies from the limit, what part of the other ways to count agrees, or what
part of the records could be used. Language as in 6.2: ranges before points, no p-values.
"""

from __future__ import annotations

from trueup.audit.decide import COVERED
from trueup.audit.declare import Estimate
from trueup.audit.detecting import Detection
from trueup.audit.findings.grouping import Group

TOLD = 3
GROUNDS = {
    "systemic": "at least one case in ten breaks the rule",
    "units": "it stands at two or more places",
    "critical": "a required control is missing in a critical case",
    "costly": "even the least likely effect is material",
    "trail": "the audit trail itself is broken",
    "together": "three or more minors stand on one criterion",
    "supervised": "nobody independent of the work audits it, so minor is the highest",
}
PLAIN = {
    "major": "the rule is one that must hold",
    "minor": "a rule that must hold is broken, in few cases or with a small effect",
    "observation": "no criterion is broken, or it is not sure enough to say so",
    "opportunity": "no criterion is broken, but it can be better",
}
# What each area cannot see; said where a case brings no caveat of its own.
UNSEEN = {
    "Records and audit log": "an import may have changed what the log held before",
    "Incident": "what was handled outside the tool is not seen",
    "Request": "requests that nobody entered are not seen",
    "Problem": "problems handled as another kind of record are not seen",
    "Change": "changes that nobody entered are not seen",
    "Release": "releases that nobody entered are not seen",
    "Service level": "promises that are not recorded as a target are not seen",
    "Portfolio and catalogue": "use that nobody measures looks like no use",
    "Knowledge": "advice used without naming its article is not seen",
    "Configuration and assets": "what no scan reaches looks idle or old",
    "Capacity, availability, continuity": "orders and tests that are not recorded are not seen",
    "Supplier": "decisions kept in letters only are not seen",
    "Finance": "what another ledger holds is not seen",
    "Growth and value": "money and use that are booked elsewhere are not seen",
    "Risk and decisions": "what people know and nobody registered is not seen",
    "Security and access": "rights outside the recorded systems are not seen",
    "Communication and feedback": "what was said by word of mouth is not seen",
    "Follow-up and management": "steps kept in another list are not seen",
}
ELSE = "records that nobody wrote down are not in it"


def sure(group: Group) -> str:
    """The text of part 5 for one finding."""
    lead = group.lead
    texts = [_reason(lead), _graded(group)]
    gates = sorted({g for d in group.detections for g in d.capped_by})
    if gates:
        texts.append(f"Held at observation by {', '.join(gates)}.")
    caveats = list(dict.fromkeys(c for d in group.detections for c in d.case.caveats))
    own = list(dict.fromkeys(UNSEEN.get(c.area, ELSE) for c in group.checks))
    wrong = [*caveats[: TOLD - 1], *own][:TOLD]
    return " ".join([*texts, f"What could make us wrong: {'; '.join(wrong)}."])


def _reason(lead: Detection) -> str:
    """The confidence with the reason that holds for this finding."""
    e, case = lead.case.estimate, lead.case
    if lead.confidence == "low":
        if e.coverage < COVERED:
            return f"Low: only {e.coverage:.0%} of the records could be used."
        if e.method == "modelled":
            return f"Low: worked out by a model from {e.n:,} recorded values, not counted."
        return f"Low: an estimate from {e.n:,} cases; part of what it takes is not recorded."
    if e.method == "compared":
        return f"Medium: a comparison of {e.n:,} recorded cases, not an experiment."
    if e.robustness < 1.0:
        return f"Medium: {e.robustness:.0%} of the ways to count that we tried say the same."
    if case.tested == 1:
        return "High: the only case was counted."
    return f"High: all {case.tested:,} cases were counted{_range(e)}."


def _range(e: Estimate) -> str:
    """The likely range, where there is one; a count of every case has none."""
    if e.exact or e.low is None or e.high is None or e.low == e.high:
        return ""
    share = 0 <= e.low <= e.high <= 1
    low, high = (f"{end:.1%}" if share else f"{end:,.2f}" for end in (e.low, e.high))
    return f", and all of the likely range, {low} to {high}, is beyond the limit"


def _graded(group: Group) -> str:
    """The grade of the finding and the grounds of the detections that have it."""
    mine = [d for d in group.detections if d.grade == group.grade]
    grounds = list(dict.fromkeys(g for d in mine for g in d.grounds))
    told = [_ground(g) for g in grounds if not (group.grade == "minor" and g in RAISING)]
    if group.grade == "observation" and any(d.capped_by for d in mine):
        told = []
    reasons = told or [PLAIN[group.grade]]
    return f"Graded {group.grade}: {'; '.join(reasons[:TOLD])}."


RAISING = frozenset(GROUNDS) - {"supervised"}


def _ground(name: str) -> str:
    word, _, day = name.partition(":")
    if word == "again":
        return f"it was closed as solved on {day} and came back"
    return GROUNDS[word]
