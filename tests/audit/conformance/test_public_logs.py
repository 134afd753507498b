"""Facts of the public logs about ways, handovers and lines that conformance reproduces."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from trueup.audit.conformance import flow
from trueup.audit.conformance.closing import mass_closing
from trueup.audit.conformance.deadline import deadline
from trueup.audit.conformance.following import follow
from trueup.audit.conformance.judging import apply
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.paths import net_of_path
from trueup.audit.conformance.rules import shipped
from trueup.audit.conformance.strict import change_path
from trueup.audit.conformance.versions import named
from trueup.audit.context import Context
from trueup.audit.intake import open_inputs
from trueup.audit.run import Options

pytestmark = pytest.mark.data

FILES = {
    "uci-servicenow": "uci-servicenow/incident_event_log.zip",
    "helpdesk-italy": "helpdesk-italy/Helpdesk.xes.gz",
    "bpic13-open-problems": "bpic13-open-problems/VINST cases open problems.csv",
}
Opened = Callable[[str], Context]


@pytest.fixture(scope="module")
def opened(logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    @cache
    def whole(dataset: str) -> Context:
        pack = open_inputs([logs / FILES[dataset]], tmp_path_factory.mktemp("log") / "pack")
        return context_of(pack, Options(period=(date(2000, 1, 1), date(2030, 1, 1))))

    return whole


@pytest.fixture(scope="module")
def fact(logs: Path) -> Callable[[str, str], float]:
    path = logs / "reference" / "reference_facts_dev.csv"
    with path.open(encoding="utf-8") as text:
        known = {(r["dataset"], r["fact"]): r["value"] for r in csv.DictReader(text)}
    return lambda dataset, name: float(known[dataset, name])


def test_the_ways_of_the_italian_desk(opened: Opened, fact: Callable[[str, str], float]) -> None:
    ctx = opened("helpdesk-italy")
    variants = flow.ways(ctx, flow.cases_of(ctx))
    found = flow.spread(variants)
    assert found.cases == fact("helpdesk-italy", "cases")
    assert found.ways == fact("helpdesk-italy", "variants")
    assert variants[0][1] == fact("helpdesk-italy", "top_variant_cases")
    follows = flow.follows(variants)
    assert sum(n for *_, n in follows) == fact("helpdesk-italy", "events") - found.cases


def test_resolved_again_is_rework(opened: Opened, fact: Callable[[str, str], float]) -> None:
    ctx = opened("helpdesk-italy")
    events = flow.case_events(ctx)
    own = events.filter(events["source_activity"] == "Resolve ticket")
    again = flow.rework(flow.variants_of(ctx, own, flow.own_word(own)))
    assert again.repeated == fact("helpdesk-italy", "resolved_more_than_once")


def test_handovers_by_both_definitions(opened: Opened, fact: Callable[[str, str], float]) -> None:
    ctx, log = opened("bpic13-open-problems"), "bpic13-open-problems"
    found = flow.handovers(ctx, flow.cases_of(ctx))
    assert found.moves == fact(log, "handovers")
    assert found.moved_cases == fact(log, "handover_cases")
    assert found.aba_cases == fact(log, "pingpong_ABA_cases")
    assert found.aba_count == fact(log, "pingpong_ABA_count")
    assert found.return_cases == fact(log, "return_to_team_cases")


def test_lines_out_of_order(opened: Opened, fact: Callable[[str, str], float]) -> None:
    ctx = opened("bpic13-open-problems")
    rule = next(rule for rule in shipped() if rule.id == "GEN-06")
    found = apply(ctx, rule)
    wrong = len(found.violating["case"].unique())
    assert wrong == fact("bpic13-open-problems", "push_to_front_violations")


def test_returns_of_the_rule_are_those_of_the_flow(opened: Opened) -> None:
    for log in ("bpic13-open-problems", "uci-servicenow"):
        ctx = opened(log)
        rule = next(rule for rule in shipped() if rule.id == "GEN-05")
        found = apply(ctx, rule)
        flowed = flow.handovers(ctx, flow.cases_of(ctx)).return_cases
        sure = len(found.violating["case"].unique())
        assert sure <= flowed
        assert flowed - sure <= found.undecided


def test_the_mass_closing_of_the_incident_log(opened: Opened) -> None:
    """The method, 5.2: 3,114 of 24,918 tickets were closed on one day."""
    found = mass_closing(opened("uci-servicenow"))
    assert (found.closings, found.on_fullest) == (24918, 3114)
    assert (found.fullest, found.heavy_days) == (date(2016, 3, 24), 1)


def test_the_commonest_way_as_a_plan(opened: Opened, fact: Callable[[str, str], float]) -> None:
    """Every case that took it fits; others fit only where they add steps it does not know."""
    ctx = opened("helpdesk-italy")
    ways = flow.ways(ctx, flow.cases_of(ctx))
    top, cases = ways[0]
    assert cases == fact("helpdesk-italy", "top_variant_cases")
    found = follow("top", "incident", [(net_of_path(" > ".join(top)), ways)])
    same = sum(n for way, n in ways if tuple(step for step in way if step in top) == top)
    assert (found.cases, found.aligned, found.fitting) == (4580, 4580, same)
    assert found.precision is not None
    assert found.precision.value == 1.0


def test_what_these_logs_do_not_record_is_grey(opened: Opened) -> None:
    for log in FILES:
        ctx = opened(log)
        assert change_path(ctx).not_recorded[:1] == ("change.type",)
        assert deadline(ctx).line.not_recorded == ("target_result.elapsed_min", "target.value")
        assert not named(ctx)
