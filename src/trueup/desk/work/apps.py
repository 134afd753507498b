"""Application settings of the room."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """The work room."""

    name = "trueup.desk.work"
    label = "work"
