"""The desk's own evidence as a pack: the tables as they are now, the log up to its head."""

from trueup.desk.assurance.export.pack import Written, write

__all__ = ["Written", "write"]
