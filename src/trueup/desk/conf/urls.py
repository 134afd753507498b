"""URL root: only the surfaces have addresses."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("trueup.desk.surfaces.api.urls")),
    path("", include("trueup.desk.surfaces.web.urls")),
]
