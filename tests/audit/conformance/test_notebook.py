"""The routes that `./trueup bench mining` compares: the notebook's replay, and what is asked."""

from __future__ import annotations

import pytest
from bench import million, mining, notebook
from hypothesis import given
from hypothesis import strategies as st

from trueup.audit.conformance.net import Replay

WAY = st.lists(st.sampled_from(mining.STEPS), max_size=12).map(tuple)


@given(st.lists(WAY, max_size=8))
def test_the_notebook_replays_as_the_product_does(cases: list[tuple[str, ...]]) -> None:
    if not notebook.THERE:
        pytest.skip("pandas is not there")
    tokens = Replay(mining.PLAN).log([(case, 1) for case in cases]).tokens
    wanted = {name: getattr(tokens, name) for name in notebook.NAMES}
    assert notebook.replay(mining.PLAN, cases) == wanted
    assert notebook.replay_of_ways(mining.PLAN, cases) == wanted


@pytest.mark.parametrize("command", [mining.main, million.main])
@pytest.mark.parametrize("text", ["abc", "0", "-5", "1.5", "", "10 000", "1e6", "999999999999"])
def test_a_number_of_events_that_is_none_is_named(
    command: object, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(command)
    assert command([text]) == 2
    assert "For example: ./trueup bench" in capsys.readouterr().err
