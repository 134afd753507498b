"""The report from top to bottom (method 2.6): one page first, then everything behind it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from trueup.audit.catalogue import all_checks
from trueup.audit.numbers import plain
from trueup.audit.report.html.charts import keys
from trueup.audit.report.html.findings import findings
from trueup.audit.report.html.parts import band, light, records, table, text
from trueup.audit.report.html.style import CSS
from trueup.audit.report.words import (
    CONFIDENCE,
    GROUPS,
    INDICATORS,
    LIGHTS,
    QUESTIONS,
    RESULTS,
    between,
    day,
    share_unit,
    span,
    title,
)
from trueup.audit.result import AuditResult

AREAS = {"own": "Own checks of this organisation"}
JUDGED = ("green", "amber", "red")
PLACES = (
    ("evidence", "Evidence"), *INDICATORS.items(), ("findings", "Findings"),
    ("strengths", "What went right"), ("checks", "All checks"), ("annex", "Annex"),
)  # fmt: skip


def page(result: AuditResult) -> str:
    """The report as one HTML file without any outside reference."""
    data = result.data
    sections = [
        _head(data), _lights(data), _first(data), _unjudged(data), _readiness(data),
        *(_indicator(data, row) for row in data["indicators"]), findings(data), _strengths(data),
        _checks(data, result.own), _criteria(data), _honesty(data), _annex(result),
    ]  # fmt: skip
    heading = text(f"{data['pack']['organisation'] or 'Audit'}: where we stand")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{heading}</title><style>{CSS}</style></head><body><main>"
        f"{''.join(sections)}</main></body></html>\n"
    )


def _head(data: dict[str, Any]) -> str:
    pack, rows = data["pack"], sum(t["rows"] for t in data["readiness"]["tables"])
    log = pack["log_head"]
    seal = f" Log position {log['seq']:,}, sealed." if log else ""
    told = f"{day(pack['period']['from'])} to {day(pack['period']['to'])}"
    links = "".join(f'<a href="#{at}">{name}</a>' for at, name in PLACES)
    return (
        f"<header><h1>Where we stand: {text(pack['organisation'] or 'this organisation')}</h1>"
        f'<p class="second">{told}, as known on {day(pack["as_of"])}. Counted from {rows:,} rows '
        f'of evidence.{seal}</p><nav aria-label="In this report">{links}</nav></header>'
    )


def _lights(data: dict[str, Any]) -> str:
    key = [m for m in data["measures"] if m["key"]]
    panels = [
        _panel(row, [m for m in key if m["indicator"] == row["id"]]) for row in data["indicators"]
    ]
    return f'<div class="grid">{"".join(panels)}</div>'


def _panel(row: dict[str, Any], key: list[dict[str, Any]]) -> str:
    score = "No score"
    if row["score"] is not None:
        low, high = f"{row['score_low']:.0f}", f"{row['score_high']:.0f}"
        score = f"Score {low}" if low == high else f"Score {low} to {high}"
        score += " of 100"
    held = f"Held down most by {row['binding_measure']}." if row["binding_measure"] else ""
    sure = CONFIDENCE[row["confidence"]] if row["light"] in JUDGED else ""
    return (
        f'<section class="card"><div class="head"><span>{INDICATORS[row["id"]]}</span>'
        f"{light(row['light'])}</div><p class='verdict'>{text(row['reason'])}</p>{keys(key)}"
        f'<p class="small second">{score}. {held}</p>'
        f'<div class="foot"><span>{sure}</span><a href="#{row["id"]}">See what is behind it</a></div>'
        "</section>"
    )


def _first(data: dict[str, Any]) -> str:
    if not data["findings"]:
        return "<h2>Do these first</h2><div class='card'>No finding was issued.</div>"
    plan = {p["finding"]: p for p in data["actions_plan"]}
    items = []
    for f in data["findings"][:3]:
        worth = span(f["gain"])
        items.append(
            f'<li><span class="num">{f["place"]}</span><div><h3><a href="#f-{f["key"]}">'
            f"{text(f['headline'])}</a></h3><p class='second'>{text(f['do_first']['text'])}</p></div>"
            f'<div class="side small"><span class="faint">Effort</span> '
            f"{text(f['do_first']['effort'])}<br><span class='faint'>Gain</span> {text(worth)}<br>"
            f'<span class="faint">Why here</span> {GROUPS[plan[f["key"]]["group"]]}</div></li>'
        )
    return (
        '<h2>Do these first</h2><p class="second">In this order: what makes us blind, what has a '
        f'date, what pays most.</p><ol class="card steps" style="padding:0">{"".join(items)}</ol>'
    )


def _unjudged(data: dict[str, Any]) -> str:
    """The key measures without a light, by what they need; the rest stands with its indicator."""
    greys = [m for m in data["measures"] if m["light"] not in JUDGED and m["key"]]
    by: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for m in greys:
        by.setdefault((m["light"], m["needs"]), []).append(m)
    best = data["readiness"]["next_best_data"]
    rows = [f"<div><strong>What to record next.</strong> {text(best['why'])}</div>"]
    for (name, needs), mine in sorted(by.items()):
        titles = ", ".join(
            f"{text(title(m['id']))} <span class='faint'>{m['id']}</span>" for m in mine
        )
        rows.append(
            f"<div>{light(name)}<br>{titles}<br><span class='second'>{text(needs)}</span></div>"
        )
    return (
        f'<h2 id="unjudged">What we could not judge</h2><p class="second">{len(greys)} key measures.</p>'
        f'<div class="card rows">{"".join(rows)}</div>'
    )


def _readiness(data: dict[str, Any]) -> str:
    ready = data["readiness"]
    rows = [[text(t["table"]), f"{t['rows']:,}", f"{t['complete']:.0%}"] for t in ready["tables"]]
    gates = [c for c in data["checks"] if c["gate"] and c["result"] == "exceptions"]
    held = "".join(
        f"<p>{light('data_not_trustworthy', c['id'])} holds back "
        f"{text(', '.join(c['blocks']) or 'nothing')}.</p>"
        for c in gates
    )
    return (
        f'<h2 id="evidence">The evidence</h2><div class="card"><p>Tier {ready["tier"]} of 6.</p>{held}'
        f"<details><summary>{len(rows)} tables</summary>"
        f"{table(('Table', 'Rows', 'Columns filled'), rows, frozenset({1, 2}))}</details></div>"
    )


def _indicator(data: dict[str, Any], row: dict[str, Any]) -> str:
    mine = [m for m in data["measures"] if m["indicator"] == row["id"]]
    rows = [_measure(m) for m in mine if m["light"] in JUDGED or m["value"] is not None]
    silent = [m for m in mine if m["light"] not in JUDGED and m["value"] is None]
    shown = (
        table(("Measure", "Light", "Value", "Against target and limit", "Cases"), rows,
              frozenset({4}))
        if rows
        else "<p>No measure of this indicator could be judged.</p>"
    )  # fmt: skip
    greys = "".join(
        f"<p class='small' id='{m['id']}'>{light(m['light'])} {m['id']} {text(title(m['id']))}: "
        f"<span class='second'>{text(m['needs'])}</span></p>"
        for m in silent
    )
    more = (
        f"<details><summary>{len(silent)} not judged</summary>{greys}</details>" if silent else ""
    )
    return (
        f'<h2 id="{row["id"]}">{INDICATORS[row["id"]]}</h2><p class="second">{QUESTIONS[row["id"]]}'
        f'</p><div class="card">{light(row["light"])} {text(row["reason"])}{shown}{more}</div>'
    )


def _measure(m: dict[str, Any]) -> list[str]:
    formula = m["definition"].removeprefix(f"{title(m['id'])}: ")
    star = ' <span class="tag">key</span>' if m["key"] else ""
    units = sorted(
        (u for u in m["by"] if u["light"] in ("red", "amber")),
        key=lambda u: (u["light"] != "red", u["unit"]["kind"], u["unit"]["id"]),
    )
    outside = ""
    if units:
        cells = [
            [text(f"{u['unit']['kind']} {u['unit']['id']}"), light(u["light"]),
             f"{plain(u['value'], m['unit'])} <span class='small second'>"
             f"{between(u, m['unit'])}</span>", f"{u['n']:,}"]
            for u in units[:20]
        ]  # fmt: skip
        outside = (
            f"<details><summary>{len(units)} units beyond target</summary>"
            f"{table(('Unit', 'Light', 'Value', 'Cases'), cells, frozenset({3}))}</details>"
        )
    return [
        f'<span id="{m["id"]}"><strong>{text(title(m["id"]))}</strong>{star}<br><span class="small faint">'
        f"{m['id']}</span></span><details><summary>How it is counted</summary>"
        f'<p class="small second">{text(formula)}</p></details>{outside}',
        light(m["light"]),
        f"{plain(m['value'], m['unit'])}<br><span class='small second'>{between(m, m['unit'])}</span>",
        band(m),
        f"{m['n']:,}" if m["n"] is not None else "–",
    ]


def _strengths(data: dict[str, Any]) -> str:
    rows = "".join(
        f"<div>{light('green')} {text(s['headline'])} <a href='#{s['measure']}'>{s['measure']}</a></div>"
        for s in data["strengths"]
    )
    return (
        f'<h2 id="strengths">What went right</h2><div class="card rows">{rows}</div>'
        if rows
        else ""
    )


def _checks(data: dict[str, Any], own: dict[str, str]) -> str:
    areas: dict[str, list[list[str]]] = {}
    tripped: Counter[str] = Counter()
    for c in data["checks"]:
        tripped[c["area"]] += c["result"] == "exceptions"
        name, word = RESULTS[c["result"]]
        value = plain(c["value"], share_unit(c))
        behind = records(c["detections"]) if c["detections"] else ""
        known = all_checks().get(c["id"])
        question = known.question if known else own[c["id"]]
        areas.setdefault(c["area"], []).append(
            [
                f'<span id="{c["id"]}">{c["id"]}</span>',
                f'{text(question)}<br><span class="small second">{text(c["needs"])}</span>{behind}',
                light(name, word),
                value,
                f"{c['tested']:,}" if c["tested"] is not None else "–",
            ]
        )
    ran = data["honesty"]["checks_run"]
    heads = ("Check", "Question", "Result", "Value", "Tested")
    parts = "".join(
        f"<details><summary>{text(AREAS.get(area, area))}: {tripped[area]} of {len(rows)} found something"
        f"</summary>{table(heads, rows, frozenset({3, 4}))}</details>"
        for area, rows in areas.items()
    )
    return (
        f"<h2 id='checks'>All {len(data['checks'])} checks</h2><p class='second'>{ran} could be "
        f"run; clean ones are shown too.</p><div class='card'>{parts}</div>"
    )


def _criteria(data: dict[str, Any]) -> str:
    tested = [c for c in data["criteria"] if c["degree"] != "not_tested"]
    rows = [[text(c["id"]), text(c["degree"])] for c in tested]
    untested = len(data["criteria"]) - len(tested)
    return (
        "<h2>How far the criteria are met</h2><div class='card'><details><summary>"
        f"{len(tested)} tested, {untested} not tested</summary>"
        f"{table(('Criterion', 'Degree'), rows, frozenset())}</details></div>"
    )


def _honesty(data: dict[str, Any]) -> str:
    h = data["honesty"]
    changed = data["parameters"]["changed_defaults"]
    told = (
        ", ".join(f"{c['id']} {c['default']} → {c['value']}" for c in changed)
        or "no default was changed"
    )
    limits = "".join(f"<p>{text(line)}</p>" for line in h["limits"])
    return (
        f'<h2>How far to trust this</h2><div class="card"><p>{h["checks_run"]} checks ran and '
        f"{h['comparisons']:,} comparisons were made; about {h['expected_false_alarms']:.1f} false "
        f"alarms are to be expected among what tripped.</p>{limits}<p>Parameters: {text(told)}.</p>"
        "</div>"
    )


def _annex(result: AuditResult) -> str:
    data = result.data
    facts = {
        "Manifest": data["pack"]["manifest_sha256"],
        "Engine": f"trueup {data['engine']['version']}, seed {data['engine']['seed']}",
        "Parameters": data["engine"]["parameters_sha256"],
        "Run it again": "trueup verify DIR compares the bytes of result.json",
        "Lights": ", ".join(LIGHTS.values()),
    }
    rows = [[text(k), f"<code>{text(v)}</code>"] for k, v in facts.items()]
    statements = "".join(
        f"<details><summary>{text(id)}</summary><pre>{text(chr(10).join(sql))}</pre></details>"
        for id, sql in sorted(result.queries.items())
        if id and not id.startswith("value:")
    )
    return (
        f'<h2 id="annex">Annex</h2><div class="card">{table(("What", "Value"), rows, frozenset())}'
        f"<details><summary>Every statement that ran</summary>{statements}</details>"
        '<p class="small second">FitSM ids: FitSM v3, www.fitsm.eu, ITEMO e.V., CC BY 4.0; wording '
        "here is ours.</p></div>"
    )
