"""Keys of the log: they live in files below HOME/keys, never in the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from trueup.desk.eventlog.models import DataKey

NONCE = 12


def key_file(name: str, size: int = 32) -> bytes:
    """The bytes of a key file; made once, complete or not at all, readable by its owner."""
    path = Path(settings.HOME) / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(path, secrets.token_bytes(size))
    return path.read_bytes()


def _make(path: Path, content: bytes) -> None:
    """Write beside, then link: of two processes one wins, and both read the winner's key."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def data_key(owner: str) -> tuple[int, bytes]:
    """The number and the key of an owner's private text; made at the first use."""
    row = DataKey.objects.filter(owner=owner).first()
    if row is None:
        wrapped = _wrap(owner, secrets.token_bytes(32))
        row, _ = DataKey.objects.get_or_create(owner=owner, defaults={"wrapped": wrapped})
    return row.pk, unwrap(row)


def unwrap(row: DataKey) -> bytes:
    """The key in a row; InvalidTag where master key or row was changed."""
    return decrypt(key_file("master"), bytes(row.wrapped), row.owner.encode())


def _wrap(owner: str, key: bytes) -> bytes:
    return encrypt(key_file("master"), key, owner.encode())


def encrypt(key: bytes, text: bytes, bound_to: bytes) -> bytes:
    """AES-256-GCM with a random nonce in front; `bound_to` must be given again to read."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, bound_to)


def decrypt(key: bytes, blob: bytes, bound_to: bytes) -> bytes:
    """The text of a blob; InvalidTag where it was changed or is bound to something else."""
    return AESGCM(key).decrypt(blob[:NONCE], blob[NONCE:], bound_to)
