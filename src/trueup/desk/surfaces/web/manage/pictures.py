"""The charts of these pages, drawn by `core.charts`; every mark opens what it was counted from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import gettext

from trueup.core.charts import Band, Quarter, bands, promise, score
from trueup.core.words import N_
from trueup.desk.assurance.models import AuditRun
from trueup.desk.assurance.names import Names
from trueup.desk.surfaces.web import saying
from trueup.desk.surfaces.web.manage import values
from trueup.desk.surfaces.web.manage.seeing import JUDGED, Seen

GOOD = 75.0
UNITS_DRAWN = 8
NAME_LENGTH = 22
Row = dict[str, Any]


def month(run: AuditRun) -> str:
    """The month an audit looked from."""
    told = str(run.summary.get("as_of", ""))[:10]
    return format_date(date.fromisoformat(told), "MMM y", locale=saying.language()) if told else ""


def scores(runs: Sequence[AuditRun], indicator: str, light: str) -> str:
    """Score over audits: a line in its band, the plumb line at good; unjudged ones are rings."""
    quarters = [_quarter(run, indicator) for run in runs]
    label = gettext(N_("Score with its likely range; dashed line: good from %(good)s")) % {
        "good": f"{GOOD:.0f}"
    }
    tint = light if light in JUDGED else "grey"
    return score(quarters, good=GOOD, light=tint, label=label, good_word=gettext(N_("good")))


def _quarter(run: AuditRun, indicator: str) -> Quarter:
    row = next(i for i in run.summary["indicators"] if i["id"] == indicator)
    href = f"{reverse('indicator', args=(indicator,))}?run={run.pk}"
    if row["score"] is None:
        return Quarter(label=f"{month(run)}: {gettext(N_('not judged'))}", href=href)
    low, high = row["score_low"], row["score_high"]
    return Quarter(label=month(run), low=low, likely=row["score"], high=high, href=href)


def one_band(m: Row) -> str:
    """The small picture of a measure in a table: band, dot, and the target as plumb line."""
    mid = m["value"]
    if mid is None or m["target"] is None:
        return ""
    low, high = _ends(m)
    tint = m["light"] if m["light"] in JUDGED else "grey"
    label = gettext(N_("%(value)s; dashed line: target %(target)s")) % {
        "value": values.said(m, m["unit"]),
        "target": values.value(m["target"], m["unit"]),
    }
    return promise(low, mid, high, m["target"], tint, label)


def measure_bands(seen: Seen, m: Row, names: Names) -> str:
    """The measure as a whole and its units furthest off, against target and limit."""
    if m["value"] is None:
        return ""
    unit, whole = m["unit"], gettext(N_("All together"))
    rows = [_band(whole, m, m["light"], unit, seen, None)]
    for one in worst_units(m)[: UNITS_DRAWN - 1]:
        name = values.short(names.say(one["unit"]["id"]), NAME_LENGTH)
        rows.append(_band(name, one, one["light"], unit, seen, f"#u-{one['unit']['id']}"))
    marks: dict[str, tuple[float, str]] = {}
    if m["target"] is not None:
        marks["plumb"] = (m["target"], gettext(N_("target")))
    if m["limit"] is not None and m["limit"] != m["target"]:
        words = {"limit": values.bare(m["limit"], unit, seen.currency)}
        marks["limit"] = (m["limit"], gettext(N_("limit %(limit)s")) % words)
    label = gettext(N_("Likely range of each, against target and limit"))
    return bands(rows, label=label, **marks)


def worst_units(m: Row) -> list[Row]:
    """The units of a measure that have a value, those furthest on the bad side first."""
    order = {"red": 0, "amber": 1, "green": 2}
    target = m["target"] if m["target"] is not None else 0.0
    known = [one for one in m["by"] if one["value"] is not None]
    return sorted(
        known, key=lambda one: (order.get(one["light"], 3), -abs(one["value"] - target), -one["n"])
    )


def detections(seen: Seen, found: Sequence[Row], limit: float | None, names: Names) -> str:
    """The units a finding names, each with its range, against the limit of the check."""
    known = [d for d in found if d["value"] is not None][:UNITS_DRAWN]
    if not known or (len(known) == 1 and known[0]["low"] == known[0]["high"]):
        return ""
    unit = "share" if all(values.share_unit(d) for d in known) else ""
    rows = [
        _band(
            values.short(unit_word(d["unit"], names), NAME_LENGTH),
            d,
            "red",
            unit,
            seen,
            seen.at("evidence", d["key"]),
        )
        for d in known
    ]
    mark = None
    if limit and values.fits(limit, unit):
        mark = (limit, gettext(N_("limit %(limit)s")) % {"limit": values.bare(limit, unit)})
    label = gettext(N_("Likely range of each, against the limit"))
    return bands(rows, label=label, limit=mark)


def unit_word(unit: Row, names: Names) -> str:
    """What a value is about, as people call it."""
    if unit["id"] == "*":
        return gettext(N_("All together"))
    return values.spans(names.say(unit["id"].replace("|", " · ")))


def _band(name: str, row: Row, light: str, unit: str, seen: Seen, href: str | None) -> Band:
    low, high = _ends(row)
    return Band(
        name=name,
        note=values.cases(row.get("n")),
        low=low,
        likely=row["value"],
        high=high,
        words=values.likely(row, unit, seen.currency) or values.bare(row["value"], unit),
        light=light if light in JUDGED else "grey",
        href=href,
    )


def _ends(row: Row) -> tuple[float, float]:
    """Low and high, or the value itself where it was counted exactly."""
    mid = row["value"]
    low, high = row.get("low"), row.get("high")
    return (mid if low is None else low), (mid if high is None else high)
