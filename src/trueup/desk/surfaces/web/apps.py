"""Application settings of the surface."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web surface: a door without rules."""

    name = "trueup.desk.surfaces.web"
    label = "web"
