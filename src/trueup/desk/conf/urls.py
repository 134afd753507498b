"""URL root: only the surfaces have addresses."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("trueup.desk.surfaces.api.urls")),
    path("", include("trueup.desk.surfaces.web.urls")),
]

handler400 = "trueup.desk.surfaces.web.answers.unreadable"
handler403 = "trueup.desk.surfaces.web.answers.forbidden"
handler404 = "trueup.desk.surfaces.web.answers.missing"
handler500 = "trueup.desk.surfaces.web.answers.failed"
