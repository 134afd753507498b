"""The replay of r4pm (an independent implementation) on one of our nets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from xml.sax.saxutils import quoteattr

import r4pm

from trueup.audit.conformance.net import Net, Tokens


def replay(net: Net, log: Mapping[tuple[str, ...], int], folder: Path) -> Tokens:
    """Tokens of a log on a net without silent transitions and double labels."""
    path = folder / "log.xes"
    path.write_text(_xes(log), "utf-8")
    item = r4pm.import_item("EventLog", str(path))
    projected = r4pm.bindings.log_to_activity_projection(item)
    told = r4pm.bindings.apply_token_based_replay(net_of_r4pm(net), projected)
    ok = told["Ok"]
    return Tokens(ok["missing"], ok["consumed"], ok["remaining"], ok["produced"])


def _xes(log: Mapping[tuple[str, ...], int]) -> str:
    traces = []
    for number, (path, n) in enumerate(log.items()):
        events = "".join(
            f'<event><string key="concept:name" value={quoteattr(label)}/>'
            f'<date key="time:timestamp" value="2026-03-02T08:{i // 60:02}:{i % 60:02}.000+00:00"/>'
            "</event>"
            for i, label in enumerate(path)
        )
        traces += [
            f'<trace><string key="concept:name" value="{number}-{k}"/>{events}</trace>'
            for k in range(n)
        ]
    return f'<?xml version="1.0"?><log xes.version="1.0">{"".join(traces)}</log>'


def net_of_r4pm(net: Net) -> dict[str, Any]:
    """The net as r4pm takes it."""

    def place(i: int) -> str:
        return str(uuid5(NAMESPACE_OID, f"p{i}"))

    def step(i: int) -> str:
        return str(uuid5(NAMESPACE_OID, f"t{i}"))

    arcs = []
    for i, t in enumerate(net.transitions):
        arcs += [_arc("PlaceTransition", place(p), step(i)) for p in t.takes]
        arcs += [_arc("TransitionPlace", step(i), place(p)) for p in t.gives]
    return {
        "places": {place(i): {"id": place(i)} for i in range(net.places)},
        "transitions": {
            step(i): {"id": step(i), "label": t.label} for i, t in enumerate(net.transitions)
        },
        "arcs": arcs,
        "initial_marking": {place(net.source): 1},
        "final_markings": [{place(net.sink): 1}],
    }


def _arc(kind: str, one: str, two: str) -> dict[str, Any]:
    return {"from_to": {"type": kind, "nodes": [one, two]}, "weight": 1}
