"""What one may do here; writing evidence is in `packing`, which loads the engine of audits."""

from trueup.desk.assurance.verbs.planning import complete, plan
from trueup.desk.assurance.verbs.running import fail, finish, run_now, take, tell

__all__ = ["complete", "fail", "finish", "plan", "run_now", "take", "tell"]
