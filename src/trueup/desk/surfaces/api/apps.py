"""Application settings of the surface."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The api surface: a door without rules."""

    name = "trueup.desk.surfaces.api"
    label = "api"
