"""Application settings of the room."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """The services room."""

    name = "trueup.desk.services"
    label = "services"
