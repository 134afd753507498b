"""The result contract as a JSON Schema, generated from `core/contracts/audit-result.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

LIGHTS = (
    "green", "amber", "red", "not_enough_evidence", "data_not_trustworthy", "not_applicable",
)  # fmt: skip
NUMBERS: dict[str, dict[str, Any]] = {
    "int": {"type": ["integer", "null"]},
    "float": {"type": ["number", "null"]},
    "bool": {"type": "boolean"},
    "any": {},
    "date": {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "time": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$"},
    "light": {"enum": list(LIGHTS)},
    "str": {"type": ["string", "null"]},
}
MONEY: dict[str, Any] = {"type": ["string", "null"], "pattern": r"^-?\d+\.\d{2}$"}
# Where a text of the contract is an amount, by the names of the fields that lead there.
AMOUNTS = (
    ("effect", "money", "low"), ("effect", "money", "likely"), ("effect", "money", "high"),
    ("effect", "risk_p90"), ("gain", "low"), ("gain", "likely"), ("gain", "high"),
    ("actions_plan", "expected_net"), ("actions_plan", "p10"),
)  # fmt: skip


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of result.json; objects may hold more than the contract names."""
    text = files("trueup.core.contracts").joinpath("audit-result.yaml").read_text("utf-8")
    tree = yaml.safe_load(text)
    out = _object(tree, ())
    out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    out["title"] = "trueup-audit/1"
    out["properties"]["format"] = {"const": tree["format"]}
    head = out["properties"]["pack"]["properties"]["log_head"]
    head["type"] = ["object", "null"]
    engine = out["properties"]["engine"]["properties"]
    engine["confidence"] = {"const": tree["engine"]["confidence"]}
    indicators = out["properties"]["indicators"]
    indicators["minItems"] = indicators["maxItems"] = 4
    return out


def _object(tree: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _node(value, (*path, name)) for name, value in tree.items()},
        "required": list(tree),
    }


def _node(value: Any, path: tuple[str, ...]) -> dict[str, Any]:
    if isinstance(value, dict):
        return _object(value, path)
    if isinstance(value, list):
        inner = value[0] if value else "any"
        known = isinstance(inner, dict | list) or inner in NUMBERS or "|" in str(inner)
        return {"type": "array", "items": _node(inner if known else "str", path)}
    text = str(value)
    if "|" in text:
        return {"enum": text.split("|")}
    if any(path[-len(amount) :] == amount for amount in AMOUNTS):
        return dict(MONEY)
    if text in NUMBERS:
        return dict(NUMBERS[text])
    return {"type": ["string", "number", "null"]}
