"""Precision by escaping edges against values worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audit.conformance.book import LOG, N1, N4
from tests.audit.conformance.test_replay import drawn, elements
from trueup.audit.conformance.following import follow
from trueup.audit.conformance.net import Net, Transition
from trueup.audit.conformance.paths import net_of_path
from trueup.audit.conformance.precision import Precision, precision

Runs = Iterable[tuple[Sequence[str], int]]


def of(net: Net, runs: Runs) -> Precision:
    found = precision(net, runs)
    assert found is not None
    return found


def test_a_choice_never_taken_escapes_as_often_as_it_was_open() -> None:
    """a, then b or c, then d; only b was taken. Beginnings: "" 1, a 2, ab 1 allowed, 10 times."""
    found = of(net_of_path("a > b | c > d"), [("abd", 10)])
    assert found is not None
    assert (found.allowed, found.escaping) == (40, 10)
    assert found.value == 0.75
    assert not found.allows_everything


def test_beginnings_are_weighted_by_cases() -> None:
    """3 abd and 1 acd: nothing escapes. With a & b only in one order, one of three escapes."""
    both = of(net_of_path("a > b | c > d"), [("abd", 3), ("acd", 1)])
    assert both.value == 1.0
    one = of(net_of_path("a & b"), [("ab", 5)])
    assert (one.allowed, one.escaping) == (15, 5)


def test_silent_steps_are_looked_through(tmp_path: Path) -> None:
    """A loop: after a the plan allows a again (through silent steps); no case took it."""
    net = drawn(tmp_path, elements(a="task", x="exclusiveGateway"), "s-a", "a-x", "x-a", "x-e")
    one = of(net, [(("a",), 4)])
    assert one.value == 1.0, "after the last step nothing is asked"
    two = of(net, [(("a",), 4), (("a", "a"), 1)])
    assert (two.allowed, two.escaping) == (6, 0)


def test_two_steps_of_one_name_lead_to_two_places() -> None:
    """After a the net may be in two places: b and c are both allowed."""
    net = Net(4, (Transition("a", (0,), (1,)), Transition("a", (0,), (2,)),
                  Transition("b", (1,), (3,)), Transition("c", (2,), (3,))), 0, 3)  # fmt: skip
    found = of(net, [("ab", 2)])
    assert (found.allowed, found.escaping) == (6, 2)


def test_a_plan_that_allows_everything_is_named_as_such() -> None:
    """N4 allows each of its steps but a at any time; N1 is a plan."""
    free = follow("N4", "record", [(N4, LOG.items())]).precision
    tight = follow("N1", "record", [(N1, LOG.items())]).precision
    assert tight is not None
    assert free.allows_everything
    assert free.freedom == 0.875
    assert not tight.allows_everything
    assert free.value < 0.4 < 0.9 < tight.value


def test_small_plans_are_not_blamed_for_being_free() -> None:
    net = Net(2, (Transition("a", (0,), (0,)), Transition("b", (0,), (1,))), 0, 1)
    found = of(net, [("aab", 3)])
    assert found.freedom == 1.0
    assert not found.allows_everything


@given(st.lists(st.sampled_from(sorted(LOG)), min_size=1, max_size=6))
def test_precision_is_a_share_in_whatever_order(stories: list[str]) -> None:
    some = of(N1, [(s, 1) for s in stories])
    every = of(N1, [(s, 1) for s in [*stories, *LOG]])
    assert every is not None
    assert 0.0 <= some.value <= 1.0
    whole = of(N1, LOG.items())
    assert whole == of(N1, list(LOG.items())[::-1])


def test_precision_of_an_empty_log_is_no_number() -> None:
    found = of(N1, [])
    assert found.value != pytest.approx(found.value)
