"""The hours of a week as people write them, there and back."""

from __future__ import annotations

import json

import pytest

from trueup.audit.whatif.hours import week_of, week_told


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Fr 08:00-18:00",
        "Mo-Th 08:00-18:00; Fr 08:00-14:00; Sa 09:00-12:00",
        "Mo-Fr 08:00-12:00; Mo-Fr 13:00-17:00",
        "Mo-Su 00:00-24:00",
        "Mo 08:00-09:00; We-Th 08:00-09:00",
    ],
)
def test_there_and_back(text: str) -> None:
    assert week_told(json.dumps(week_of(text))) == text


def test_what_cannot_be_read_stays_as_it_is() -> None:
    assert week_told("whenever") == "whenever"
    assert week_told("[1]") == "[1]"
    assert week_told(None) == "None"
