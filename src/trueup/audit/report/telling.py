"""The measures of conformance as sentences (method, 5.2): what they say, or why they say nothing.

Every sentence has its denominator and claims no cause. Nothing here computes: each number is a
field of the answer. Precision is not told to newcomers; only that a plan allows everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trueup.audit.conformance.closing import Closing
from trueup.audit.conformance.deadline import Deadline, Hazard
from trueup.audit.conformance.duties import Duties
from trueup.audit.conformance.following import Followed
from trueup.audit.conformance.front import Front
from trueup.audit.conformance.plans import Plan
from trueup.audit.conformance.whole import Conformance, RuleResult
from trueup.audit.report.flowing import drifts, handed, waits
from trueup.audit.report.model import Told
from trueup.audit.report.process import KINDS

SHOWN = 3
SKIPPED = {
    "CHG-01": ("changes", "the start"),
    "REQ-01": ("requests", "the work began"),
}


def measures_told(found: Conformance) -> tuple[Told, ...]:
    """Every measure of 5.2 that is no rule, in the order of the method."""
    m = found.measures
    made = [_followed(path, path.name) for path in m.paths]
    made += [_plan(plan) for plan in found.plans]
    made += [_versions(found), _front(m.front), waits(found), _closing(m.closing)]
    made += [_skipped(found.rules), *_deadline(m.deadline), _duties(m.duties)]
    return (*made, handed(found), drifts(found))


def lacking(names: Sequence[str]) -> str:
    """What a source would have to record."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"needs {names[0]}{more}"


def _told(id: str, title: str, not_recorded: Sequence[str], grey: str,
          say: Callable[[], Iterator[str]]) -> Told:  # fmt: skip
    """The sentences where there is an answer, else why there is none."""
    if not_recorded:
        return Told(id, title, grey=lacking(not_recorded))
    return Told(id, title, grey=grey) if grey else Told(id, title, tuple(say()))


def _followed(one: Followed, name: str) -> Told:
    title = f"Step by step: {name}"
    return _told("alignment", title, one.not_recorded, one.grey, lambda: _steps(one))


def _steps(one: Followed) -> Iterator[str]:
    what = KINDS.get(one.about, one.about)
    m = f"{one.aligned:,}"
    yield f"{one.fitting:,} of {m} {what} went exactly as planned."
    for step, n in one.skipped[:SHOWN]:
        yield f"In {n:,} of {m} {what} the step “{step}” is missing."
    for first, then, n in one.wrong[:SHOWN]:
        order = f"“{first}” came after “{then}”" if then else f"“{first}” came in another order"
        yield f"In {n:,} of {m} {what} {order}."
    for step, n in one.extra[:SHOWN]:
        yield f"In {n:,} of {m} {what} the step “{step}” came where the plan has none."
    if one.aligned < one.cases:
        yield f"{one.cases - one.aligned:,} of {one.cases:,} {what} were too long to compare."
    if one.precision and one.precision.allows_everything:
        yield "This plan allows nearly every step at any time, so that nearly any record fits it."


def _plan(plan: Plan) -> Told:
    told = _followed(plan.followed, plan.model)
    more = []
    if plan.other_versions:
        more.append(
            f"{plan.other_versions:,} records began with another version of the plan and are left "
            "out."
        )
    more += [
        f"Of {r.cases:,} records that began with version {version}, {r.fitting:,} fit."
        for version, r in plan.by_version
    ]
    return Told(told.id, told.title, (*told.sentences, *more), "" if more else told.grey)


def _versions(found: Conformance) -> Told:
    title = "By version of the process model"
    rows = found.measures.versions
    if not rows:
        return Told("versions", title, grey="the log names no version of a process model")
    return Told("versions", title, tuple(
        f"{f.fitting:,} of {f.cases:,} {KINDS.get(f.kind, f.kind)} that began with version "
        f"{f.version} followed every mandatory rule."
        for f in rows
    ))  # fmt: skip


def _front(front: Front) -> Told:
    return _told("push_to_front", "Solved by the first line", front.not_recorded, front.grey,
                 lambda: _solved(front))  # fmt: skip


