"""The types of the evidence tables as the engines know them."""

from __future__ import annotations

import ibis

from trueup.core import evidence

TYPES = {
    "str": "string",
    "int": "int64",
    "float": "float64",
    "bool": "boolean",
    "date": "date",
    "time": "timestamp(6)",
    "money": "decimal(18, 4)",
    "json": "string",
}


def schema_of(name: str) -> ibis.Schema:
    """The engine's schema of one evidence table."""
    return ibis.schema({c.name: TYPES[c.type] for c in evidence.TABLES[name].columns})
