"""Each finding with its ten parts; the records open below the claim."""

from __future__ import annotations

from typing import Any

from trueup.audit.numbers import plain
from trueup.audit.report.html.charts import units
from trueup.audit.report.html.parts import light, records, text
from trueup.audit.report.words import GRADES, INDICATORS, share_unit, span, title


def findings(data: dict[str, Any]) -> str:
    """All issued findings in the order of work."""
    if not data["findings"]:
        return ""
    by_key = {d["key"]: d for c in data["checks"] for d in c["detections"]}
    home = {d["key"]: c for c in data["checks"] for d in c["detections"]}
    lights = {i["id"]: i["light"] for i in data["indicators"]}
    plan = {p["finding"]: p for p in data["actions_plan"]}
    cards = "".join(
        _card(f, by_key, lights, plan[f["key"]], _drawn(f, home)) for f in data["findings"]
    )
    return f'<h2 id="findings">Findings</h2>{cards}'


def _drawn(f: dict[str, Any], home: dict[str, Any]) -> str:
    """The units of the first check of a finding that has several."""
    checks = {home[k]["id"]: home[k] for k in f["detections"] if k in home}
    return next((chart for c in checks.values() if (chart := units(c))), "")


def _test(test: dict[str, Any]) -> str:
    both = {"value": test["baseline"], "low": test["expected"], "high": None}
    unit = share_unit(both)
    return text(
        f"{title(test['measure'])} ({test['measure']}): {plain(test['baseline'], unit)} today; it "
        f"worked if {plain(test['expected'], unit)} or better is reached after "
        f"{test['ready_after']} and at least {test['n_min']} cases."
    )


def _card(
    f: dict[str, Any],
    by_key: dict[str, Any],
    lights: dict[str, str],
    plan: dict[str, Any],
    chart: str,
) -> str:
    place = (
        f"Place {f['place']}"
        if f["place_low"] == f["place_high"]
        else f"Place {f['place_low']} to {f['place_high']}"
    )
    names = ", ".join(INDICATORS[i] for i in f["indicators"])
    first, then, test = f["do_first"], f["do_then"], f["verification"]
    causes = "".join(
        f'<li><span class="tag">{c["evidence"]}</span>{text(c["text"])}</li>' for c in f["causes"]
    )
    worth = span(f["gain"])
    if plan["chance_it_pays"] is not None:
        worth += f"; pays with {plan['chance_it_pays']:.0%}"
    parts = (
        ("What we saw", text(f["saw"]) + chart),
        ("What should be", f"{text(f['should_be'])}<br><span class='small second'>"
         f"{text(' · '.join(f['criteria']))}</span>"),
        ("Why it matters", text(f["matters"])),
        ("How sure we are", text(f["sure"])),
        ("Likely causes", f"<ul style='padding-left:0;list-style:none;margin:0'>{causes}</ul>"),
        ("Do first", f"<strong>{text(first['text'])}</strong><br><span class='small second'>"
         f"{text(first['owner_role'])}, {text(first['effort'])}</span>"),
        ("Do then", f"{text(then['text'])}<br><span class='small second'>"
         f"{text(then['owner_role'])}, {text(then['effort'])}</span>"),
        ("Expected gain", text(worth)),
        ("How we will know", _test(test)),
        ("Look yourself", records([by_key[k] for k in f["detections"] if k in by_key])),
    )  # fmt: skip
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in parts)
    worst = next((lights[i] for i in f["indicators"] if lights[i] == "red"), None)
    shape = light(worst or lights[f["indicators"][0]], names) if f["indicators"] else ""
    return (
        f'<article class="card finding" id="f-{f["key"]}"><h3>{text(f["headline"])}</h3>'
        f'<p>{shape} <span class="tag">{GRADES[f["grade"]]}</span><span class="tag">{place}</span>'
        f"</p><dl>{rows}</dl></article>"
    )
