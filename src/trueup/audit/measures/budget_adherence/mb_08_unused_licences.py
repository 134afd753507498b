"""MB-08: Unused licences."""

from __future__ import annotations

from dataclasses import dataclass

from trueup.audit.context import Context
from trueup.audit.declare import Answer, Estimate, Measure, Silent, Unit

SEEN = 0.90
SPARE = 0.05


@dataclass(frozen=True, slots=True)
class Seats:
    """One product: seats held, used, seen at all, and empty beyond the reserve."""

    product: str
    entitled: int
    used: int
    seen: int
    reserve: int
    price: float

    @property
    def unused(self) -> int:
        """Seats that nobody needs."""
        return max(0, self.entitled - self.used - self.reserve)

    @property
    def surely(self) -> int:
        """The same when every seat whose use cannot be seen is in use."""
        return max(0, self.unused - max(0, self.entitled - self.seen))


def judge(ctx: Context) -> Answer | Silent:
    """Seats nobody needs of all seats; unseen seats count as used at the low end."""
    found = seats(ctx)
    held = sum(s.entitled for s in found)
    if held == 0:
        return Silent("not_enough_evidence", "no licence with recorded use is held")
    seen = sum(min(s.seen, s.entitled) for s in found) / held
    if seen < SEEN:
        return Silent("not_enough_evidence", f"the use of only {seen:.0%} of the seats is seen")
    whole = _estimate(found)
    by = [(Unit("product", s.product), _estimate([s])) for s in found if s.entitled > 0]
    money = sum(s.unused * s.price for s in found)
    low = sum(s.surely * s.price for s in found)
    return Answer(
        whole, tuple(by), n_min=1, unit_n_min=1, parts={"money a year": money, "at least": low}
    )


def _estimate(found: list[Seats]) -> Estimate:
    held = sum(s.entitled for s in found)
    value = sum(s.unused for s in found) / held
    low = sum(s.surely for s in found) / held
    seen = sum(min(s.seen, s.entitled) for s in found) / held
    return Estimate(value, low, value, held if seen >= SEEN else 0, exact=True)


def seats(ctx: Context) -> list[Seats]:
    """Every product whose use is recorded, all its rows together."""

    def read(ctx: Context) -> list[Seats]:
        t = ctx.table("licence")
        mine = t.filter(t["used_90d"].notnull() & (t["entitled"] > 0))
        money = mine["unit_price_year"].cast("float64") * mine["entitled"]
        rows = ctx.rows(
            mine.group_by("product").agg(
                entitled=mine["entitled"].sum(), used=mine["used_90d"].sum(),
                seen=mine["usage_seen"].fill_null(0).sum(),
                reserved=mine["reserved"].fill_null(0).sum(), money=money.sum(),
            ).order_by("product")
        )  # fmt: skip
        return [
            Seats(
                r["product"], int(r["entitled"]), int(r["used"]), int(r["seen"]),
                max(int(r["reserved"]), int(SPARE * float(r["used"]))),
                float(r["money"]) / float(r["entitled"]),
            )
            for r in rows
        ]  # fmt: skip

    found: list[Seats] = ctx.value("seats", read)
    return found


MEASURE = Measure(
    id="MB-08",
    indicator="budget_adherence",
    key=False,
    title="Unused licences",
    formula=(
        "per product: unused = max(0, licence.entitled - licence.used_90d - "
        "max(coalesce(licence.reserved, 0), floor(0.05 x licence.used_90d))); money = unused x "
        "licence.unit_price_year; value = sum unused / sum licence.entitled; low end: all "
        "unseen seats (entitled - usage_seen) count as used"
    ),
    tables=("licence",),
    unit="share of seats",
    direction="down",
    grain=("product",),
    n_min="licence.usage_seen >= 90 % of entitled",
    method="count; range for unseen seats",
    target=0.05,
    limit=0.20,
    caveats="seasonal roles and compliance seats by licence.reserved; look back 13 months",
    tier=4,
    judge=judge,
    needs=("licence.used_90d", "licence.usage_seen"),
    uses=("licence.reserved",),
)
