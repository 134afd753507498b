"""Whatever the bytes are: a sentence or a report whose rows add up, never an error of ours."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.audit.intake.samples import INCIDENTS
from trueup.audit.intake import open_inputs
from trueup.core.refusals import Refusal

HEAD = "id,kind,state,opened_at,team\n"
PIECES = st.sampled_from([
    ",", ";", "\t", "|", "\n", "\r\n", "\r", '"', '""', "\0", "'", "\ufeff", " ", "\u00a0", "é",
    "€", "R1", "incident", "closed", "2026-03-02T08:00:00Z", "13/03/2026", "0000-00-00", "-1",
    "9999-12-31", "1,234", "1.234,5", "=1+1", "?", "NULL", "__line", "id", "number", "opened_at",
    "state", "INC0001", "rows", "3 rows", HEAD, INCIDENTS,
    "R2,incident,open,2026-03-02T08:00:00Z,net\n",
])  # fmt: skip
NAMES = st.sampled_from(["record.csv", "x.csv", "event.csv", "cost.csv", "x.tsv", "x.json",
                         "x.ndjson", "x.xlsx", "x.xes", "x.csv.gz", "x.zip"])  # fmt: skip
TEXTS = st.lists(PIECES, max_size=60).map(lambda parts: "".join(parts).encode())
CODES = st.sampled_from(["utf-8", "utf-16", "utf-16-le", "latin-1", "cp1252"])
CODED = st.builds(
    lambda parts, code: "".join(parts).encode(code, "replace"), st.lists(PIECES, max_size=40), CODES
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
JSONS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["id", "key", "fields", "changelog", "histories", "events", "ticket_id",
                         "created_at", "value", "name", ""]) | st.text(max_size=5),
        inner, max_size=5),
    max_leaves=25,
).map(lambda told: json.dumps(told).encode())  # fmt: skip


def tried(name: str, content: bytes) -> None:
    """Read one file; a refusal must be a sentence, a report must add up."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        sentence = ""
        try:
            told = open_inputs([path], Path(folder) / "pack").intake
        except Refusal as refusal:
            sentence = str(refusal)
        if sentence:
            assert len(sentence) > 12
            assert "%(" not in sentence
            return
        assert told["rows_used"] + told["rows_merged"] + told["rows_rejected"] == told["rows_read"]


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(NAMES, TEXTS | CODED | st.binary(max_size=300))
@example("record.csv", (HEAD + 'R1,incident,open,2026-03-02,"\n').encode())
@example("record.csv", HEAD.encode() + b'"\n"')
@example("x.csv", b"\xef\xbb\xbf")
@example("x.csv", b"a,b\n1,2\n")
@example("x.csv", INCIDENTS.encode("utf-16"))
def test_any_bytes(name: str, content: bytes) -> None:
    tried(name, content)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["record.json", "x.json"]), JSONS)
@example("x.json", b'{"issues": [{"key": "A-1", "fields": {"created": 7}, '
         b'"changelog": {"histories": [3, {"items": [1]}]}}]}')  # fmt: skip
@example("record.json", b'[{"": null}]')
@example("record.json", b'[{"\\u0000": null}]')
@example("x.json", b'[{"ticket_id": 1, "created_at": "x", "events": [{"type": "Change"}, 7]}]')
@example("x.json", b'[{"key": "A-1", "fields": {"created": "2026-03-02T08:00:00Z", "f": '
         b'{"completedCycles": [{"elapsedTime": 7}]}}}]')  # fmt: skip
def test_any_json(name: str, content: bytes) -> None:
    tried(name, content)
