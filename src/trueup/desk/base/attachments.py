"""Files on disk: looked into, named by their digest, served without ever running.

The place of a file is `ab/<sha256>` below settings.ATTACHMENTS, written once and never changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.http import content_disposition_header

from trueup.core.refusals import Broken, Refused
from trueup.core.words import N_
from trueup.desk.base.models import Attachment
from trueup.desk.base.sniffing import is_sound_image, sniff

MOST_BYTES = 25 * 1024 * 1024
MOST_FILES = 50
MOST_TOTAL = 100 * 1024 * 1024
IMAGES = ("image/png", "image/jpeg", "image/gif")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that now lies in the store."""

    sha256: str
    size: int
    sniffed_type: str


def store(chunks: Iterable[bytes]) -> Stored:
    """Write a file to its place, refusing what is too big, empty or could run."""
    root = Path(settings.ATTACHMENTS)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=root, prefix="in-")
    try:
        with os.fdopen(handle, "wb") as file:
            digest, size = _copy(chunks, file)
            file.flush()
            os.fsync(file.fileno())
        found = sniff(Path(temporary))
        target = root / digest[:2] / digest
        target.parent.mkdir(exist_ok=True, mode=0o700)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Stored(digest, size, found)


def _copy(chunks: Iterable[bytes], file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Refused(
                N_("This file is larger than %(most)s MB. Send a smaller one or a link to it."),
                field="file",
                most=MOST_BYTES // 1024 // 1024,
            )
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise Refused(N_("This file is empty."), field="file")
    return digest.hexdigest(), size


def clean_name(name: str) -> str:
    """A name that is only a text: no folders, no invisible or turning characters."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    text = re.sub(r"\s+", " ", text).strip(" .")
    stem, dot, end = text.rpartition(".")
    if len(text) > 120 and dot and len(end) <= 10:
        text = f"{stem[: 119 - len(end)]}.{end}"
    return text[:120] or "file"


def path_of(attachment: Attachment) -> Path:
    """Where the bytes lie; Broken where they are gone."""
    path = Path(settings.ATTACHMENTS) / attachment.sha256[:2] / attachment.sha256
    if not path.is_file():
        raise Broken(N_("This file is missing from the store. Please tell your administrator."))
    return path


def shown_inline(attachment: Attachment) -> bool:
    """Only plain text, and images that were checked again just now, may show in the page."""
    if attachment.sniffed_type == "text/plain":
        return True
    return attachment.sniffed_type in IMAGES and is_sound_image(path_of(attachment))


def headers_for(attachment: Attachment, *, inline: bool = False) -> dict[str, str]:
    """The headers that keep a browser from running a file, whatever is in it."""
    show = inline and shown_inline(attachment)
    content_type = attachment.sniffed_type if show else "application/octet-stream"
    if content_type == "text/plain":
        content_type += "; charset=utf-8"
    disposition = content_disposition_header(not show, attachment.name)
    return {
        "Content-Type": content_type,
        "Content-Disposition": disposition or "attachment",
        "Content-Length": str(attachment.size),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
