"""Real transactions, as the log's own tests arrange them."""

from tests.desk.eventlog.conftest import committed, guards_back

__all__ = ["committed", "guards_back"]
