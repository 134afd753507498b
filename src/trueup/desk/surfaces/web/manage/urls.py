"""Addresses of the manager's pages."""

from django.urls import path

from trueup.desk.surfaces.web.manage import (
    audits,
    checks,
    drawer,
    findings,
    measures,
    overview,
    planning,
    what_if,
)

urlpatterns = [
    path("manage", overview.manager, name="manager"),
    path("manage/run", overview.audit_run, name="audit_run"),
    path("manage/progress", overview.progress, name="audit_progress"),
    path("manage/readiness", audits.readiness, name="readiness"),
    path("manage/audits", audits.audits, name="audits"),
    path("manage/audits/<uuid:run>/report.html", audits.audit_report, name="audit_report"),
    path("manage/audits/<uuid:run>/result.json", audits.audit_result, name="audit_result"),
    path("manage/what-if", what_if.what_if, name="what_if"),
    path("manage/what-if/try", what_if.try_out, name="try_out"),
    path("manage/what-if/<uuid:key>", what_if.what_if_one, name="what_if_one"),
    path("manage/what-if/<uuid:key>/progress", what_if.what_if_progress, name="what_if_progress"),
    path("manage/findings", findings.findings, name="findings"),
    path("manage/findings/<slug:key>", findings.finding, name="finding"),
    path("manage/findings/<slug:key>/plan", planning.plan, name="plan_action"),
    path("manage/actions", planning.actions, name="actions"),
    path("manage/actions/<uuid:key>/done", planning.done, name="action_done"),
    path("manage/indicators/<slug:id>", measures.indicator, name="indicator"),
    path("manage/measures", measures.measures, name="measures"),
    path("manage/measures/<slug:id>", measures.measure, name="measure"),
    path("manage/checks", checks.checks, name="checks"),
    path("manage/checks/<slug:id>", checks.check, name="check"),
    path("manage/evidence/<slug:key>", drawer.evidence, name="evidence"),
    path("manage/evidence/<slug:key>.csv", drawer.evidence_csv, name="evidence_csv"),
]
