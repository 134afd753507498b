"""Checkpoints as signed text, after the C2SP checkpoint and signed-note forms.

Lines: origin, size, base64 root, then two lines of ours (chain, time); an empty line; one
signature line. The file outside the database holds one JSON object a line.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from trueup.desk.eventlog.canonical import time_text
from trueup.desk.eventlog.keys import key_file

DASH = "\u2014"


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: the log's name, size, root and chain, and when it was said."""

    origin: str
    size: int
    root: str
    chain: str
    at: str

    def text(self) -> str:
        """The signed text."""
        root = base64.b64encode(bytes.fromhex(self.root)).decode()
        return f"{self.origin}\n{self.size}\n{root}\nchain {self.chain}\ntime {self.at}\n"


def head(size: int, root: str, chain: str, at: datetime) -> Head:
    """A head of this log."""
    return Head(origin(), size, root, chain, time_text(at))


def origin() -> str:
    """The log's own name: a setting, else made once from random bytes."""
    named = getattr(settings, "LOG_ORIGIN", "")
    return named or f"trueup/{key_file('log-origin', 8).hex()}"


def sink() -> Path:
    """The file outside the database that checkpoints are copied to."""
    return Path(getattr(settings, "CHECKPOINT_FILE", "") or Path(settings.HOME) / "checkpoints.log")


def public_key() -> Ed25519PublicKey:
    """The key that others need to check this log's signatures."""
    return _private_key().public_key()


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key_file("log-signing"))


def key_id(name: str, key: Ed25519PublicKey) -> bytes:
    """Four bytes that tell keys apart."""
    return hashlib.sha256(name.encode() + b"\n\x01" + key.public_bytes_raw()).digest()[:4]


def sign(of: Head) -> tuple[str, str]:
    """The signed note of a head, and the id of the key in hexadecimal."""
    key = _private_key()
    text = of.text()
    number = key_id(of.origin, key.public_key())
    signature = base64.b64encode(number + key.sign(text.encode())).decode()
    return f"{text}\n{DASH} {of.origin} {signature}\n", number.hex()


def read(note: str, key: Ed25519PublicKey, name: str) -> Head:
    """The head of a note of the log `name`; ValueError says what is wrong with the note."""
    try:
        text, _, line = note.partition("\n\n")
        said, size, root, chain, at = text.split("\n")
        signature = base64.b64decode(line.split(" ")[2])
        found = Head(
            said, int(size), base64.b64decode(root).hex(), chain.split(" ")[1], at.split(" ")[1]
        )
    except (ValueError, IndexError) as broken:
        raise ValueError("not a checkpoint") from broken
    if said != name:
        raise ValueError("a checkpoint of another log")
    if signature[:4] != key_id(name, key):
        raise ValueError("signed with an unknown key")
    try:
        key.verify(signature[4:], found.text().encode())
    except InvalidSignature as wrong:
        raise ValueError("the signature is wrong") from wrong
    return found


def outside() -> list[str]:
    """The notes in the outside file, oldest first; a last line cut short by a crash is left out."""
    path = sink()
    if not path.exists():
        return []
    lines = path.read_text("utf-8").split("\n")
    return [_note(line) for line in lines[:-1] if line]


def _note(line: str) -> str:
    try:
        return str(json.loads(line)["note"])
    except (ValueError, KeyError, TypeError):
        return line


def copy_outside(new: list[str]) -> None:
    """Append notes to the outside file and flush them to the disk."""
    path = sink()
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(fd, "r+b") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(end - 1, 0))
        torn = end and file.read(1) != b"\n"
        written = datetime.now(UTC).isoformat()
        rows = [json.dumps({"written": written, "note": note}) + "\n" for note in new]
        file.write(("\n" if torn else "").encode() + "".join(rows).encode())
        file.flush()
        os.fsync(file.fileno())
