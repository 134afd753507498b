"""Application settings of the room."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """The feedback room."""

    name = "trueup.desk.feedback"
    label = "feedback"
