"""Conformance in the terminal: the rules as a table, what is grey and why, the ways, the plan."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from trueup.audit.conformance.whole import Conformance, Plan
from trueup.audit.languages import count, figured, said, t
from trueup.audit.report.process import KINDS, flow_told, lack, sentence
from trueup.audit.report.telling import measures_told

WIDTH = 110


def told(found: Conformance, width: int = WIDTH) -> str:
    """The answer in the language of now."""
    table = Table(box=None, pad_edge=False)
    for name in ("Rule", "Sentence"):
        table.add_column(t(name))
    for name in ("Applied", "Broken", "Share, likely (90%)"):
        table.add_column(t(name), justify="right")
    for one in found.rules:
        if one.state == "judged":
            value, low, high = (
                figured(f"{x:.1%}") for x in (one.share.value, one.share.low, one.share.high)
            )
            level = t("mandatory" if one.rule.level == "M" else "expected")
            table.add_row(
                f"{one.rule.id} ({level})", said(one.rule.sentence), count(one.applied),
                count(one.broken), _range(value, low, high),
            )  # fmt: skip
    console = Console(width=width, record=True, file=io.StringIO(), markup=False)
    console.print(table, highlight=False)
    return console.export_text() + "\n".join(_lines(found))


def _range(value: str, low: str, high: str) -> str:
    """A share with its likely range; the share alone where both ends read the same."""
    if low == high:
        return value
    return t("{value}, {low} to {high}", value=value, low=low, high=high)


def _lines(found: Conformance) -> Iterator[str]:
    yield ""
    for fit in found.fitness:
        yield said(sentence(fit, fit.kind))
    for flow in found.flows:
        name = said(KINDS.get(flow.kind, flow.kind.replace("_", " ")))
        yield f"{name[:1].upper()}{name[1:]}: {said(flow_told(flow)[0])}"
    for plan in found.plans:
        yield _plan(plan)
    measures = measures_told(found)
    yield ""
    for each in measures:
        if not each.grey:
            yield f"{said(each.title)}: {' '.join(said(one) for one in each.sentences)}"
    grey = [each for each in measures if each.grey]
    if grey:
        yield t("{n} measures of the work could say nothing", n=len(grey)) + ":"
    for each in grey:
        yield f"  {said(each.title)}: {said(each.grey)}"
    yield from _silent(found)


def _silent(found: Conformance) -> Iterator[str]:
    """The rules that say nothing, with their reasons."""
    grey = [one for one in found.rules if one.state == "not_recorded"]
    if grey:
        yield t("Not asked, because the source does not record it ({n} rules):", n=len(grey))
    for one in grey:
        yield f"  {one.rule.id} {said(lack(one))}"
    never = [one.rule.id for one in found.rules if one.state == "never_applied"]
    if never:
        yield t("Never applied, so neither kept nor broken: {ids}.", ids=", ".join(never))


def _plan(plan: Plan) -> str:
    replayed = plan.replayed
    return t(
        "Plan {model}: fitness {x}; {fit} of {all} cases fit (a high value can hide a skipped "
        "step).", model=plan.model, x=figured(f"{replayed.tokens.fitness:.4f}"),
        fit=count(replayed.fitting), all=count(replayed.cases),
    )  # fmt: skip
