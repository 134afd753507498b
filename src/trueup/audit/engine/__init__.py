"""The evidence tables as relations, on the embedded engine or on a distributed one."""

from trueup.audit.engine.backends import Backend, open_backend

__all__ = ["Backend", "open_backend"]
