"""What happened against what should happen: rules, flow, measures, and drawn plans.

Source: the audit method, section 5; the rules are those of the process models, section 5.
"""

from trueup.audit.conformance.alignment import Aligned, Aligner
from trueup.audit.conformance.bpmn import read_bpmn
from trueup.audit.conformance.following import Followed, follow
from trueup.audit.conformance.measured import Measures
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.whole import Conformance, conformance_of

__all__ = [
    "Aligned",
    "Aligner",
    "Conformance",
    "Followed",
    "Measures",
    "conformance_of",
    "context_of",
    "follow",
    "read_bpmn",
]
