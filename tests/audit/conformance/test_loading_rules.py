"""A rule file is refused with the rule's name where it cannot be trusted."""

from __future__ import annotations

import pytest
import yaml

from trueup.audit.conformance.rules import load
from trueup.core.refusals import Refused

GOOD = {
    "id": "X-01", "level": "M", "kind": "record", "type": "precedence", "sentence": "First a.",
    "a": "resolved", "b": "closed", "feeds": [],
    "breaks": {"record": [{"id": "R1"}]}, "keeps": {"record": [{"id": "R1"}]},
}  # fmt: skip


def told(*rules: dict[str, object]) -> str:
    return yaml.safe_dump(list(rules))


def test_a_whole_rule_is_read() -> None:
    (rule,) = load(told(GOOD))
    assert (rule.id, rule.steps[0].kind) == ("X-01", "preceded")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"breaks": None}, "needs a case that breaks it"),
        ({"keeps": {}}, "one that keeps it"),
        ({"type": "perhaps"}, "type or level"),
        ({"level": "X"}, "type or level"),
        ({"sentence": None, "colour": "red"}, "colour"),
        ({"where": "__import__('os').system('x')"}, "cannot be read"),
        ({"where": "a.b == 1"}, "cannot be read"),
        ({"where": "priority == [1, 2]"}, "cannot be read"),
        ({"where": "x == 1 or (lambda: 1)() == 1"}, "cannot be read"),
        ({"type": "response", "within": "10 years"}, "10 years"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_by_name(
    change: dict[str, object], word: str
) -> None:
    with pytest.raises(Refused) as refused:
        load(told(GOOD | change))
    assert "X-01" in str(refused.value)
    assert word in str(refused.value)


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(Refused, match="twice"):
        load(told(GOOD, GOOD))


def test_a_bare_switch_for_a_key_is_told() -> None:
    """YAML reads `on:` as true: a rule that says so would have lost its condition."""
    with pytest.raises(Refused, match="True"):
        load(told(GOOD).replace("level: M", "level: M\n  on: case"))
