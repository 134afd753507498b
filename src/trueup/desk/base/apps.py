"""Application settings of the room."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class BaseConfig(AppConfig):
    """The base room."""

    name = "trueup.desk.base"
    label = "base"

    def ready(self) -> None:
        """Load every room's rules of access and what its timers do."""
        autodiscover_modules("policy", "timers")
