"""From a result to what the report says (method 2.6)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from trueup.audit.catalogue import all_checks
from trueup.audit.conformance.whole import Conformance
from trueup.audit.grading import SUPERVISED
from trueup.audit.report.behind import check_of, findings_of, run_id
from trueup.audit.report.measuring import indicators_of
from trueup.audit.report.model import Area, Gap, Light, Readiness, Report
from trueup.audit.report.process import processes_of, unasked
from trueup.audit.report.telling import measures_told
from trueup.audit.report.words import BECAME, DEGREES, LIGHTS, VERIFIED, day, title
from trueup.audit.result import AuditResult

JUDGED = ("green", "amber", "red")
OWN = {"own": "Own checks of this organisation"}
FITSM = (
    "FitSM ids: FitSM-0 v3.0, FitSM-1 v3.0.1, FitSM-2 v3.0.2, FitSM-3 v3.0.1, FitSM-6 v3.0.3, "
    "www.fitsm.eu, ITEMO e.V., CC BY 4.0; wording here is ours."
)


def build(result: AuditResult, found: Conformance | None = None) -> Report:
    """The model of the report, with the rules of the work where they were asked.

    The same result gives the same model.
    """
    data = result.data
    pack = data["pack"]
    name = pack["organisation"] or "this organisation"
    rows = sum(t["rows"] for t in data["readiness"]["tables"])
    period = f"{day(pack['period']['from'])} to {day(pack['period']['to'])}"
    log = pack["log_head"]
    seal = f" Log position {log['seq']:,}, sealed." if log else ""
    tested = [c for c in data["criteria"] if c["degree"] != "not_tested"]
    keys = [m for m in data["measures"] if m["key"] and m["light"] not in JUDGED]
    return Report(
        title=f"Where we stand: {name}",
        subtitle=f"{period}, as known on {day(pack['as_of'])}. Counted from {rows:,} rows of "
        f"evidence.{seal}",
        about=_about(result, period, name),
        indicators=indicators_of(result),
        findings=findings_of(result),
        gaps=_gaps(keys),
        unjudged=_unjudged(data, len(keys)),
        readiness=_readiness(data),
        strengths=tuple((s["headline"], s["measure"]) for s in data["strengths"]),
        earlier=_earlier(result),
        areas=_areas(result),
        ran=f"{data['honesty']['checks_run']} of {len(data['checks'])} checks could be run; clean "
        "ones are shown too.",
        criteria=tuple((c["id"], DEGREES[c["degree"]]) for c in tested),
        untested=f"{len(tested)} criteria were tested, {len(data['criteria']) - len(tested)} were "
        "not: no check of theirs could be run.",
        trust=_trust(data),
        facts=_facts(data),
        statements=tuple(
            (id, "\n".join(sql))
            for id, sql in sorted(result.queries.items())
            if id and not id.startswith("value:")
        ),
        day=pack["as_of"][:10],
        processes=processes_of(found) if found else (),
        unasked=unasked(found) if found else (),
        measured=measures_told(found) if found else (),
    )


def _about(result: AuditResult, period: str, name: str) -> tuple[tuple[str, str], ...]:
    data = result.data
    asked = sum(c["result"] != "not_enough_evidence" for c in data["checks"])
    return (
        ("Objective", "Say how good the practice is on four questions, what to do first, and what "
         "could not be judged."),
        ("Scope", f"{name}: everything in the evidence pack; {len(data['measures'])} measures and "
         f"{len(data['checks'])} checks, {asked} of which had something to test."),
        ("Period", period),
        ("Criteria", "The rules of the checks, with FitSM, ISO/IEC 20000-1, COBIT and ITIL ids as "
         "references."),
        ("Method", f"Trueup {data['engine']['version']}, intervals at "
         f"{data['engine']['confidence']:.0%}, false discovery rate 10%."),
        ("Client, team and independence", "The program proposed every statement here and has no "
         "part in the work. No person has confirmed it in this file; a person who did not do the "
         "work confirms findings, and is named then."),
        ("Answers of those audited", "None are recorded in this file."),
    )  # fmt: skip


def _gaps(greys: list[dict[str, Any]]) -> tuple[Gap, ...]:
    """The key measures without a light, by what they need."""
    by: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for m in greys:
        by.setdefault((m["light"], m["needs"]), []).append((m["id"], title(m["id"])))
    return tuple(
        Gap(Light(name, LIGHTS[name]), tuple(mine), needs)
        for (name, needs), mine in sorted(by.items())
    )


def _readiness(data: dict[str, Any]) -> Readiness:
    ready = data["readiness"]
    gates = [c for c in data["checks"] if c["gate"] and c["result"] == "exceptions"]
    return Readiness(
        f"Tier {ready['tier']} of 6.",
        tuple((c["id"], f"holds back {', '.join(c['blocks']) or 'nothing'}.") for c in gates),
        tuple((t["table"], f"{t['rows']:,}", f"{t['complete']:.0%}") for t in ready["tables"]),
        ready["next_best_data"]["why"],
    )


def _earlier(result: AuditResult) -> tuple[tuple[str, ...], ...]:
    """Earlier findings and what became of them; those whose test fell due with what it says."""
    due = {v["finding"]: v for v in result.data["verifications"]}
    rows = [
        (e["id"], f"{title(e['check'])} ({e['check']})", day(e["opened"]),
         BECAME.get(e["became"], e["became"]), _due(due.pop(e["id"], None)))
        for e in result.earlier
    ]  # fmt: skip
    rows += [(id, v["measure"], "–", "–", _due(v)) for id, v in due.items()]
    return tuple(rows)


def _due(v: dict[str, Any] | None) -> str:
    if v is None:
        return "–"
    asked = f"{title(v['measure'])} ({v['measure']})"
    return f"{VERIFIED[v['result']]}: {asked}, {v['n']:,} cases, due {day(v['ready_on'])}"


def _areas(result: AuditResult) -> tuple[Area, ...]:
    known = all_checks()
    questions = {id: check.question for id, check in known.items()} | dict(result.own)
    found: Counter[str] = Counter()
    by: dict[str, list[Any]] = {}
    for c in result.data["checks"]:
        found[c["area"]] += c["result"] == "exceptions"
        by.setdefault(c["area"], []).append(
            check_of(c, questions[c["id"]], run_id(result.data, c["id"]))
        )
    return tuple(Area(OWN.get(area, area), found[area], tuple(c)) for area, c in by.items())


def _unjudged(data: dict[str, Any], n: int) -> str:
    """How many key measures have no light; before it, that nobody independent audited (2.5)."""
    count = f"{n} of {sum(m['key'] for m in data['measures'])} key measures."
    return " ".join([*(limit for limit in data["honesty"]["limits"] if limit == SUPERVISED), count])


def _trust(data: dict[str, Any]) -> tuple[str, ...]:
    h = data["honesty"]
    changed = "; ".join(
        f"{c['id']} from {c['default']} to {c['value']}"
        for c in data["parameters"]["changed_defaults"]
    )
    return (
        f"{h['checks_run']} checks ran and {h['comparisons']:,} comparisons were made; about "
        f"{h['expected_false_alarms']:.1f} false alarms are to be expected among what tripped.",
        *h["limits"],
        f"Changed parameters: {changed}." if changed else "No parameter was changed.",
    )


def _facts(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        ("Manifest", data["pack"]["manifest_sha256"]),
        ("Engine", f"trueup {data['engine']['version']}, seed {data['engine']['seed']}"),
        ("Parameters", data["engine"]["parameters_sha256"]),
        ("Run it again", "trueup verify DIR runs the audit again and compares the bytes."),
        ("All records", "evidence.parquet holds every exception, records.parquet every record that "
         "a measure was counted from."),
        ("References", FITSM),
    )  # fmt: skip
