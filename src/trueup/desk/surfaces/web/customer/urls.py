"""Addresses of the customer's pages."""

from django.urls import path

from trueup.desk.surfaces.web.customer import deciding, pages, records

urlpatterns = [
    path("customer", pages.overview, name="customer"),
    path("customer/records", records.records, name="customer_records"),
    path("agreements", pages.overview, name="agreements"),
    path("customer/agreements/<uuid:key>", pages.agreement, name="agreement"),
    path("customer/agreements/<uuid:key>/records", records.under, name="agreement_records"),
    path(
        "customer/agreements/<uuid:key>/<slug:metric>/records", pages.behind, name="behind_promise"
    ),
    path("customer/agreements/<uuid:key>/agree", deciding.agree, name="agree"),
    path("customer/agreements/<uuid:key>/decline", deciding.decline, name="decline"),
]
