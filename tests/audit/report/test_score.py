"""The score of an indicator to the letter of the rule (3.4, items 4 to 6)."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.audit import measures
from trueup.audit.catalogue import all_measures
from trueup.audit.decide import Bounds
from trueup.audit.declare import Answer, Estimate
from trueup.audit.indicators import FLOOR, combined, indicators, usefulness
from trueup.audit.judging import Judged

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
COMMUNICATION = [m for m in all_measures().values() if m.indicator == "communication"]
UP = [m for m in COMMUNICATION if m.direction == "up"]


def told(*parts: Judged) -> Any:
    return next(i for i in indicators(parts, 1) if i.id == "communication")


def judged(place: int, value: float, light: Any, **more: Any) -> Judged:
    """A measure where more is better, target 0.9 and limit 0.7."""
    estimate = Estimate(value, value, value, 100, **more)
    measure = replace(UP[place], key=True, target=0.9, limit=0.7)
    return Judged(measure, light, Bounds(0.9, 0.7), estimate, None, "")


@given(NUMBERS, st.floats(0.01, 1e4), st.sampled_from([-1, 1]))
def test_one_at_the_target_half_at_the_limit_floor_at_the_mirror(
    target: float, gap: float, sign: int
) -> None:
    limit = target + sign * gap
    way: Any = "down" if sign > 0 else "up"
    points = [target - sign * gap, target, (target + limit) / 2, limit, 2 * limit - target]
    got = [float(usefulness(x, target, limit, way)) for x in points]
    assert got == pytest.approx([1.0, 1.0, 0.75, 0.5, FLOOR], abs=1e-3)


@given(NUMBERS, NUMBERS)
def test_without_room_it_is_one_or_the_floor(value: float, target: float) -> None:
    got = float(usefulness(value, target, target, "down"))
    assert got == (1.0 if value <= target else FLOOR)


def test_nine_good_ones_do_not_buy_off_a_bad_one() -> None:
    us = [np.array([1.0])] * 9 + [np.array([0.1])]
    assert float(combined(us)[0]) == pytest.approx(30.3, abs=0.1)


@given(st.lists(st.floats(FLOOR, 1.0), min_size=1, max_size=17))
def test_the_score_lies_between_the_worst_and_the_mean(us: list[float]) -> None:
    score = float(combined([np.array([u]) for u in us])[0])
    assert 100 * min(us) - 1e-6 <= score <= 100 * sum(us) / len(us) + 1e-6


def test_the_light_caps_the_score() -> None:
    green, amber = judged(0, 0.95, "green"), judged(1, 0.89, "amber")
    assert told(green, judged(1, 0.91, "green")).score == pytest.approx(100.0)
    assert told(green, amber).score == 74.0
    assert told(green, judged(1, 0.89, "red")).score == 39.0


def test_the_binding_measure_lifts_the_score_most() -> None:
    parts = [judged(0, 0.80, "amber"), judged(1, 0.72, "amber"), judged(2, 0.95, "green")]
    assert told(*parts).binding_measure == UP[1].id
    assert told(judged(0, 0.95, "green")).binding_measure is None
    assert told(judged(0, 0.95, "green"), judged(1, 0.92, "amber")).binding_measure == UP[1].id


def test_the_interval_holds_the_point_and_widens_with_doubt() -> None:
    sure = judged(0, 0.8, "amber")
    wide = replace(sure, estimate=Estimate(0.8, 0.7, 0.9, 100))
    assert told(sure).score_low == told(sure).score == told(sure).score_high
    i = told(wide)
    assert i.score_low == pytest.approx(50, abs=3)
    assert i.score == 74.0
    assert i.score_low < i.score <= i.score_high


@pytest.mark.parametrize(("more", "word"), [
    ({}, "high"), ({"method": "compared"}, "medium"), ({"method": "modelled"}, "low"),
    ({"grade": "C"}, "medium"), ({"grade": "D"}, "low"), ({"coverage": 0.9}, "medium"),
])  # fmt: skip
def test_confidence_is_the_worst_of_its_four_parts(more: dict[str, Any], word: str) -> None:
    sure = judged(0, 0.95, "green")
    assert told(sure, judged(1, 0.95, "green", **more)).confidence == word


@pytest.mark.parametrize(("half", "word"), [(0.1, "high"), (0.2, "medium"), (0.3, "low")])
def test_a_wide_interval_lowers_confidence(half: float, word: str) -> None:
    part = replace(judged(0, 0.95, "green"), estimate=Estimate(0.95, 0.95 - half, 0.95 + half, 50))
    assert told(part).confidence == word


def test_context_is_not_counted_and_a_trend_counts_one_or_half() -> None:
    context = replace(judged(1, 0.1, "not_applicable"), bounds=Bounds(None, None, "context"))
    assert told(judged(0, 0.95, "green"), context).score == pytest.approx(100.0)
    signal = replace(judged(1, 5.0, "amber"), bounds=Bounds(None, None, "trend"))
    assert told(signal).score == pytest.approx(50.0)


@pytest.mark.parametrize(("light", "score"), [("green", 100), ("amber", 50), ("red", 5)])
def test_a_special_row_counts_by_its_light(light: Any, score: float) -> None:
    """MR-07 at a P50 within and a P90 above the appetite is amber, and 0.5 (3.3), not the floor."""
    measure = all_measures()["MR-07"]
    estimate = Estimate(1200.0, 700.0, 1500.0, 9)
    answer = Answer(estimate, light=light)
    one = Judged(measure, light, Bounds(1000.0, 1000.0), estimate, answer, "")
    got = next(i for i in indicators([one], 1) if i.id == "risk_impact")
    assert (got.score, got.score_low, got.score_high) == (score, score, score)


def test_the_special_rows_are_those_of_the_method() -> None:
    source = Path(measures.__file__).parent
    own = {
        path.stem[:5].upper().replace("_", "-")
        for path in source.rglob("m*_[0-9][0-9]_*.py")
        if re.search(r"\blight=_light", path.read_text("utf-8"))
    }
    assert own == {"MR-07", "MR-10", "MR-13"}
