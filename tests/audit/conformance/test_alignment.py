"""Optimal alignments: the book's log, an independent implementation, brute force, properties."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
import r4pm
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.conformance.book import LOG, N1, N2, N3, N4
from tests.audit.conformance.r4pm_replay import net_of_r4pm
from tests.audit.conformance.test_replay import drawn, elements
from trueup.audit.conformance.alignment import Aligner, Move, deviations
from trueup.audit.conformance.following import follow, projected
from trueup.audit.conformance.net import Marking, Net, Replay, Transition, fired
from trueup.audit.conformance.paths import CHAINS, CHANGE, net_of_path

STORIES = st.text("abcdefgh", max_size=9)
NETS = st.sampled_from([N1, N2, N3, N4])


def cost(net: Net, story: Sequence[str]) -> int:
    found = Aligner(net).align(story)
    assert found is not None
    return found.cost


def runs(net: Net, most: int) -> set[tuple[str, ...]]:
    """Every run of a net with at most `most` labels, by trying everything (brute force)."""
    start = tuple(int(p == net.source) for p in range(net.places))
    end = tuple(int(p == net.sink) for p in range(net.places))
    seen: set[tuple[Marking, tuple[str, ...]]] = {(start, ())}
    waiting = [(start, ())]
    while waiting:
        here, said = waiting.pop()
        for step in net.transitions:
            if any(here[p] < step.takes.count(p) for p in step.takes):
                continue
            told = said if step.label is None else (*said, step.label)
            one = (fired(here, step)[0], told)
            if len(told) <= most and max(one[0]) <= 3 and one not in seen:
                seen.add(one)
                waiting.append(one)
    return {said for marking, said in seen if marking == end}


def edits(a: Sequence[str], b: Sequence[str]) -> int:
    """The fewest steps to take out of a and put into it to make it b."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], last if x == y else 1 + min(row[j], row[j - 1])
    return row[-1]


@pytest.mark.parametrize(
    ("net", "fitness", "costs", "fitting"),
    [(N1, 1.0, 0, 1391), (N2, 0.936939, 914, 948), (N4, 1.0, 0, 1391)],
)
def test_the_log_of_the_book(net: Net, fitness: float, costs: int, fitting: int) -> None:
    """The figures are those of r4pm (`compute_fitness`); 948 cases fit N2 as in the book, 8.2."""
    found = follow("N", "record", [(net, LOG.items())])
    assert (found.cases, found.aligned, found.fitting) == (1391, 1391, fitting)
    assert found.cost == costs
    assert found.fitness == pytest.approx(fitness, abs=1e-6)


def test_cases_that_fit_are_those_that_the_replay_fits() -> None:
    """On N3 632 cases fit, as in the book: steps it does not know are passed over by both."""
    found = follow("N3", "record", [(N3, LOG.items())])
    assert found.fitting == Replay(N3).log(LOG.items()).fitting == 632


@settings(max_examples=150, deadline=None)
@given(NETS, STORIES)
def test_another_implementation_finds_the_same_cost(net: Net, story: str) -> None:
    other = r4pm.bindings.align_trace(net_of_r4pm(net), list(story))
    assert cost(net, story) == other["cost"]


@settings(max_examples=60, deadline=None)
@given(STORIES.filter(lambda s: len(s) <= 6))
def test_brute_force_finds_the_same_cost(story: str) -> None:
    for net in (N1, N2, N3):
        shortest = 5
        near = runs(net, len(story) + shortest)
        assert cost(net, story) == min(edits(story, run) for run in near)


@pytest.mark.parametrize("path", ["", "a", "b", "ab", "ba", "aab", "bbaa", "cab"])
def test_brute_force_on_drawings(tmp_path: Path, path: str) -> None:
    kinds = {"g": "parallelGateway", "j": "parallelGateway", "a": "task", "b": "task"}
    flows = ("s-g", "g-a", "g-b", "a-j", "b-j", "j-e")
    for gate in ("parallelGateway", "inclusiveGateway"):
        net = drawn(tmp_path, elements(**(kinds | {"g": gate, "j": gate})), *flows)
        assert cost(net, path) == min(edits(path, run) for run in runs(net, 8))
    loop = drawn(tmp_path, elements(a="task", x="exclusiveGateway"), "s-a", "a-x", "x-a", "x-e")
    assert cost(loop, path) == min(edits(path, run) for run in runs(loop, 8))


