"""Application settings of the room."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """The finance room."""

    name = "trueup.desk.finance"
    label = "finance"
