"""What happened against what should happen: rules, flow, and the replay of a drawn plan.

Source: the audit method, section 5; the rules are those of the process models, section 5.
"""

from trueup.audit.conformance.whole import Conformance, conformance_of

__all__ = ["Conformance", "conformance_of"]
