"""Each finding with its ten parts; the records open below the claim."""

from __future__ import annotations

from collections.abc import Sequence

from trueup.audit.languages import t
from trueup.audit.report.html.charts import units
from trueup.audit.report.html.parts import light, listing, text
from trueup.audit.report.model import Finding

STRONG = "Do first"
CHART_AFTER = "What we saw"
CAUSES_AFTER = "How sure we are"


def findings(found: Sequence[Finding]) -> str:
    """All issued findings in the order of work."""
    if not found:
        return ""
    return f'<h2 id="findings">{t("Findings")}</h2>{"".join(_card(f) for f in found)}'


def _card(f: Finding) -> str:
    rows = []
    strong, chart_after, causes_after = (t(name) for name in (STRONG, CHART_AFTER, CAUSES_AFTER))
    for name, value in f.parts:
        told = f"<strong>{text(value)}</strong>" if name == strong else text(value)
        rows.append((name, told + (units(f.chart) if name == chart_after else "")))
        if name == causes_after:
            rows.append((t("Likely causes"), _causes(f)))
    rows.append((t("Look yourself"), "".join(listing(each) for each in f.records)))
    rows.append((
        t("Your answer"),
        t("Agree, disagree with a reason, or say what is missing. Nobody has answered in this file."),
    ))  # fmt: skip
    shape = light(f.light) if f.light else ""
    told = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return (
        f'<article class="card finding" id="f-{text(f.key)}"><h3>{text(f.headline)}</h3>'
        f'<p>{shape} <span class="tag">{text(f.grade)}</span><span class="tag">{text(f.place)}'
        f"</span></p><dl>{told}</dl></article>"
    )


def _causes(f: Finding) -> str:
    items = "".join(
        f'<li><span class="tag" title="{t("grade of the evidence")}">{text(grade)}</span>{text(cause)}</li>'
        for cause, grade in f.causes
    )
    return f'<ul class="plain">{items}</ul>'
