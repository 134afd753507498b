"""Application settings of the room."""

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    """The processes room."""

    name = "trueup.desk.processes"
    label = "processes"
