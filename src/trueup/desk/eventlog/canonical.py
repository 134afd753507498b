"""The one way an event is turned into bytes and hashed.

Leaf, node and chain have different first bytes, so that none can pass for another. Leaf and
node are those of RFC 6962; the text hashed is JSON in the canonical form of RFC 8785, made of
strings and integers only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import rfc8785

LEAF, NODE, CHAIN = b"\x00", b"\x01", b"\x02"
FORMAT = 1
START = "0" * 64


def time_text(at: datetime) -> str:
    """An instant as fixed-width UTC text with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: object) -> object:
    """A payload value as text, integer, truth value, list or nothing; TypeError for all else."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, list | tuple | frozenset | set):
        kept = sorted(value, key=str) if isinstance(value, frozenset | set) else value
        return [plain(each) for each in kept]
    raise TypeError(f"An event cannot hold a {type(value).__name__}.")


def canonical(values: Mapping[str, object]) -> bytes:
    """The canonical bytes of a mapping of plain values."""
    return bytes(rfc8785.dumps(dict(values)))


def leaf_hash(columns: Mapping[str, object]) -> str:
    """The hash of one event; `columns` as in `LEAF_COLUMNS`, times as instants."""
    listed = {name: plain(columns[name]) for name in LEAF_COLUMNS}
    listed["format"] = FORMAT
    return hashlib.sha256(LEAF + canonical(listed)).hexdigest()


def chain_hash(before: str, leaf: str) -> str:
    """The chain after a leaf, given the chain before it."""
    return hashlib.sha256(CHAIN + bytes.fromhex(before) + bytes.fromhex(leaf)).hexdigest()


def node_hash(left: str, right: str) -> str:
    """A node of the Merkle tree."""
    return hashlib.sha256(NODE + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def commitment(salt: bytes, text: bytes) -> str:
    """What the leaf says about the private fields: nothing, without the salt."""
    return hashlib.sha256(salt + text).hexdigest()


LEAF_COLUMNS = (
    "kind",
    "entity",
    "entity_id",
    "activity",
    "name",
    "actor_kind",
    "actor",
    "on_behalf_of",
    "via",
    "at_occurred",
    "at_recorded",
    "object_version",
    "request_id",
    "public_json",
    "private_commit",
)
