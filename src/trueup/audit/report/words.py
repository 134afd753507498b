"""How the result reads: names of indicators, words of lights and results, plain numbers."""

from __future__ import annotations

from typing import Any

INDICATORS = {
    "growth_value": "Growth and value",
    "budget_adherence": "Budget adherence",
    "risk_impact": "Risk impact",
    "communication": "Communication effectiveness",
}
QUESTIONS = {
    "growth_value": "Does the money follow the use, and is there room to grow?",
    "budget_adherence": "Did we spend what this year's work justifies, and where will we end?",
    "risk_impact": "Which of our own actions hurt, and do our safeguards work?",
    "communication": "Are customers satisfied, and do our words arrive in time?",
}
LIGHTS = {
    "green": "Good",
    "amber": "Watch",
    "red": "Act",
    "not_enough_evidence": "Not enough evidence",
    "data_not_trustworthy": "Data not trustworthy",
    "not_applicable": "Does not apply",
}
RESULTS = {
    "clean": ("green", "Clean"),
    "watch": ("amber", "Watch"),
    "exceptions": ("red", "Exceptions"),
    "not_enough_evidence": ("not_enough_evidence", "Not enough evidence"),
    "data_not_trustworthy": ("data_not_trustworthy", "Data not trustworthy"),
    "not_applicable": ("not_applicable", "Does not apply"),
}
CONFIDENCE = {
    "high": "We counted every record.",
    "medium": "A sample, a comparison or partial records.",
    "low": "An estimate, or few records.",
}
GRADES = {
    "major": "Major nonconformity",
    "minor": "Minor nonconformity",
    "observation": "Observation",
    "opportunity": "Opportunity",
}
GROUPS = {
    "must": "Must be done, whatever the rest",
    "gate": "Repairs the data, so that more can be judged",
    "deadline": "Has a date",
    "value": "Pays most",
    "find_out": "Look at ten cases first",
}


def plain(value: float | None, unit: str = "") -> str:
    """A number as people read it: shares as percent, thousands with commas, dash for absent."""
    if value is None:
        return "–"
    if unit.startswith("share") or unit == "probability":
        return f"{value:.1%}" if abs(value) < 0.1 else f"{value:.0%}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def between(row: dict[str, Any], unit: str = "") -> str:
    """The interval in words; nothing where the value was counted exactly or is not known."""
    low, high = row.get("low"), row.get("high")
    if low is None or high is None or low == high:
        return ""
    return f"likely {plain(low, unit)} to {plain(high, unit)}"


def share_unit(row: dict[str, Any]) -> str:
    """The unit of a check's value: a share where it and its interval lie within 0 and 1."""
    values = [row.get(k) for k in ("value", "low", "high") if row.get(k) is not None]
    return "share" if values and all(0 <= float(v or 0) <= 1 for v in values) else ""
