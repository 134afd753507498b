"""Application settings of the room."""

from django.apps import AppConfig


class EventlogConfig(AppConfig):
    """The eventlog room; its ticks seal, sign and bring the followers forward."""

    name = "trueup.desk.eventlog"
    label = "eventlog"

    def ready(self) -> None:
        """Hand the worker what this room does again and again."""
        from trueup.desk.eventlog import followers, seal, ticks  # noqa: PLC0415 - tables exist now

        ticks.register("seal", seal.seal_pending, 0.2)
        ticks.register("checkpoint", seal.checkpoint, 60)
        ticks.register("followers", followers.run_followers, 0.5)
