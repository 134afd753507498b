"""The id of every row as the evidence format has it: its `id`, else its required columns.

Source: the head of `evidence-schema.yaml`: "The id of a row without "id" is its required columns
joined by "|" in the order below". Two tables are found by a part of theirs: a change by its
record, an event by its position. Instants are ISO 8601 in UTC, as everywhere in the result, with
six digits where there is a fraction of a second; days are ISO dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from trueup.audit.context import Context
from trueup.audit.money import row_id

SHORT = {"change": "record", "event": "seq"}


@dataclass(slots=True)
class RowNames:
    """Full ids by short ones, per table; asked of the evidence once, when first needed."""

    ctx: Context
    _known: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, tables: pa.ChunkedArray, ids: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
        """The full ids of rows that are named by table and id or by table and short id."""
        plain = contract_ids(ids)
        short = [t for t in SHORT if pc.any(pc.equal(tables, t)).as_py()]
        if not short:
            return plain
        pairs = list(zip(tables.to_pylist(), plain.to_pylist(), strict=True))
        known = {t: self._full(t, {id for table, id in pairs if table == t}) for t in short}
        return pa.array(
            [id if table not in known else known[table].get(id, id) for table, id in pairs],
            pa.string(),
        )

    def _full(self, table: str, wanted: Iterable[str | None]) -> Mapping[str, str]:
        known = self._known.setdefault(table, {})
        new = sorted({id for id in wanted if id and "|" not in id} - known.keys())
        if new and self.ctx.has(table):
            rows = self.ctx.table(table)
            named = rows.select(of=rows[SHORT[table]].cast("string"), id=row_id(rows, table))
            asked = self.ctx.backend.memory(pa.table({"wanted": pa.array(new, pa.string())}))
            found = named.semi_join(asked, named["of"] == asked["wanted"]).order_by("of", "id")
            got = self.ctx.fetch(found)
            full = zip(got["of"].to_pylist(), contract_ids(got["id"]).to_pylist(), strict=True)
            known.update({of: id for of, id in full if id is not None})
        known.update({id: id for id in new if id not in known})
        return known


def contract_ids(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Instants inside joined ids as ISO 8601 in UTC, as everywhere in the result."""
    parts = r"(^|\|)(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)($|\|)"
    text = ids.cast(pa.string())
    for _ in range(2):  # two instants beside each other share their bar
        text = pc.replace_substring_regex(text, parts, r"\1\2T\3Z\4")
    text = pc.replace_substring_regex(text, r"(T\d\d:\d\d:\d\d)\.(\d+)Z", r"\1.\200000Z")
    return pc.replace_substring_regex(text, r"(T\d\d:\d\d:\d\d\.\d{6})\d*Z", r"\1Z")
