"""How the result reads: names of indicators, words of lights and results, plain numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from trueup.audit.catalogue import all_checks, all_measures
from trueup.audit.languages.figures import MONTHS
from trueup.audit.numbers import plain
from trueup.core.verdicts import CONFIDENCE as CONFIDENCE
from trueup.core.verdicts import GRADES as GRADES
from trueup.core.verdicts import GROUPS as GROUPS
from trueup.core.verdicts import INDICATORS as INDICATORS
from trueup.core.verdicts import QUESTIONS as QUESTIONS
from trueup.core.verdicts import RESULTS as RESULTS

LIGHTS = {
    "green": "Good",
    "amber": "Watch",
    "red": "Act",
    "not_enough_evidence": "Not enough evidence",
    "data_not_trustworthy": "Data not trustworthy",
    "not_applicable": "Does not apply",
}
TRENDS = {
    "better": "Better than in the period before,",
    "same": "As in the period before,",
    "worse": "Worse than in the period before,",
    "unknown": "No clear change since the period before,",
}
DEGREES = {"met": "Met", "partly": "Partly met", "not": "Not met", "not_tested": "Not tested"}
VERIFIED = {
    "effective": "Effective",
    "partly": "Partly effective",
    "not_effective": "Not effective",
    "cannot_tell": "Cannot tell yet",
}
BECAME = {
    "open": "Open",
    "overdue": "Overdue",
    "closed": "Closed, no result recorded",
    "effective": "Effective",
    "partly": "Partly effective",
    "not_effective": "Not effective",
    "unproven": "Closed as unproven",
    "accepted": "Risk accepted",
}


def amount(value: str | None) -> str:
    """An amount of the result as people read it: whole, thousands with commas."""
    return "–" if value is None else f"{float(value):,.0f}"


def span(gain: dict[str, str | None], currency: str) -> str:
    """A yearly gain in its currency: its range, or one amount where both ends are the same."""
    if gain["likely"] is None:
        return "Not in money"
    low, high = amount(gain["low"]), amount(gain["high"])
    money = low if low == high else f"{low} to {high}"
    return " ".join(f"{money} {currency} a year".split())


def shown(value: float | None, unit: str, currency: str) -> str:
    """A value of a measure, with its currency where it is money."""
    told = plain(value, unit)
    return f"{told} {currency}".strip() if value is not None and unit.startswith("money") else told


def lower(sentence: str) -> str:
    """A sentence as it goes on after a colon."""
    return sentence[:1].lower() + sentence[1:]


def day(text: str) -> str:
    """A date of the result as people write it."""
    at = date.fromisoformat(text[:10])
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def between(row: dict[str, Any], unit: str = "") -> str:
    """The interval in words; nothing where the value was counted exactly or is not known."""
    low, high = row.get("low"), row.get("high")
    if low is None or high is None or low == high:
        return ""
    return likely(plain(low, unit), plain(high, unit))


def likely(low: str, high: str) -> str:
    """Two ends as they are written; nothing where they read the same."""
    return "" if low == high else f"likely {low} to {high}"


def title(id: str) -> str:
    """The title of a measure or the question of a check, by its id."""
    if id in all_measures():
        return all_measures()[id].title
    return all_checks()[id].title if id in all_checks() else id


def share_unit(row: dict[str, Any]) -> str:
    """The unit of a check's value: a share where it and its interval lie within 0 and 1."""
    values = [row.get(k) for k in ("value", "low", "high") if row.get(k) is not None]
    return "share" if values and all(0 <= float(v or 0) <= 1 for v in values) else ""
