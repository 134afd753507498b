"""What one may do here; writing evidence is in `packing`, which loads the engine of audits."""

from trueup.desk.assurance.verbs.leasing import tell
from trueup.desk.assurance.verbs.planning import complete, plan
from trueup.desk.assurance.verbs.running import fail, finish, run_now, take
from trueup.desk.assurance.verbs.trying import fail_what_if, finish_what_if, take_what_if, try_out

__all__ = [
    "complete",
    "fail",
    "fail_what_if",
    "finish",
    "finish_what_if",
    "plan",
    "run_now",
    "take",
    "take_what_if",
    "tell",
    "try_out",
]
