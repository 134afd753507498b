"""What one may do here."""

from trueup.desk.assurance.verbs.packing import write_pack
from trueup.desk.assurance.verbs.planning import complete, plan
from trueup.desk.assurance.verbs.running import fail, finish, run_now, take, tell

__all__ = ["complete", "fail", "finish", "plan", "run_now", "take", "tell", "write_pack"]
