"""The sentences of the measures: what they say, and a reason where they say nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.audit.conformance.test_replay import HEAD
from tests.audit.golden.packs import START, make
from trueup.audit.conformance.closing import Closing
from trueup.audit.conformance.deadline import Deadline, Hazard, Line
from trueup.audit.conformance.duties import Duties, Duty
from trueup.audit.conformance.flow import Handovers, Rework, spread
from trueup.audit.conformance.following import Followed
from trueup.audit.conformance.front import Entry, Front
from trueup.audit.conformance.mix import Mixed
from trueup.audit.conformance.opening import context_of
from trueup.audit.conformance.precision import Precision
from trueup.audit.conformance.shown import told
from trueup.audit.conformance.whole import Conformance, Flow, conformance_of
from trueup.audit.conformance.written import to_json
from trueup.audit.languages import tongue
from trueup.audit.report.flowing import returning
from trueup.audit.report.model import Told
from trueup.audit.report.telling import measures_told
from trueup.audit.stats.intervals import rate_ratio
from trueup.audit.stats.shares import wilson

PATH = '<task id="a" name="opened"/><task id="b" name="closed"/><startEvent id="s"/>'
FLOWS = (
    '<endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/>'
    '<sequenceFlow id="f2" sourceRef="a" targetRef="b"/>'
    '<sequenceFlow id="f3" sourceRef="b" targetRef="e"/></process></definitions>'
)


@pytest.fixture
def empty(tmp_path: Path) -> Conformance:
    row = {"id": "R", "kind": "incident", "state": "open", "opened_at": START}
    return conformance_of(context_of(make(tmp_path, record=[row])))


def by_id(found: Conformance) -> dict[str, Told]:
    return {m.id: m for m in measures_told(found)}


def test_where_nothing_could_be_computed_each_measure_says_why(empty: Conformance) -> None:
    said = measures_told(empty)
    assert len(said) == 13
    for m in said:
        assert m.grey, m.id
        assert not m.sentences, m.id
    assert by_id(empty)["push_to_front"].grey == "needs event.team and 1 more"
    written = to_json(empty)
    assert all(s["grey"] for s in written["sentences"])
    assert written["measures"]["push_to_front"]["state"] == "not_recorded"
    assert written["measures"]["alignment"][0]["fitness"] is None
    assert "13 measures of the work could say nothing:" in told(empty)


def filled(empty: Conformance) -> Conformance:
    path = Followed(
        "path of a change", "change", 100, 98, 50, 60, 800, (("approved", 41),), (("x", 2),),
        (("assessed", "approved", 12),), Precision(10, 9, 0.9, 8),
    )  # fmt: skip
    front = Front(300, 200, (Entry("A", 100, 70, 0.7, 0.62, 0.78, True),
                             Entry("B", 100, 40, 0.4, 0.32, 0.48, True)))  # fmt: skip
    closing = Closing(24918, 3114, 1, 0, START.date(), 3114, wilson(2000, 24918), 0.09)
    hazard = Hazard(0.15, 30, 20, rate_ratio(30, 10.0, 20, 20.0))
    calm = Hazard(0.2, 3, 20, rate_ratio(3, 10.0, 20, 60.0))
    duties = Duties((Duty("CHG-03", "proposed and approved", 200, 7), Duty("X", "y", 30, 0)), 7)
    measures = replace(
        empty.measures, paths=(path,), front=front, closing=closing, duties=duties,
        deadline=Deadline(Line(900, 90, 20), hazard, calm),
    )  # fmt: skip
    return replace(empty, measures=measures)


def test_the_patterns_of_the_method(empty: Conformance) -> None:
    said = {id: m.sentences for id, m in by_id(filled(empty)).items()}
    assert said["alignment"] == (
        "50 of 98 changes went exactly as planned.",
        "In 41 of 98 changes the step “approved” is missing.",
        "In 12 of 98 changes “assessed” came after “approved”.",
        "In 2 of 98 changes the step “x” came where the plan has none.",
        "2 of 100 changes were too long to compare.",
        "This plan allows nearly every step at any time, so that nearly any record fits it.",
    )
    assert said["push_to_front"] == (
        "200 of 300 incidents never went beyond the first line.",
        "In like categories team A solves 70 of 100 itself, team B 40.",
    )
    assert said["mass_closing"][0] == "3,114 of 24,918 tickets were closed on one day, 2025-07-01."
    assert said["deadline_pauses"] == (
        "30 of 50 first pauses before a promised time came in its last 15%.",
        "That is 3.0 times as often as before, likely 1.8 to 5.1, for the time spent there.",
    )
    assert said["deadline_downgrades"][1].startswith("That is not clearly more often")
    assert said["separation_of_duties"] == (
        "In 7 of 200 cases the same person proposed and approved.",
        "None of 30 other pairs of acts lay in one hand.",
    )


def test_precision_is_no_number_for_newcomers(empty: Conformance) -> None:
    text = " ".join(s for m in measures_told(filled(empty)) for s in m.sentences)
    assert "0.1" not in text
    assert "recision" not in text
    path = to_json(filled(empty))["measures"]["alignment"][0]
    assert path["precision"]["value"] == pytest.approx(0.1)


def test_every_sentence_and_reason_has_its_german(empty: Conformance) -> None:
    speaker = tongue("de")
    for found in (empty, filled(empty)):
        for m in measures_told(found):
            for text in (m.title, *m.sentences, m.grey):
                speaker.say(text)
    assert sorted(speaker.missed) == []


def test_the_fewest_pairs_with_half_of_the_returns() -> None:
    matrix = (("A", "B", 9, 5), ("B", "A", 9, 4), ("C", "A", 5, 3), ("C", "B", 5, 2))
    h = Handovers(20, 28, 15, 10, 14, 10, matrix, ())
    assert returning(h) == ([(("A", "B"), 9)], 9)


def test_returns_are_told_with_their_pairs(empty: Conformance) -> None:
    def said(*matrix: tuple[str, str, int, int]) -> tuple[str, ...]:
        n = sum(back for *_, back in matrix)
        h = Handovers(40, 30, 20, n, n, n, matrix, (("deep", 4),))
        where = Flow("incident", spread([]), (), Rework(0, 0, 0), h, (), None, Mixed())
        return by_id(replace(empty, flows=(where,)))["handover_network"].sentences

    deep = (
        "Incidents: 4 of 40 cases were first held by a team that is not the first line, most "
        "often by deep."
    )
    one = "Incidents: 8 of 12 returns between teams happen between A and B."
    assert said(("A", "B", 9, 8), ("C", "A", 5, 4)) == (one, deep)
    two = (
        "Incidents: 9 of 14 returns between teams happen within 2 pairs of teams, most between A "
        "and B."
    )
    assert said(("A", "B", 9, 6), ("C", "A", 5, 3), ("C", "B", 5, 3), ("D", "B", 2, 2))[0] == two
    assert said(("A", "B", 9, 9)) == (deep,), "fewer than ten returns"


def test_a_case_is_judged_by_the_drawing_of_its_own_version(tmp_path: Path) -> None:
    """Version 1 opens and closes; version 2 closes at once. R0 began with 1, R1 and R2 with 2."""
    one, two = tmp_path / "incident@1.bpmn", tmp_path / "incident@2.bpmn"
    one.write_text(HEAD + PATH + FLOWS, "utf-8")
    two.write_text(HEAD + PATH.replace('name="opened"', "") + FLOWS, "utf-8")
    records = [{"id": f"R{i}", "kind": "incident", "state": "closed", "opened_at": START}
               for i in range(3)]  # fmt: skip
    steps = [("R0", "opened", "1"), ("R0", "closed", None), ("R1", "classified", "2"),
             ("R1", "closed", None), ("R2", "opened", "2"), ("R2", "other", None)]  # fmt: skip
    events = [
        {"seq": i, "entity": "record", "entity_id": id, "activity": word, "at_occurred": START,
         "at_recorded": START, "field": "model_version" if version else None, "new": version}
        for i, (id, word, version) in enumerate(steps, 1)
    ]  # fmt: skip
    ctx = context_of(make(tmp_path, record=records, event=events))
    found = conformance_of(ctx, [one, two])
    first, second = found.plans
    assert (first.version, first.replayed.cases, first.other_versions) == ("1", 1, 2)
    assert (second.version, second.replayed.cases, second.other_versions) == ("2", 2, 1)
    assert (first.followed.fitting, first.followed.fitness) == (1, 1.0)
    told_ = json.loads(json.dumps(to_json(found)))
    assert [p["version"] for p in told_["plans"]] == ["1", "2"]
    assert told_["plan"]["model"] == "incident@1.bpmn"
