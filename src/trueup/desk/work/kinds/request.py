"""Request: hand out what the catalogue promises, at the price and time shown."""

from __future__ import annotations

from trueup.core.words import N_
from trueup.desk.work.kinds.kind import Kind

REQUEST = Kind(
    name="request",
    label=N_("Request"),
    prefix="REQ",
    opens="submit",
    ends="fulfil",
    metric="fulfil",
    model="request",
)
