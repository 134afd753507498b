"""The tests an activation must pass, each over whole relations.

Every test takes the activations (`acts`: moments of one rule) and returns one row per activation:
`broken` (null: cannot be decided yet), `other` (the counterpart's reference) and, where time is
the question, `start` and `stop` between which it is counted. Order is partial, see `moments`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from trueup.audit.conformance.cases import Scope
from trueup.audit.conformance.moments import condition, moments, with_cases
from trueup.audit.conformance.rules import Operand, Span, Step
from trueup.audit.conformance.shapes import ALWAYS, NEVER, instant

ROBOTS = ("robot", "system")
Test = Callable[[Scope, Any, Step], Any]
KEY = ("case", "ref")


def surely_before(one: Any, two: Any) -> Any:
    """Whether moment `one` lies before `two` beyond doubt (given as mappings of columns)."""
    tied = (one["until"] == two["at"]) & (one["seq"] < two["seq"]).fill_null(False)
    return (one["until"] < two["at"]) | tied


def needed(scope: Scope, operand: Operand) -> Any:
    """The moments a rule asks for, with the prefix ``b_``."""
    t = moments(scope, operand, wanted=True)
    return t.rename({f"b_{name}": name for name in t.columns})


def side(t: Any, prefix: str = "") -> dict[str, Any]:
    """The columns of order of one side of a pair."""
    return {name: t[prefix + name] for name in ("at", "until", "seq")}


def pairs(acts: Any, others: Any) -> Any:
    """Each activation with each moment of its case, itself left out."""
    return acts.join(others, (acts["case"] == others["b_case"]) & (acts["ref"] != others["b_ref"]))


def result(acts: Any, found: Any = None, **columns: Any) -> Any:
    """One row per activation: `columns` as functions of the activations joined with `found`."""
    t = acts
    if found is not None:
        right = found.rename(f_case="case", f_ref="ref")
        t = acts.left_join(
            right, (acts["case"] == right["f_case"]) & (acts["ref"] == right["f_ref"])
        )
    null = {"broken": ibis.null("boolean"), "other": ibis.null("string"),
            "start": ibis.null("timestamp(6)"), "stop": ibis.null("timestamp(6)"),
            "size": ibis.null("float64")}  # fmt: skip
    made = {name: make(t) for name, make in columns.items()}
    return t.select("case", "ref", "at", **{**null, **made})


def preceded(scope: Scope, acts: Any, step: Step) -> Any:
    """Each activation has an earlier moment of the operand (of each operand of `each`).

    `all`: every moment of the operand lies before it, those that never came included.
    `strength`: only moments whose level is what that column of the case asks for.
    """
    operands = step.args.get("each") or (step.args["a"],)
    tables = [_preceded(scope, acts, one, step) for one in operands]
    joined = tables[0]
    for each in tables[1:]:
        two = each.select(t_case="case", t_ref="ref", t_broken="broken")
        t = joined.left_join(
            two, (joined["case"] == two["t_case"]) & (joined["ref"] == two["t_ref"])
        )
        joined = t.mutate(broken=t["broken"] | t["t_broken"]).drop("t_case", "t_ref", "t_broken")
    return joined


def _preceded(scope: Scope, acts: Any, operand: Operand, step: Step) -> Any:
    others = needed(scope, operand)
    if step.args.get("strength"):
        others = strong(scope, others, step.args["strength"])
    if step.args.get("all"):
        late = pairs(acts, others).filter(lambda t: surely_before(side(t), side(t, "b_")))
        first = late.group_by(*KEY).agg(b_ref=late["b_ref"].min())
        return result(
            acts, first, broken=lambda t: t["b_ref"].notnull(), other=lambda t: t["b_ref"]
        )
    order = ibis.window(
        group_by="b_case", order_by=[others["b_at"], others["b_seq"].asc(nulls_first=True), "b_ref"]
    )
    first = others.mutate(place=ibis.row_number().over(order)).filter(ibis._.place == 0)
    t = acts.left_join(first, acts["case"] == first["b_case"])
    return t.select(
        "case", "ref", "at",
        broken=t["b_case"].isnull() | surely_before(side(t), side(t, "b_")).fill_null(False),
        other=t["b_ref"], start=ibis.null("timestamp(6)"), stop=ibis.null("timestamp(6)"),
        size=ibis.null("float64"),
    )  # fmt: skip


def strong(scope: Scope, others: Any, column: str) -> Any:
    """Moments (prefix ``b_``) whose level is what a column of the case asks for, if it asks."""
    cases = scope.cases.select(s_case=scope.cases["case_id"], s_need=scope.cases[column])
    t = others.join(cases, others["b_case"] == cases["s_case"])
    same = t["s_need"].isnull() | (t["s_need"] == "") | (t["b_value"] == t["s_need"])
    return t.filter(same.fill_null(False) | t["b_value"].isnull()).drop("s_case", "s_need")


def followed(scope: Scope, acts: Any, step: Step) -> Any:
    """Each activation is followed by a moment of the operand within the span.

    `all`: by every moment of it (none to come: kept). `early`: it may also lie before.
    """
    both = pairs(acts, needed(scope, step.args["b"]))
    if not step.args.get("early"):
        both = both.filter(lambda t: ~surely_before(side(t, "b_"), side(t)) & _not_tied(t))
    at = ibis.greatest(both["b_at"], both["until"])
    whole = bool(step.args.get("all"))
    found = both.group_by(*KEY).agg(
        stop=at.max() if whole else at.min(), b_ref=both["b_ref"].argmin(at)
    )
    kept = _none_to_come if whole else _undecided
    return result(
        acts, found, start=lambda t: _past(t["until"]), stop=lambda t: _past(t["stop"]),
        other=lambda t: t["b_ref"], broken=lambda t: kept(t).cast("boolean"),
        size=lambda t: t["which"].cast("float64") if "which" in t.columns else ibis.literal(0.0),
    )  # fmt: skip


def _undecided(t: Any) -> Any:
    return ibis.null("boolean")


def _none_to_come(t: Any) -> Any:
    return ibis.ifelse(t["b_ref"].isnull(), False, None)


def _past(at: Any) -> Any:
    """An instant; null where it is never, or at no known time."""
    return ibis.ifelse((at >= instant(NEVER)) | (at <= instant(ALWAYS)), None, at)


def _not_tied(t: Any) -> Any:
    """Of two moments at one instant with a recorded order, the other must be the later one."""
    return ~((t["b_until"] == t["at"]) & (t["b_seq"] <= t["seq"]).fill_null(False))


def with_span(scope: Scope, acts: Any, within: Any) -> Any:
    """The activations with `which` span holds for their case."""
    if len(within) == 1:
        return acts
    t = acts
    for tree, _ in within:
        t = with_cases(scope, acts, extra=tree) if tree is not None else t
    branches = [(condition(scope, tree, t), i) for i, (tree, _) in enumerate(within) if tree]
    last = len(within) - 1
    return t.select(*acts.columns, which=ibis.cases(*branches, else_=last))


def near(scope: Scope, acts: Any, step: Step) -> Any:
    """A moment of the operand lies around the activation: from `before` to `after` it (clock)."""
    before, after = (_minutes(step.args.get(name)) for name in ("before", "after"))
    both = pairs(acts, needed(scope, step.args["b"]))
    hit = both.filter(
        (both["b_until"] >= both["at"] - ibis.interval(minutes=before))
        & (both["b_at"] <= both["until"] + ibis.interval(minutes=after))
    )
    found = hit.group_by(*KEY).agg(b_ref=hit["b_ref"].min())
    soon = instant(scope.ctx.as_of) - ibis.interval(minutes=after)
    return result(
        acts, found, other=lambda t: t["b_ref"],
        broken=lambda t: ibis.cases(
            (t["b_ref"].notnull(), False), (t["until"] > soon, None), else_=True
        ).cast("boolean"),
    )  # fmt: skip


def _minutes(span: Span | None) -> int:
    return int(span.amount) if span else 0


def exists(scope: Scope, acts: Any, step: Step) -> Any:
    """The case has a moment of the operand; without one undecided until `after` is over."""
    others = needed(scope, step.args["b"])
    one = others.group_by("b_case").agg(b_ref=others["b_ref"].min())
    t = acts.left_join(one, acts["case"] == one["b_case"])
    soon = instant(scope.ctx.as_of) - ibis.interval(minutes=_minutes(step.args.get("after")))
    broken = ibis.cases((t["b_ref"].notnull(), False), (_known(t) > soon, None), else_=True)
    return _plain(t, broken.cast("boolean"), t["b_ref"])


def _known(t: Any) -> Any:
    """The latest instant of a moment; one at no known time is long ago."""
    return ibis.ifelse(t["until"] == instant(NEVER), instant(ALWAYS), t["until"])


def _plain(t: Any, broken: Any, other: Any, size: Any = None) -> Any:
    null = ibis.null("timestamp(6)")
    return t.select(
        "case", "ref", "at", broken=broken, other=other, start=null, stop=null,
        size=ibis.null("float64") if size is None else size.cast("float64"),
    )  # fmt: skip


def require(scope: Scope, acts: Any, step: Step) -> Any:
    """The condition holds for the activation or its case; undecided where it is null."""
    tree = step.args["require"]
    t = with_cases(scope, acts, extra=tree)
    soon = instant(scope.ctx.as_of) - ibis.interval(minutes=_minutes(step.args.get("after")))
    fits = condition(scope, tree, t)
    broken = ibis.cases((fits, False), (_known(t) > soon, None), (~fits, True), else_=None)
    return _plain(t, broken.cast("boolean"), ibis.null("string"))


def between(scope: Scope, acts: Any, step: Step) -> Any:
    """An operand that was there before comes again between the activation and `until`."""
    both = pairs(acts, needed(scope, step.args["b"]))
    before = both.filter(lambda t: surely_before(side(t, "b_"), side(t)))
    had = before.group_by(*KEY).agg(had=before.count())
    ends = pairs(acts, needed(scope, step.args["until"]))
    ends = ends.filter(lambda t: surely_before(side(t), side(t, "b_")))
    end = ends.group_by(*KEY).agg(stop_at=ends["b_at"].min())
    t = _left(_left(acts, had), end)
    again = _left(both, end)
    hit = again.filter((again["b_until"] >= again["at"]) & (again["b_at"] <= again["stop_at"]))
    hit = hit.filter(~surely_before(side(hit, "b_"), side(hit)))
    t = _left(t, hit.group_by(*KEY).agg(b_ref=hit["b_ref"].min()))
    decided = t["had"].notnull() & t["stop_at"].notnull()
    broken = ibis.ifelse(decided, t["b_ref"].isnull(), None).cast("boolean")
    return _plain(t, broken, t["b_ref"])


def _left(t: Any, found: Any) -> Any:
    """A left join on case and reference that keeps the left side's keys."""
    right = found.rename(j_case="case", j_ref="ref")
    joined = t.left_join(right, (t["case"] == right["j_case"]) & (t["ref"] == right["j_ref"]))
    return joined.drop("j_case", "j_ref")


