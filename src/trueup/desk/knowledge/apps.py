"""Application settings of the room."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """The knowledge room."""

    name = "trueup.desk.knowledge"
    label = "knowledge"
