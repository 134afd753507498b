"""F07: Paid twice."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import numpy as np

from trueup.audit.context import Context
from trueup.audit.counting import Item, counted
from trueup.audit.declare import ORGANISATION, Check, Probe, Silent, Unit, pair
from trueup.audit.money import row_id

LEAST_DIGITS = 2
LEAST_TAIL = 4
CENT = 0.011
RECURS = 2
MOST_LAGS = 2000
ONE = {
    "supplier": "{unit}: {bad} of {all} invoices look paid twice: {money} to reclaim.",
    "pair": "{unit}: {why}.",
}
Array = np.ndarray[Any, Any]


def ask(ctx: Context) -> Probe | Silent:
    """Invoices of one supplier with the same amount and a similar number, paid close together."""
    sizes: dict[Unit, int] = defaultdict(int)
    items = _duplicates(ctx, "purchase", _purchases(ctx), sizes)
    if ctx.has("cost.invoice_no", "cost.supplier"):
        items += _duplicates(ctx, "cost", _costs(ctx), sizes)
    return counted(
        items, empty="no invoice with a number and a supplier is recorded",
        one=ONE, sizes={ORGANISATION: 0, **sizes},
        caveats=("part payments can look the same",),
    )  # fmt: skip


def _purchases(ctx: Context) -> dict[str, Array]:
    p = ctx.table("purchase")
    mine = p.filter(p["supplier"].notnull() & (p["at"] <= ctx.now))
    return ctx.arrays(
        mine.select("id", "supplier", "amount", "at", number="invoice_no").order_by("id")
    )


def _costs(ctx: Context) -> dict[str, Array]:
    """Postings with an invoice; parts of one invoice shared out over services are not doubles,
    so the place of the posting belongs to what must be equal."""
    c = ctx.table("cost")
    mine = c.filter(c["supplier"].notnull() & c["invoice_no"].notnull())
    place = [
        mine[n].fill_null("") for n in ("line", "service", "ci", "agreement", "team", "function")
    ]
    where = place[0]
    for part in place[1:]:
        where = where + "/" + part
    at = mine["posted_at"].coalesce(mine["month"].cast("timestamp(6)"))
    mine = mine.mutate(where=where, at=at, key=row_id(mine, "cost"))
    return ctx.arrays(
        mine.filter(mine["at"] <= ctx.now)
        .select("supplier", "amount", "at", "where", id="key", number="invoice_no").order_by("id")
    )  # fmt: skip


def _duplicates(
    ctx: Context, table: str, got: dict[str, Array], sizes: dict[Unit, int]
) -> list[Item]:
    numbered = np.array([number is not None for number in got["number"]], dtype=bool)
    paid = {name: values[(got["amount"] > 0) & numbered] for name, values in got.items()}
    recent = paid["at"] >= np.datetime64(ctx.period.start)
    names, counts = np.unique(paid["supplier"][recent].astype(str), return_counts=True)
    for name, n in zip(names, counts, strict=True):
        sizes[Unit("supplier", str(name))] += int(n)
    sizes[ORGANISATION] += int(recent.sum())
    first: dict[int, int] = {}
    for i, j in _near(ctx, paid):
        early, late = sorted((i, j), key=lambda k: (paid["at"][k], str(paid["id"][k])))
        how = likeness(str(paid["number"][early]), str(paid["number"][late]))
        if how and _sure(paid, early, late, how):
            first[late] = min(first.get(late, early), early, key=lambda k: paid["at"][k])
    back = _credits(got)
    items = []
    for late in sorted(first, key=lambda k: str(paid["id"][k])):
        if recent[late] and not _reversed(paid, late, back):
            items.append(_item(ctx, table, paid, first[late], late))
    return items


def _sure(paid: dict[str, Array], early: int, late: int, how: str) -> bool:
    """Whether a likeness is one: numbers of a running series are not similar (the rule's words).

    Two numbers of a series are often each other's swap (12 and 21). A swap counts where the very
    same amount does not recur, or where it breaks the order of the supplier's series.
    """
    if how != "swapped":
        return True
    mine = paid["supplier"] == paid["supplier"][late]
    same = mine & (np.abs(paid["amount"] - paid["amount"][late]) < CENT)
    alone = bool(same[early]) and int(same.sum()) <= RECURS
    return alone or not _runs_on(paid, np.flatnonzero(mine), late)


def _runs_on(paid: dict[str, Array], mine: Array, late: int) -> bool:
    """Whether an invoice has its place in a series: later numbers on later days around it."""
    series = []
    for i in mine:
        digits = "".join(c for c in str(paid["number"][i]) if c.isdigit())
        series.append((paid["at"][i], int(digits or 0), int(i)))
    series.sort()
    at = next(k for k, row in enumerate(series) if row[2] == late)
    around = [row[1] for row in series[max(at - 1, 0) : at + 2]]
    return around == sorted(around)


def _near(ctx: Context, paid: dict[str, Array]) -> list[tuple[int, int]]:
    """Pairs of one supplier (and place) with amounts within tolerance and close in time."""
    _, who = np.unique(paid["supplier"].astype(str), return_inverse=True)
    order = np.lexsort((paid["at"], paid["amount"], who))
    who, amount, at = who[order], paid["amount"][order], paid["at"][order]
    where = paid["where"][order] if "where" in paid else None
    days = np.timedelta64(int(ctx.number("days")), "D")
    out: list[tuple[int, int]] = []
    for lag in range(1, min(len(order), MOST_LAGS)):
        close = (who[lag:] == who[:-lag]) & (
            amount[lag:] - amount[:-lag] <= ctx.number("tolerance") * amount[lag:]
        )
        if not close.any():
            break
        close &= np.abs(at[lag:] - at[:-lag]) <= days
        if where is not None:
            close &= where[lag:] == where[:-lag]
        hits = np.flatnonzero(close)
        out += [(int(order[h]), int(order[h + lag])) for h in hits]
    return out


def _credits(got: dict[str, Array]) -> dict[str, Array]:
    back = got["amount"] < 0
    return {name: values[back] for name, values in got.items()}


def _reversed(paid: dict[str, Array], late: int, back: dict[str, Array]) -> bool:
    """Whether the same amount came back from the supplier afterwards."""
    same = (back["supplier"] == paid["supplier"][late]) & (back["at"] >= paid["at"][late])
    return bool((same & (np.abs(back["amount"] + paid["amount"][late]) < 0.01)).any())


def _item(ctx: Context, table: str, paid: dict[str, Array], early: int, late: int) -> Item:
    one, two = str(paid["id"][early]), str(paid["id"][late])
    amount = float(paid["amount"][late])
    why = (
        f"invoice {paid['number'][late]} repeats {paid['number'][early]}, "
        f"{amount:,.2f} {ctx.currency}"
    )
    units = (Unit("supplier", str(paid["supplier"][late])), pair(one, two))
    return Item(
        table, two, units, why, (amount, amount, amount),
        also=((table, one, f"paid again as {two}"),),
    )  # fmt: skip


def tokens(number: str) -> list[str]:
    """Words and digit runs of an invoice number, without case, punctuation and leading zeros."""
    found = re.findall(r"[^\W\d_]+|\d+", number.casefold())
    return [part.lstrip("0") or "0" if part.isdigit() else part for part in found]


def likeness(one: str, two: str) -> str:
    """equal, inside (one in the other), swapped (two neighbouring digits), or nothing.

    The next number is not alike. "Inside" keeps digit runs whole, so that 1 is not inside 10,
    unless the shorter one ends in four digits or more, which no counter reaches by chance.
    """
    a, b = tokens(one), tokens(two)
    if "".join(a) == "".join(b):
        return "equal" if a else ""
    if _inside(a, b) or _inside(b, a):
        return "inside"
    return "swapped" if _swapped("".join(a), "".join(b)) else ""


def _inside(short: list[str], long: list[str]) -> bool:
    whole, last = "".join(short), short[-1] if short else ""
    if sum(c.isdigit() for c in whole) < LEAST_DIGITS:
        return False
    n = len(short)
    if n < len(long) and any(long[i : i + n] == short for i in range(len(long) - n + 1)):
        return True
    longer = "".join(long)
    return (
        last.isdigit()
        and len(last) >= LEAST_TAIL
        and len(longer) > len(whole)
        and (whole in longer)
    )


def _swapped(a: str, b: str) -> bool:
    if len(a) != len(b):
        return False
    off = [i for i in range(len(a)) if a[i] != b[i]]
    if len(off) != 2 or off[1] != off[0] + 1:
        return False
    i, j = off
    return a[i] == b[j] and a[j] == b[i] and (a[i] + a[j]).isdigit()


CHECK = Check(
    id="F07",
    area="Finance",
    title="Paid twice",
    question="Are there duplicate invoices?",
    tables=("purchase",),
    rule=(
        "Same supplier, amount within tolerance, purchase.at within days, and "
        "purchase.invoice_no similar: equal after removing case, blanks, punctuation and "
        "leading zeros, one contained in the other, or two neighbouring digits swapped "
        "(consecutive numbers are not similar). If recorded, cost.invoice_no likewise. Exact, "
        "any trips. [unit: supplier, pair]"
    ),
    parameters={
        "tolerance": 0.01,
        "days": 60,
    },
    gate=False,
    blocks=(),
    severity="minor",
    refs=("ISO 20000-1 8.4.1", "COBIT APO06", "COBIT DSS06", "ITIL Service financial management"),
    causes=("two channels",),
    do_first="reclaim",
    effective_when="0 open",
    tier=4,
    ask=ask,
    caps=(),
    limit="tolerance",
    indicators=("budget_adherence",),
    needs=("purchase.supplier", "purchase.invoice_no"),
    uses=("cost.invoice_no", "cost.supplier", "cost.posted_at"),
    headline="{bad} of {all} invoices look paid twice: {money} to reclaim.",
    should_be="Every invoice is paid once.",
    matters="The money is gone until somebody asks for it.",
    owner_role="finance",
    effort="half a day",
)
