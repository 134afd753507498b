"""The result contract: plain data, floats to 6 significant digits, canonical bytes.

Source: `audit-result.yaml` (kept in `trueup/core/contracts`), section 2.7 of the method.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from trueup.audit.records import Records
    from trueup.audit.trends import Trend

EVIDENCE_SHOWN = 1000
EVIDENCE_SCHEMA = pa.schema(
    [
        ("check", pa.string()),
        ("detection", pa.string()),
        ("table", pa.string()),
        ("id", pa.string()),
        ("why", pa.string()),
    ]
)


def number(value: float | None, digits: int = 6) -> float | None:
    """A float to `digits` significant digits; None for absent, nan and infinite."""
    if value is None:
        return None
    x = float(value)
    if not math.isfinite(x):
        return None
    if x == 0:
        return 0.0
    return round(x, digits - 1 - math.floor(math.log10(abs(x)))) + 0.0


def money(value: float | None) -> str | None:
    """An amount as text with two decimals; None where it is not known."""
    x = number(value, 12)
    return None if x is None else f"{x:.2f}".replace("-0.00", "0.00")


def instant(at: datetime) -> str:
    """An instant in UTC, ISO 8601 with Z."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def day(at: date) -> str:
    """A date, ISO 8601."""
    return at.isoformat()


@dataclass(frozen=True, slots=True)
class AuditResult:
    """One run: the data of result.json, every exception, the statements that ran.

    `beside` holds, by measure, the numbers that stand beside its value (medians, split sums);
    `own` the questions of the organisation's own checks by id; `records` the rows that each
    measure was counted from; `trends` what the key measures did since the period before;
    `currency` that of every amount; `earlier` what became of the findings before.
    """

    data: dict[str, Any]
    evidence: pa.Table
    queries: dict[str, list[str]]
    beside: dict[str, dict[str, float | str | None]] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    records: Records | None = None
    trends: Mapping[str, Trend] = field(default_factory=dict)
    currency: str = ""
    earlier: tuple[dict[str, str], ...] = ()

    def to_bytes(self) -> bytes:
        """The exact bytes of result.json: same evidence and parameters, same bytes."""
        text = json.dumps(self.data, ensure_ascii=False, indent=1, allow_nan=False)
        return (text + "\n").encode()

    def write(self, folder: Path) -> None:
        """Write result.json, beside.json, evidence.parquet and records.parquet into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "result.json").write_bytes(self.to_bytes())
        beside = json.dumps(self.beside, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "beside.json").write_text(beside + "\n", "utf-8")
        pq.write_table(self.evidence, folder / "evidence.parquet", compression="zstd")
        if self.records is not None:
            self.records.write(folder / "records.parquet")

    def close(self) -> None:
        """End the engine of the run and remove its folder; what was not written cannot be then."""
        if self.records is not None:
            self.records.close()

    def light(self, indicator: str) -> str:
        """The light of one indicator."""
        return str(next(i["light"] for i in self.data["indicators"] if i["id"] == indicator))

    def measure(self, id: str) -> dict[str, Any]:
        """One measure's row."""
        return next(dict(m) for m in self.data["measures"] if m["id"] == id)

    def check(self, id: str) -> dict[str, Any]:
        """One check's row."""
        return next(dict(c) for c in self.data["checks"] if c["id"] == id)

    def frames(self) -> dict[str, pa.Table]:
        """Measures, checks, detections and evidence as tables (``.to_pandas()`` in a notebook)."""
        detections = [
            {"check": c["id"], "unit_kind": d["unit"]["kind"], "unit": d["unit"]["id"]}
            | {k: d[k] for k in ("key", "grade", "headline", "exceptions", "tested", "value")}
            for c in self.data["checks"]
            for d in c["detections"]
        ]
        keep = ("id", "indicator", "key", "light", "value", "low", "high", "unit", "n", "needs")
        return {
            "measures": pa.Table.from_pylist(
                [{k: m[k] for k in keep} for m in self.data["measures"]]
            ),
            "checks": pa.Table.from_pylist(
                [
                    {
                        k: c[k]
                        for k in ("id", "area", "result", "population", "tested", "exceptions")
                    }
                    for c in self.data["checks"]
                ]
            ),
            "detections": pa.Table.from_pylist(detections),
            "evidence": self.evidence,
        }
