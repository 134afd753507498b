"""Addresses of the portal."""

from django.urls import path

from trueup.desk.surfaces.web.portal import home, record, report

urlpatterns = [
    path("portal", home.home, name="portal"),
    path("portal/answers", home.answers, name="answers"),
    path("my", home.my_records, name="my_records"),
    path("report", report.report, name="report"),
    path("report/promise", report.promised, name="promised"),
    path("my/<uuid:key>", record.my_record, name="my_record"),
    path("my/<uuid:key>/<slug:verb>", record.act, name="my_act"),
    path("files/<uuid:key>", record.file, name="file"),
]
