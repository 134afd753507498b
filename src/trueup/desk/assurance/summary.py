"""The few numbers of a result that lists, charts and the run's row show."""

from __future__ import annotations

from typing import Any

SHOWN = ("id", "light", "score", "score_low", "score_high", "trend", "confidence")


def summary_of(data: dict[str, Any], currency: str) -> dict[str, Any]:
    """Lights with their scores, and how many of each answer; small, and plain JSON."""
    results: dict[str, int] = {}
    for check in data["checks"]:
        results[check["result"]] = results.get(check["result"], 0) + 1
    lights: dict[str, int] = {}
    for measure in data["measures"]:
        lights[measure["light"]] = lights.get(measure["light"], 0) + 1
    return {
        "as_of": data["pack"]["as_of"],
        "period": data["pack"]["period"],
        "currency": currency,
        "indicators": [{name: row[name] for name in SHOWN} for row in data["indicators"]],
        "findings": len(data["findings"]),
        "checks": results,
        "measures": lights,
        "tier": data["readiness"]["tier"],
    }
