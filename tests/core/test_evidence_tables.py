"""The tables as code are the tables of the contract, to the letter."""

import re
from importlib.resources import files

import pytest
import yaml

from trueup.core import evidence

CONTRACT = yaml.safe_load(
    files("trueup.core.contracts").joinpath("evidence-schema.yaml").read_text("utf-8")
)


def told(area: str, table: str) -> list[tuple[str, str, bool, tuple[str, ...] | None, str | None]]:
    columns = []
    for name, text in CONTRACT[area][table].items():
        required = text.endswith("!")
        plain = text.removesuffix("!").strip()
        listed = re.fullmatch(r"\{(.*)\}", plain)
        ref = re.fullmatch(r"-> (\w+)", plain)
        kind = "str" if listed or ref else plain
        values = tuple(listed[1].split(",")) if listed else None
        columns.append((name, kind, required, values, ref[1] if ref else None))
    return columns


def test_the_same_tables_in_the_same_areas() -> None:
    contract = {(area, name) for area, tables in CONTRACT.items() for name in tables}
    assert {(t.area, t.name) for t in evidence.TABLES.values()} == contract


@pytest.mark.parametrize("name", sorted(evidence.TABLES))
def test_the_same_columns(name: str) -> None:
    table = evidence.TABLES[name]
    have = [(c.name, c.type, c.required, c.values, c.ref) for c in table.columns]
    assert have == told(table.area, name)


def test_a_row_without_id_is_known_by_its_required_columns() -> None:
    assert evidence.TABLES["record"].key == ("id",)
    assert evidence.TABLES["event"].key == ("seq",)
    assert evidence.TABLES["change_ci"].key == ("change", "ci")
    assert evidence.TABLES["usage"].key == ("service", "month", "units")


def test_an_unknown_column_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        evidence.TABLES["record"].column("colour")
