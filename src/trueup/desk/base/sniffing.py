"""What a file really is, by its first bytes; what could run is refused.

Sources of the signatures: the file formats' own specifications (PNG, JPEG/JFIF, GIF89a, PDF,
ZIP, ELF, PE, Mach-O).
"""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

from trueup.core.refusals import Refused
from trueup.core.words import N_

MOST_PIXELS = 50_000_000
HEAD = 4096
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
PROGRAMS: tuple[bytes, ...] = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xcf\xfa\xed\xfe",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
ACTIVE = re.compile(
    rb"<(!doctype\s+html|html|head|body|script|svg|iframe|object|embed)\b", re.IGNORECASE
)


def sniff(path: Path) -> str:
    """The media type by content; Refused for programmes, web pages, SVG and office macros."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(PROGRAMS):
        raise Refused(
            N_("Programs cannot be attached. Put what it shows into words or a picture."),
            field="file",
        )
    for signature, found in SIGNATURES:
        if head.startswith(signature):
            return _inside_zip(path) if found == "application/zip" else found
    return _text(head)


def _text(head: bytes) -> str:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as broken:
        # a character cut at the end of the piece that was read is still text
        if broken.start < len(head) - 3:
            return "application/octet-stream"
    if b"\x00" in head:
        return "application/octet-stream"
    if ACTIVE.search(head):
        raise Refused(
            N_("Web pages and SVG pictures cannot be attached. A PDF or PNG works."), field="file"
        )
    return "text/plain"


def _inside_zip(path: Path) -> str:
    """Tell office files from other archives by the names inside; nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "application/octet-stream"
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Refused(
            N_("Office files with macros cannot be attached. Save it without macros."),
            field="file",
        )
    for folder, found in OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return found
    return "application/zip"


def is_sound_image(path: Path) -> bool:
    """Whether a picture is whole and of a sensible size, so that a page may show it."""
    try:
        with path.open("rb") as file:
            width, height = _dimensions(file)
    except (struct.error, ValueError, OSError):
        return False
    return 0 < width * height <= MOST_PIXELS


def _dimensions(file: BinaryIO) -> tuple[int, int]:
    head = file.read(32)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return struct.unpack(">II", head[16:24])
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return struct.unpack("<HH", head[6:10])
    if head.startswith(b"\xff\xd8"):
        file.seek(2)
        return _jpeg_dimensions(file)
    raise ValueError("not an image")


def _jpeg_dimensions(file: BinaryIO) -> tuple[int, int]:
    """Walk the JPEG segments up to the frame header (ITU T.81, B.2.2)."""
    for _ in range(200):
        marker, length = struct.unpack(">HH", file.read(4))
        if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            _, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        file.seek(length - 2, 1)
    raise ValueError("no frame")
