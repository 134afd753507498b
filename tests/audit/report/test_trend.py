"""Better, same, worse: only where the change of the key measures itself shows it (3.4, item 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audit.golden.packs import START, ask, make
from trueup.audit.catalogue import all_measures
from trueup.audit.decide import Bounds
from trueup.audit.declare import Estimate
from trueup.audit.judging import Judged
from trueup.audit.result import AuditResult
from trueup.audit.stats.shares import wilson
from trueup.audit.trends import _by_score, _move, _p, _together, _word

HOUR = timedelta(hours=1)
FIRST_ANSWER = all_measures()["MC-06"]


def tickets(slow_then: int, slow_now: int, months: int = 24) -> Iterator[dict[str, Any]]:
    """A hundred incidents a month; so many of them wait three days for a first answer."""
    for month in range(months):
        slow = slow_now if month >= months - 12 else slow_then
        for i in range(100):
            at = START + timedelta(days=30.4 * (month - (months - 12)), minutes=7 * i)
            wait = 72 if i < slow else 0.2
            yield {
                "id": f"R{month:02}{i:03}", "kind": "incident", "state": "closed", "priority": 2,
                "opened_at": at, "first_response_at": at + wait * HOUR,
                "resolved_at": at + 80 * HOUR, "closed_at": at + 90 * HOUR,
            }  # fmt: skip


def word(result: AuditResult, id: str = "communication") -> str:
    return str(next(i["trend"] for i in result.data["indicators"] if i["id"] == id))


def test_a_year_that_got_worse_says_so(tmp_path: Path) -> None:
    result = ask(make(tmp_path, record=list(tickets(10, 45))), "MC-06")
    assert result.light("communication") == "amber"
    assert word(result) == "worse"


@pytest.mark.parametrize(("then", "now", "months"), [(45, 45, 24), (45, 44, 24), (10, 45, 12)])
def test_no_change_and_no_history_say_nothing(
    tmp_path: Path, then: int, now: int, months: int
) -> None:
    assert word(ask(make(tmp_path, record=list(tickets(then, now, months))), "MC-06")) == "unknown"


def test_good_news_needs_most_of_the_key_measures(tmp_path: Path) -> None:
    result = ask(make(tmp_path, record=list(tickets(80, 40))), "MC-06")
    assert result.light("communication") == "amber"
    assert word(result) == "unknown"


@pytest.mark.parametrize(("words", "share", "told"), [
    (("worse", "same"), 0.2, "worse"), (("better", "same"), 0.6, "better"),
    (("better",), 0.5, "unknown"), (("same", "same"), 1.0, "same"),
    (("same", "unknown"), 1.0, "unknown"), (("better", "worse"), 1.0, None), ((), 0.0, "unknown"),
])  # fmt: skip
def test_one_word_for_an_indicator(words: tuple[Any, ...], share: float, told: str | None) -> None:
    assert _together(list(words), share) == told


def _rated(good: int, n: int) -> Estimate:
    ring = wilson(good, n)
    return Estimate(good / n, ring.low, ring.high, n)


def judged(good: int, n: int, light: Any = "amber") -> Judged:
    return Judged(FIRST_ANSWER, light, Bounds(0.9, 0.8), _rated(good, n), None, "")


@given(st.integers(0, 400), st.integers(0, 400))
def test_swapping_then_and_now_turns_the_word(then: int, now: int) -> None:
    a, b = judged(then, 400), judged(now, 400)
    assert a.estimate is not None
    assert b.estimate is not None
    forth, back = _move(b, a.estimate), _move(a, b.estimate)
    assert forth.change == pytest.approx(-back.change)
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low))
    turned = {"better": "worse", "worse": "better"}
    kept = {"MC-06": True}
    there, again = _word(forth, b, kept), _word(back, a, kept)
    assert turned.get(there, there) == again
    assert (there == "worse") <= (now < then)


@given(st.integers(30, 5000), st.floats(0, 1))
def test_a_change_whose_interval_covers_nothing_is_never_called(n: int, share: float) -> None:
    """Better or worse is said only where the two-sided test rejects at 10 %."""
    now = judged(round(n * share), n)
    move = _move(now, _rated(round(0.85 * n), n))
    if _word(move, now, {"MC-06": True}) in ("better", "worse"):
        p = _p(move)
        assert p is not None
        assert p < 0.1
        assert not move.low <= 0 <= move.high


def test_where_measures_move_apart_the_score_decides() -> None:
    other = replace(FIRST_ANSWER, id="MC-02")
    now = [judged(396, 400), replace(judged(330, 400), measure=other)]
    then = {"MC-06": judged(200, 400).estimate, "MC-02": judged(336, 400).estimate}
    assert all(then.values())
    assert _by_score(now, {k: v for k, v in then.items() if v}, 1) == "better"
    back = [judged(200, 400), replace(judged(336, 400), measure=other)]
    earlier = {"MC-06": now[0].estimate, "MC-02": now[1].estimate}
    assert _by_score(back, {k: v for k, v in earlier.items() if v}, 1) == "worse"
