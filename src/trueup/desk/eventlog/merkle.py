"""The Merkle tree of RFC 6962 as a frontier: the roots of its full subtrees, largest first."""

from __future__ import annotations

import hashlib

from trueup.desk.eventlog.canonical import node_hash

EMPTY = hashlib.sha256(b"").hexdigest()


def add(frontier: list[str], size: int, leaf: str) -> None:
    """Add a leaf to the frontier of a tree of `size` leaves, in place."""
    node = leaf
    while size & 1:
        node = node_hash(frontier.pop(), node)
        size >>= 1
    frontier.append(node)


def root(frontier: list[str]) -> str:
    """The root of the tree; that of nothing is the digest of nothing."""
    if not frontier:
        return EMPTY
    node = frontier[-1]
    for left in reversed(frontier[:-1]):
        node = node_hash(left, node)
    return node
