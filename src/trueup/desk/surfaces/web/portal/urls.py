"""Addresses of the portal."""

from django.urls import path

from trueup.desk.surfaces.web.portal import home, rating, record, report

urlpatterns = [
    path("portal", home.home, name="portal"),
    path("portal/answers", home.answers, name="answers"),
    path("my", home.my_records, name="my_records"),
    path("report", report.report, name="report"),
    path("report/promise", report.promised, name="promised"),
    path("my/<uuid:key>", record.my_record, name="my_record"),
    path("my/<uuid:key>/rate", rating.rate, name="rate"),
    path("my/<uuid:key>/<slug:verb>", record.act, name="my_act"),
    path("rate/<str:token>", rating.by_link, name="rate_by_link"),
    path("rate/<str:token>/stop", rating.stop, name="rate_stop"),
    path("files/<uuid:key>", record.file, name="file"),
]
