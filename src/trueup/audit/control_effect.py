"""What controls do: failures with and without them, in like cases (MR-08, X04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trueup.audit.changes import with_failure
from trueup.audit.context import Context
from trueup.audit.stats.strata import Adjusted, mantel_haenszel, tabulate

Array = np.ndarray[Any, Any]
LEAST = 20
EXPECTED = 5.0


@dataclass(frozen=True, slots=True)
class Uses:
    """Every required use on a change that ended: control, whether done, whether it failed."""

    control: Array
    done: Array
    failed: Array
    stratum: Array

    def of(self, control: str) -> Uses:
        """The uses of one control."""
        mine = self.control == control
        return Uses(self.control[mine], self.done[mine], self.failed[mine], self.stratum[mine])

    @property
    def enough(self) -> bool:
        """At least 20 uses and 20 non-uses, and five failures to be expected."""
        used, unused = int(self.done.sum()), int((~self.done).sum())
        if min(used, unused) < LEAST:
            return False
        return float(self.failed[~self.done].mean()) * used >= EXPECTED

    def ratio(self) -> Adjusted:
        """Failures with the control against without, within strata of risk."""
        return mantel_haenszel(tabulate(self.failed, self.done, self.stratum))


def uses(ctx: Context) -> Uses:
    """All uses on changes; once per run."""
    found: Uses = ctx.value("control_uses", _read)
    return found


def _read(ctx: Context) -> Uses:
    use, change = ctx.table("control_use"), with_failure(ctx)
    t = use.join(change.select("id", "risk_class", "bad"), use["record"] == change["id"])
    got = ctx.arrays(
        t.select("control", "record", "done", "bad", "risk_class").order_by("control", "record")
    )
    return Uses(
        got["control"], got["done"].astype(bool), got["bad"].astype(bool),
        np.array([str(r) for r in got["risk_class"]], dtype=object),
    )  # fmt: skip
