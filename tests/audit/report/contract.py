"""A strict reading of the result contract: the yaml file is the law, nothing is assumed.

Made apart from the product's own schema on purpose: it reads the contract's text again. A result
must fit both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.contract import schema

LIGHTS = {
    "green", "amber", "red", "not_enough_evidence", "data_not_trustworthy", "not_applicable",
}  # fmt: skip
RESULTS = {
    "clean", "exceptions", "watch", "not_enough_evidence", "data_not_trustworthy", "not_applicable",
}  # fmt: skip
MONEY = re.compile(r"-?\d+\.\d\d")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
SHA = re.compile(r"[0-9a-f]{64}")
# Where "str" of the contract is an amount of money.
AMOUNTS = re.compile(r"(effect\.(money\.(low|likely|high)|risk_p90)|gain\.(low|likely|high)"
                     r"|actions_plan\[\]\.(expected_net|p10))$")  # fmt: skip
# What may be null: numbers, amounts and these; every other field always has a value.
NULLABLE = re.compile(
    r"(log_head|next_best_data\.table|binding_measure|deadline|expected_net|p10|verification\.\w+"
    r"|unit)$"
)


def law() -> dict[str, Any]:
    """The contract as it is written."""
    text = files("trueup.core.contracts").joinpath("audit-result.yaml").read_text("utf-8")
    tree: dict[str, Any] = yaml.safe_load(text)
    return tree


def faults(data: dict[str, Any]) -> list[str]:
    """Every place where a result is not what the contract says."""
    return [*_object(law(), data, ""), *_whole(data), *_published(data)]


def _published(data: dict[str, Any]) -> Iterator[str]:
    """What the published JSON Schema says beyond that."""
    for error in Draft202012Validator(schema()).iter_errors(data):
        yield f"schema: {error.json_path}: {error.message[:200]}"


def _object(tree: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {type(value).__name__} where an object is due"
        return
    if set(tree) != set(value):
        yield f"{path}: fields {sorted(set(tree) ^ set(value))} are missing or too many"
    for name in tree.keys() & value.keys():
        yield from _node(tree[name], value[name], f"{path}.{name}".lstrip("."))


def _node(want: Any, value: Any, path: str) -> Iterator[str]:
    if value is None:
        if not _may_be_null(want, path):
            yield f"{path}: null"
    elif isinstance(want, dict):
        yield from _object(want, value, path)
    elif isinstance(want, list):
        if not isinstance(value, list):
            yield f"{path}: no list"
            return
        for item in value:
            yield from _node(want[0], item, f"{path}[]")
    else:
        fault = _scalar(str(want), value, path)
        if fault:
            yield f"{path}: {value!r} {fault}"


def _may_be_null(want: Any, path: str) -> bool:
    return want in ("int", "float") or bool(AMOUNTS.search(path) or NULLABLE.search(path))


def _scalar(want: str, value: Any, path: str) -> str:
    if want == "any":
        return ""
    if want == "bool":
        return "" if isinstance(value, bool) else "is no bool"
    if want in ("int", "float"):
        right = isinstance(value, int if want == "int" else int | float)
        return "" if right and not isinstance(value, bool) else f"is no {want}"
    if isinstance(want, str) and re.fullmatch(r"0\.\d+", want):
        return "" if value == float(want) else f"is not {want}"
    if not isinstance(value, str):
        return "is no text"
    shape = {"time": TIME, "date": DATE}.get(want) or (MONEY if AMOUNTS.search(path) else None)
    if shape:
        return "" if shape.fullmatch(value) else "has the wrong shape"
    allowed = LIGHTS if want == "light" else set(want.split("|")) if "|" in want else None
    return "" if allowed is None or value in allowed else "is not in the list"


def _whole(data: dict[str, Any]) -> Iterator[str]:
    """What holds between fields: all rows in order, evidence in order, findings that point."""
    if [m["id"] for m in data["measures"]] != list(all_measures()) or len(all_measures()) != 65:
        yield "measures: not the 65 of the method in order"
    if [c["id"] for c in data["checks"]] != list(all_checks()) or len(all_checks()) != 104:
        yield "checks: not the 104 of the method in order"
    indicators = ["growth_value", "budget_adherence", "risk_impact", "communication"]
    if [i["id"] for i in data["indicators"]] != indicators:
        yield "indicators: not the four in order"
    if not SHA.fullmatch(data["pack"]["manifest_sha256"]):
        yield "pack.manifest_sha256: no digest"
    keys = [d["key"] for c in data["checks"] for d in c["detections"]]
    if len(keys) != len(set(keys)):
        yield "detections: a key stands twice"
    for check in data["checks"]:
        yield from _check(check)
    for finding in data["findings"]:
        if not set(finding["detections"]) <= set(keys):
            yield f"finding {finding['key']}: points to a detection that is not there"
        if len(finding["headline"].split()) > 20:
            yield f"finding {finding['key']}: headline of more than 20 words"
        empty = [k for k, v in finding.items() if v in ("", []) and k != "indicators"]
        if empty:
            yield f"finding {finding['key']}: {empty} is empty"
    if len(data["findings"]) > 10:
        yield "findings: more than ten"
    if [p["finding"] for p in data["actions_plan"]] != [f["key"] for f in data["findings"]]:
        yield "actions_plan: not the findings in order"


def _check(check: dict[str, Any]) -> Iterator[str]:
    id, result = check["id"], check["result"]
    if result not in RESULTS:
        yield f"{id}: result {result}"
    if (result == "exceptions") != bool(check["detections"]):
        yield f"{id}: {result} with {len(check['detections'])} detections"
    if result in ("clean", "exceptions", "watch") and not check["tested"]:
        yield f"{id}: {result}, though nothing was tested"
    if result == "not_enough_evidence" and not (check["needs"] or check["missing"]):
        yield f"{id}: grey without a word on what it needs"
    for d in check["detections"]:
        rows = [(e["table"], e["id"]) for e in d["evidence"]]
        if rows != sorted(rows):
            yield f"{id}: evidence is not ordered by table and id"
        if len(rows) != min(d["evidence_total"], 1000):
            yield f"{id}: {len(rows)} of {d['evidence_total']} exceptions shown"
        if len(d["counter_examples"]) > 20:
            yield f"{id}: more than 20 counter-examples"
        if len(d["headline"].split()) > 20 or not any(ch.isdigit() for ch in d["headline"]):
            yield f"{id}: headline “{d['headline']}”"
        if d["low"] is not None and d["high"] is not None and d["low"] > d["high"]:
            yield f"{id}: interval upside down"
