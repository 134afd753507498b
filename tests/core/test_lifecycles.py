"""The lifecycle tables: sound as shipped, and the checker finds planted faults."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trueup.core.evidence import TABLES
from trueup.core.lifecycles import KINDS, build, load, problems


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_lifecycles_are_sound(kind):
    assert problems(load(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_words_are_those_of_the_evidence_schema(kind):
    activities = TABLES["event"].column("activity").values
    states = TABLES["record"].column("state").values or ()
    lifecycle = load(kind)
    if activities:
        named = {word.split("/")[0] for s in lifecycle.steps.values() for word in s.event}
        assert named <= set(activities)
    evidence = {state.evidence for state in lifecycle.states.values()}
    assert evidence <= set(states or evidence)
    assert evidence >= {"open", "waiting", "closed", "cancelled"}


def test_an_incident_from_report_to_closure():
    lifecycle = load("incident")
    assert lifecycle.step("", "report").next == "new"
    assert lifecycle.step("new", "start").next == "working"
    assert lifecycle.step("working", "ask").next == "waiting"
    assert lifecycle.step("waiting", "answer").next == "before"
    assert "close_code" in lifecycle.step("working", "resolve").must
    assert lifecycle.step("resolved", "confirm").event == ("confirmed", "closed")
    assert lifecycle.step("closed", "reopen").next == "working"


def test_what_the_table_lacks_is_refused():
    lifecycle = load("incident")
    assert lifecycle.step("closed", "resolve") is None
    assert lifecycle.step("new", "confirm") is None
    assert lifecycle.step("cancelled", "cancel") is None
    assert "cancel" in lifecycle.verbs("waiting")
    assert "cancel" not in lifecycle.verbs("closed")


def test_one_state_has_three_readings():
    lifecycle = load("incident")
    assert lifecycle.labels("technician", "waiting") == "On hold"
    assert lifecycle.labels("user", "resolved", str.upper) == "WE THINK IT IS DONE. IS IT?"


def test_the_checker_finds_planted_faults():
    whole = load("incident")
    cut = {key: step for key, step in whole.steps.items() if step.next != "resolved"}
    assert "Nothing leads to resolved." in problems(replace(whole, steps=cut))
    stuck = {k: s for k, s in whole.steps.items() if k[0] != "resolved" or s.next == k[0]}
    assert "Nothing leads out of resolved to an end." in problems(replace(whole, steps=stuck))
    wrong = dict(whole.steps)
    wrong["new", "start"] = replace(wrong["new", "start"], next="nowhere", who=())
    found = problems(replace(whole, steps=wrong))
    assert "start in new leads to the unknown state nowhere." in found
    assert "start in new names nobody who may or no event." in found


def test_a_verb_twice_in_one_state_is_refused():
    row = {"state": "new", "verb": "go", "next": "=", "who": "anyone", "must": "", "event": "other"}
    with pytest.raises(ValueError, match="stands twice"):
        build("incident", load("incident").states, [row, row], [])


def test_an_unknown_kind_has_no_lifecycle():
    with pytest.raises(KeyError):
        load("wish")