@settings(max_examples=100, deadline=None)
@given(NETS, STORIES, st.integers(0, 8))
def test_properties(net: Net, story: str, place: int) -> None:
    """Bounds, a story and a run in the moves, and one step more or less costs at most 1."""
    found = Aligner(net).align(story)
    assert found is not None
    assert 0 <= found.cost <= found.worst
    assert 0.0 <= found.fitness <= 1.0
    assert "".join(m.step for m in found.moves if m.kind != "skipped") == story
    replayed = Replay(net).case(found.run)
    assert replayed.missing == replayed.remaining == 0
    assert found.cost == sum(m.kind != "sync" for m in found.moves)
    shorter = story[:place] + story[place + 1 :]
    assert abs(found.cost - cost(net, shorter)) <= len(story) - len(shorter)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([N1, N2, N4]), STORIES)
def test_fitness_is_one_if_and_only_if_the_replay_fits(net: Net, story: str) -> None:
    tokens = Replay(net).case(story)
    assert (cost(net, story) == 0) == (tokens.missing == tokens.remaining == 0)


def test_runs_of_the_net_cost_nothing() -> None:
    for path in (*CHANGE.values(), *CHAINS.values()):
        net = net_of_path(path)
        every = runs(net, 6)
        assert every
        assert all(cost(net, run) == 0 for run in every)
    assert runs(net_of_path("a & b > c | d"), 3) == {
        ("a", "b", "c"), ("a", "b", "d"), ("b", "a", "c"), ("b", "a", "d"),
    }  # fmt: skip


def test_what_was_skipped_extra_or_in_the_wrong_order() -> None:
    net = net_of_path("a > b > c > d")
    told = {
        story: deviations(Aligner(net).align(story).moves)  # type: ignore[union-attr]
        for story in ("abcd", "acd", "abbcd", "bcda", "dabc", "abdc")
    }
    assert told["abcd"] == deviations([Move("sync", x) for x in "abcd"])
    assert (told["acd"].skipped, told["acd"].extra, told["acd"].wrong) == (("b",), (), ())
    assert (told["abbcd"].skipped, told["abbcd"].extra) == ((), ("b",))
    assert told["bcda"].wrong == (("a", "b"),), "a came after b: it should have come first"
    assert told["dabc"].wrong == (("c", "d"),), "the nearest to its place: c came after d"
    assert told["abdc"].wrong == (("c", "d"),)


def test_beyond_the_bound_the_answer_is_grey_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Aligner(N1, states=9).align("hgfedcba") is None
    tired = Aligner(N1, left=20)
    assert tired.align("acdeh") is not None
    assert tired.align("hgfedcba") is None
    monkeypatch.setattr("trueup.audit.conformance.following.Aligner", partial(Aligner, states=9))
    most = follow("N1", "record", [(N1, [("acdeh", 8), ("hgfedcba", 2)])])
    assert (most.cases, most.aligned, most.grey) == (10, 8, "")
    few = follow("N1", "record", [(N1, [("acdeh", 7), ("hgfedcba", 3)])])
    assert (few.cases, few.aligned, few.grey) == (10, 7, "too many ways through the plan")


def test_a_plan_without_end_or_without_cases_is_grey() -> None:
    endless = Net(3, (Transition("a", (0,), (1,)), Transition("b", (2,), (2,))), 0, 2)
    grey = follow("endless", "record", [(endless, [("a", 3)])])
    assert (grey.aligned, grey.grey) == (0, "the plan can never be finished")
    assert follow("none", "record", [(N1, [])]).grey == "no case of it ended in the period"


def test_silent_steps_that_make_tokens_without_end_are_bounded() -> None:
    """A silent step that adds a token for ever: the search still ends, with the right cost."""
    net = Net(3, (Transition(None, (0,), (0, 1)), Transition("b", (1,), ()),
                  Transition("a", (0,), (2,))), 0, 2)  # fmt: skip
    assert [cost(net, story) for story in ("a", "ba", "bba", "b")] == [0, 0, 0, 1]


def test_the_order_of_the_stories_is_irrelevant() -> None:
    one = follow("N2", "record", [(N2, list(LOG.items()))])
    two = follow("N2", "record", [(N2, list(LOG.items())[::-1])])
    assert one == two
    assert projected(N3, [("azc", 2), ("ac", 1)]) == {("a", "c"): 3}
