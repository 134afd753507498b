"""Application settings of the room."""

from django.apps import AppConfig


class CmdbConfig(AppConfig):
    """The cmdb room."""

    name = "trueup.desk.cmdb"
    label = "cmdb"
