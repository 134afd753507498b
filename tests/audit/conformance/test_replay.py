"""Token replay: the figures of the book, an independent implementation, and drawn models."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audit.conformance.book import LOG, N1, N2, N3, N4
from tests.audit.conformance.r4pm_replay import replay as other_replay
from trueup.audit.conformance.bpmn import read_bpmn
from trueup.audit.conformance.net import Net, Replay
from trueup.core.refusals import Refused

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><message id="m" name="call"/>'
    '<process id="p">'
)


def drawn(folder: Path, body: str, *flows: str) -> Net:
    """A model: its elements, then flows as ``from-to``."""
    arrows = "".join(
        f'<sequenceFlow id="f{i}" sourceRef="{a}" targetRef="{b}"/>'
        for i, (a, b) in enumerate(flow.split("-") for flow in flows)
    )
    path = folder / "model.bpmn"
    path.write_text(f"{HEAD}{body}{arrows}</process></definitions>", "utf-8")
    return read_bpmn(path)


def elements(**kinds: str) -> str:
    return '<startEvent id="s"/><endEvent id="e"/>' + "".join(
        f'<{kind} id="{id}" name="{escape(id)}"/>' for id, kind in kinds.items()
    )


@pytest.mark.parametrize(
    ("net", "fitness", "fitting"),
    [(N1, 1.0, 1391), (N2, 0.9504, 948), (N3, 0.8797, 632), (N4, 1.0, 1391)],
)
def test_the_four_models_of_the_book(net: Net, fitness: float, fitting: int) -> None:
    found = Replay(net).log(LOG.items())
    assert round(found.tokens.fitness, 4) == fitness
    assert (found.cases, found.fitting) == (1391, fitting)


def test_a_trace_of_the_book_token_by_token() -> None:
    """<a,d,c,e,h> on N2: six produced, six consumed, one missing, one remaining: 0.8333."""
    tokens = Replay(N2).case("adceh")
    assert (tokens.produced, tokens.consumed, tokens.missing, tokens.remaining) == (6, 6, 1, 1)
    assert tokens.fitness == pytest.approx(5 / 6)


@pytest.mark.parametrize("net", [N1, N2, N3, N4])
def test_another_implementation_counts_the_same_tokens(net: Net, tmp_path: Path) -> None:
    log: dict[tuple[str, ...], int] = {}
    for path, n in LOG.items():
        known = tuple(label for label in path if label in net.labels)
        log[known] = log.get(known, 0) + n
    assert Replay(net).log(log.items()).tokens == other_replay(net, log, tmp_path)


@given(st.lists(st.text("abcdefgh", max_size=9), min_size=1, max_size=6))
def test_fitness_is_a_share_and_tokens_balance(paths: list[str]) -> None:
    for net in (N1, N2, N4):
        found = Replay(net).log((path, 1) for path in paths)
        t = found.tokens
        assert 0.0 <= t.fitness <= 1.0
        assert t.produced + t.missing == t.consumed + t.remaining


def test_parallel_steps_come_in_any_order_but_both(tmp_path: Path) -> None:
    net = drawn(
        tmp_path, elements(g="parallelGateway", a="task", b="task", j="parallelGateway"),
        "s-g", "g-a", "g-b", "a-j", "b-j", "j-e",
    )  # fmt: skip
    assert Replay(net).case("ab").fitness == Replay(net).case("ba").fitness == 1.0
    assert Replay(net).case("a").fitness < 1.0


def test_of_exclusive_steps_one_comes(tmp_path: Path) -> None:
    net = drawn(
        tmp_path, elements(x="exclusiveGateway", a="task", b="task"),
        "s-x", "x-a", "x-b", "a-e", "b-e",
    )  # fmt: skip
    assert Replay(net).case("a").fitness == Replay(net).case("b").fitness == 1.0
    assert Replay(net).case("ab").missing == 1


def test_choices_in_a_row_lead_forward_only(tmp_path: Path) -> None:
    net = drawn(
        tmp_path, elements(x="exclusiveGateway", y="exclusiveGateway", a="task", b="task"),
        "s-x", "x-a", "x-y", "a-y", "y-b", "b-e",
    )  # fmt: skip
    assert Replay(net).case("ab").fitness == 1.0
    assert Replay(net).case("aab").missing == 1


@pytest.mark.parametrize(("path", "fits"), [("a", True), ("b", True), ("ba", True), ("aa", False)])
def test_of_inclusive_steps_any_come_but_one(tmp_path: Path, path: str, fits: bool) -> None:
    net = drawn(
        tmp_path, elements(o="inclusiveGateway", a="task", b="task", j="inclusiveGateway"),
        "s-o", "o-a", "o-b", "a-j", "b-j", "j-e",
    )  # fmt: skip
    tokens = Replay(net).case(path)
    assert (tokens.missing == tokens.remaining == 0) == fits


TIMER = '<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition id="d"/></boundaryEvent>'
CALL = (
    '<boundaryEvent id="t" attachedToRef="a" cancelActivity="false">'
    '<messageEventDefinition id="d" messageRef="m"/></boundaryEvent>'
)


def test_a_timer_that_interrupts_replaces_the_task(tmp_path: Path) -> None:
    net = drawn(tmp_path, elements(a="task", b="task") + TIMER, "s-a", "a-e", "t-b", "b-e")
    assert Replay(net).case("a").fitness == Replay(net).case("b").fitness == 1.0
    assert Replay(net).case("ab").fitness < 1.0


def test_a_message_that_does_not_interrupt_adds_a_step(tmp_path: Path) -> None:
    body = elements(a="task", b="task") + CALL + '<endEvent id="e2"/>'
    net = drawn(tmp_path, body, "s-a", "a-e", "t-b", "b-e2")
    for path in (["a"], ["call", "a", "b"], ["call", "b", "a"]):
        assert Replay(net).case(path).fitness == 1.0
    assert Replay(net).case(["b", "a"]).missing == 1


def test_a_loop_can_be_taken_again(tmp_path: Path) -> None:
    net = drawn(tmp_path, elements(a="task", x="exclusiveGateway"), "s-a", "a-x", "x-a", "x-e")
    assert Replay(net).case("aaaa").fitness == 1.0


def test_steps_the_plan_does_not_know_are_passed_over_and_told() -> None:
    found = Replay(N1).log([("azcdeh", 3)])
    assert found.tokens.fitness == 1.0
    assert found.unknown == {"z": 3}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("no xml", "no BPMN"),
        ("<a/>", "no process"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a/>', "no BPMN"),
        (HEAD + '<subProcess id="q"/></process></definitions>', "q"),
        (HEAD + '<sequenceFlow id="f" sourceRef="x" targetRef="y"/></process></definitions>', "f"),
    ],
)
def test_a_file_that_has_no_net_is_refused(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "m.bpmn").write_text(text, "utf-8")
    with pytest.raises(Refused, match=word):
        read_bpmn(tmp_path / "m.bpmn")