def differs(scope: Scope, acts: Any, step: Step) -> Any:
    """The person of the activation is none of those of the operand.

    `must`: somebody else must have been there. Robots and the system are nobody.
    """
    mine = acts.filter(acts["actor"].notnull() & ~_robot(acts["actor_kind"]))
    both = pairs(mine, needed(scope, step.args["a"]))
    both = both.filter(both["b_actor"].notnull() & ~_robot(both["b_actor_kind"]))
    same = both["b_actor"] == both["actor"]
    found = both.group_by(*KEY).agg(
        same=same.any(), another=(~same).any(),
        same_ref=both["b_ref"].min(where=same), first=both["b_ref"].min(),
    )  # fmt: skip
    if step.args.get("must"):
        return result(mine, found, broken=lambda t: ~t["another"].fill_null(False),
                      other=lambda t: t["first"])  # fmt: skip
    return result(mine, found, broken=lambda t: t["same"], other=lambda t: t["same_ref"])


def _robot(kind: Any) -> Any:
    return kind.isin(list(ROBOTS)).fill_null(False)


def none_after(scope: Scope, acts: Any, step: Step) -> Any:
    """No moment of the operand lies after the activation, unless one of `unless` came between."""
    free = _left(acts, _next(scope, acts, step.args.get("unless")))
    both = pairs(free, needed(scope, step.args["b"]))
    late = both.filter(
        surely_before(side(both), side(both, "b_"))
        & (both["free_at"].isnull() | (both["b_until"] < both["free_at"])
           | ((both["b_until"] == both["free_at"]) & (both["b_seq"] < both["free_seq"])
              .fill_null(False)))
    )  # fmt: skip
    found = late.group_by(*KEY).agg(b_ref=late["b_ref"].argmin(late["b_at"]))
    return result(acts, found, broken=lambda t: t["b_ref"].notnull(), other=lambda t: t["b_ref"])


def _next(scope: Scope, acts: Any, operand: Operand | None) -> Any:
    """The next moment of an operand after each activation."""
    if operand is None:
        null = {"free_at": ibis.null("timestamp(6)"), "free_seq": ibis.null("int64")}
        return acts.select(*KEY, **null).filter(ibis.literal(False))
    both = pairs(acts, needed(scope, operand))
    both = both.filter(~surely_before(side(both, "b_"), side(both)) & _not_tied(both))
    first = both["b_at"].min()
    return both.group_by(*KEY).agg(free_at=first, free_seq=both["b_seq"].argmin(both["b_at"]))


STEPS: dict[str, Test] = {
    "preceded": preceded,
    "followed": followed,
    "near": near,
    "exists": exists,
    "require": require,
    "between": between,
    "differs": differs,
    "none_after": none_after,
}
