"""Application settings of the room."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """The work room."""

    name = "trueup.desk.work"
    label = "work"

    def ready(self) -> None:
        """Let process models call the verbs of this room."""
        from trueup.desk.work import process, verbs  # noqa: PLC0415 - tables exist now

        process.offers({name: getattr(verbs, name) for name in verbs.__all__ if name.islower()})