def _solved(front: Front) -> Iterator[str]:
    yield f"{front.front:,} of {front.cases:,} incidents never went beyond the first line."
    teams = front.lines
    if len(teams) < 2:
        return
    best, last = teams[0], teams[-1]
    yield (f"In like categories team {best.team} solves {100 * best.adjusted:.0f} of 100 itself, "
           f"team {last.team} {100 * last.adjusted:.0f}.")  # fmt: skip
    if best.low <= last.high:
        yield "The two lie so near that the difference may be chance."


def _closing(c: Closing) -> Told:
    return _told("mass_closing", "Closing in heaps", c.not_recorded, c.grey, lambda: _heaps(c))


def _heaps(c: Closing) -> Iterator[str]:
    if c.heavy_days:
        yield f"{c.on_fullest:,} of {c.closings:,} tickets were closed on one day, {c.fullest}."
    if c.heaped:
        yield f"{c.heaped:,} of {c.closings:,} closings lie in heaps, by day or within 10 minutes."
    else:
        yield f"None of {c.closings:,} closings lies in a heap."
    if c.month_end is not None:
        s, even = c.month_end, f"{c.even:.1%}"
        yield (
            f"{s.value:.1%} of the closings fall on the last two working days of a month, likely "
            f"{s.low:.1%} to {s.high:.1%}; of the working days {even} do."
        )


def _skipped(rules: Sequence[RuleResult]) -> Told:
    title = "Approval before the start"
    mine = [one for one in rules if one.rule.id in SKIPPED]
    told = tuple(_without_yes(one) for one in mine if one.state == "judged")
    names = [name for one in mine for name in one.missing]
    why = lacking(names) if names else "nothing in the period activated it"
    return Told("skipped_approval", title, told, "" if told else why)


def _without_yes(one: RuleResult) -> str:
    what, then = SKIPPED[one.rule.id]
    n, m = f"{one.broken_cases:,}", f"{one.cases:,}"
    return f"In {n} of {m} {what} nobody allowed had said yes before {then}."


def _deadline(d: Deadline) -> Iterator[Told]:
    line = d.line
    yield _told("deadline_density", "Just before the promise", line.not_recorded, line.grey,
                lambda: iter((_beside(d),)))  # fmt: skip
    yield _hazard("deadline_pauses", "Pauses near the promise", d.pauses, "first pauses")
    yield _hazard("deadline_downgrades", "Downgrades near the promise", d.downgrades,
                  "first downgrades")  # fmt: skip


def _beside(d: Deadline) -> str:
    line = d.line
    return (
        f"Of {line.timed:,} tickets with a promised time {line.before:,} ended in the last tenth "
        f"before it and {line.after:,} in the first tenth after it."
    )


def _hazard(id: str, title: str, h: Hazard, what: str) -> Told:
    return _told(id, title, h.not_recorded, h.grey, lambda: _times(h, what))


def _times(h: Hazard, what: str) -> Iterator[str]:
    n, r = h.late + h.early, h.ratio
    yield f"{h.late:,} of {n:,} {what} before a promised time came in its last {h.part:.0%}."
    if r is not None and r.low > 1.0:
        if h.early:
            yield (
                f"That is {r.value:.1f} times as often as before, likely {r.low:.1f} to "
                f"{r.high:.1f}, for the time spent there."
            )
    else:
        yield "That is not clearly more often than before, for the time spent there."


def _duties(d: Duties) -> Told:
    title = "Two people for two acts"
    if not d.judged:
        none = "no two such acts are recorded with the people who did them"
        why = none if d.not_recorded else "nothing in the period activated it"
        return Told("separation_of_duties", title, grey=why)
    said = [
        f"In {duty.broken_cases:,} of {duty.cases:,} cases the same person {duty.acts}."
        for duty in d.judged if duty.broken_cases
    ]  # fmt: skip
    clean = [duty for duty in d.judged if not duty.broken_cases]
    if clean:
        pairs, other = sum(duty.cases for duty in clean), "other " if said else ""
        said.append(f"None of {pairs:,} {other}pairs of acts lay in one hand.")
    return Told("separation_of_duties", title, tuple(said))
