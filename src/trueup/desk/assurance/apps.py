"""Application settings of the room."""

from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    """The assurance room."""

    name = "trueup.desk.assurance"
    label = "assurance"
