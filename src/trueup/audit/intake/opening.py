"""Opening foreign files: plain, .gz or inside one .zip, with limits; bytes to text, text to rows.

Limits (imports.md, promise 8): 2 GiB unpacked per file, ratio 100:1, one archive level, no paths
out of the archive, cells of 1 MiB, 2,000 columns.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from trueup.core.refusals import Refused
from trueup.core.words import N_

UNPACKED_MOST = 2 << 30
RATIO_MOST = 100
SMALL = 10 << 20
MANIFEST = "manifest.json"
CELL_MOST = 1 << 20
COLUMNS_MOST = 2000
PIECE = 1 << 20
NO_KIND = "not read, no kind of file that is read here"
KNOWN = (".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl", ".xes", ".xml", ".xlsx")


class NotOurs(Refused):
    """A file that holds nothing which is read here; others beside it are read all the same."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One file that was brought to a plain file: its name as given and where it lies now.

    `inside` says that nobody named it: it lay in a folder or an archive.
    """

    name: str
    path: Path
    sha256: str
    inside: bool = False

    @property
    def suffix(self) -> str:
        """The file's ending, without .gz."""
        return PurePosixPath(self.name.removesuffix(".gz")).suffix.lower()


def unpack(paths: list[Path], folder: Path, left: list[str] | None = None) -> list[Opened]:
    """All files behind the inputs (files, zips, folders), unpacked into `folder`.

    Files of no kind that is read are named in `left`.

    Raises Refused naming the file for what is missing, broken, too large or of no known kind.
    """
    found: list[Opened] = []
    left = [] if left is None else left
    for path in paths:
        if not path.exists():
            raise Refused(N_("There is no file %(file)s."), file=path)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file())
            away = [p for p in inside if not p.resolve().is_relative_to(path.resolve())]
            left += [f"{p.relative_to(path)}: not read, it leads out of the folder" for p in away]
            inside = [p for p in inside if p not in away]
            left += [f"{p.relative_to(path)}: {NO_KIND}" for p in inside if not _wanted(p.name)]
            for file in (p for p in inside if _wanted(p.name)):
                named = _one(file, str(file.relative_to(path)), folder, len(found), left)
                found += [replace(one, inside=True) for one in named]
        else:
            found += _one(path, path.name, folder, len(found), left)
    if not found:
        raise Refused(
            N_("There is nothing to read here. Trueup reads CSV, TSV, JSON, XES and XLSX files."),
        )
    return found


def _wanted(name: str) -> bool:
    plain = name.lower().removesuffix(".gz")
    return plain.endswith(KNOWN) or plain.endswith(".zip")


def _one(path: Path, name: str, folder: Path, number: int, left: list[str]) -> list[Opened]:
    if path.suffix.lower() == ".zip":
        return list(_from_zip(path, folder, number, left))
    target = folder / f"{number:03d}{PurePosixPath(name.removesuffix('.gz')).suffix.lower()}"
    digest = _sha256(path)
    if path.suffix.lower() == ".gz":
        try:
            with gzip.open(path) as source:
                _copy(source, target, path.stat().st_size, name)
        except (OSError, EOFError, zlib.error) as error:
            raise _cut(name, error) from error
        return [Opened(name, target, digest)]
    if path.stat().st_size > UNPACKED_MOST:
        raise Refused(
            N_("%(file)s is larger than 2 GiB. Split it, for example by year."), file=name
        )
    return [Opened(name, path, digest)]


def _from_zip(path: Path, folder: Path, number: int, left: list[str]) -> Iterator[Opened]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = enumerate(_entries(archive, path.name, left), start=number)
            yield from [_unpack(archive, entry, folder, index) for index, entry in entries]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _cut(path.name, error) from error


def unpack_pack(path: Path, out: Path) -> bool:
    """Unpack an evidence pack that came as one zip; False where it is something else.

    Only the manifest, the intake report, Parquet and CSV files are taken, within the same limits.
    """
    if path.suffix.lower() != ".zip":
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = {e.filename for e in archive.infolist()}
            root = next((n[: -len(MANIFEST)] for n in sorted(names) if n.endswith(MANIFEST)), None)
            if root is None or root.count("/") > 1:
                return False
            for entry in _inside(archive, path.name, root):
                _take(archive, entry, out / entry.filename.removeprefix(root))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _cut(path.name, error) from error
    return True


def _inside(archive: zipfile.ZipFile, name: str, root: str) -> list[zipfile.ZipInfo]:
    """The files of a pack in an archive; paths that lead out of it are refused."""
    kept = []
    for entry in sorted(archive.infolist(), key=lambda e: e.filename):
        _refuse_paths(entry, name)
        kinds = (".parquet", ".json", ".csv")
        plain = entry.filename.startswith(root) and entry.filename.endswith(kinds)
        if plain and not entry.is_dir():
            kept.append(entry)
    return kept


def _refuse_paths(entry: zipfile.ZipInfo, name: str) -> None:
    link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    if entry.filename.startswith("/") or ".." in PurePosixPath(entry.filename).parts or link:
        raise Refused(
            N_("%(file)s holds a path that leads out of it (%(entry)s); it was not unpacked."),
            file=name,
            entry=entry.filename[:80],
        )


def _take(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source:
        _copy(source, target, entry.compress_size, entry.filename)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, index: int) -> Opened:
    target = folder / f"{index:03d}{PurePosixPath(entry.filename).suffix.lower()}"
    _take(archive, entry, target)
    return Opened(entry.filename, target, _sha256(target), inside=True)


def _entries(archive: zipfile.ZipFile, name: str, left: list[str]) -> list[zipfile.ZipInfo]:
    entries = []
    for entry in sorted(archive.infolist(), key=lambda e: e.filename):
        _refuse_paths(entry, name)
        if entry.is_dir() or "__MACOSX" in PurePosixPath(entry.filename).parts:
            continue
        if _wanted(entry.filename) and not entry.filename.lower().endswith((".zip", ".gz")):
            entries.append(entry)
        else:
            left.append(f"{entry.filename}: {NO_KIND}")
    if not entries:
        raise Refused(N_("%(file)s holds no file that Trueup can read."), file=name)
    return entries


def _copy(source: IO[bytes] | gzip.GzipFile, target: Path, packed: int, name: str) -> None:
    """Unpack in pieces; stop at the limits, so that a bomb costs no more than they allow."""
    size = 0
    with target.open("wb") as out:
        while piece := source.read(PIECE):
            size += len(piece)
            if size > UNPACKED_MOST or (size > SMALL and size > RATIO_MOST * max(packed, 1)):
                out.close()
                target.unlink()
                raise Refused(
                    N_("%(file)s unpacks to far more than it should; it was not read."), file=name
                )
            out.write(piece)


def refuse_bomb(file: Opened) -> None:
    """Refuse an archive (a workbook is one) whose parts unpack to more than the limits allow."""
    with zipfile.ZipFile(file.path) as archive:
        for entry in archive.infolist():
            large = entry.file_size > SMALL
            bomb = large and entry.file_size > RATIO_MOST * max(entry.compress_size, 1)
            if bomb or entry.file_size > UNPACKED_MOST:
                raise Refused(
                    N_("%(file)s unpacks to far more than it should; it was not read."),
                    file=file.name,
                )


def _cut(name: str, error: Exception) -> Refused:
    return Refused(
        N_("%(file)s is damaged or cut off (%(why)s). Export it again, or copy it again."),
        file=name,
        why=str(error)[:120] or type(error).__name__,
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def encoding_of(path: Path) -> str:
    """The text encoding: byte-order mark, strict UTF-8, else Windows-1252 or Latin-1."""
    with path.open("rb") as file:
        first = file.read(4096)
    for mark, name in MARKS:
        if first.startswith(mark):
            return name
    zeros = first[0::2].count(0), first[1::2].count(0)
    if max(zeros) > len(first) // 8 and min(zeros) * 4 < max(zeros):
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    return next((name for name in ("utf-8", "windows-1252") if _is(path, name)), "latin-1")


MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip


def is_binary(path: Path) -> bool:
    """Whether a file is no text: its first bytes are of another kind, or full of control signs.

    NULs alone are none: the reader takes them out, and UTF-16 is full of them.
    """
    with path.open("rb") as file:
        first = file.read(4096)
    if first.startswith(OTHER_KINDS):
        return True
    if first.startswith(tuple(mark for mark, _ in MARKS)):
        return False
    return len(re.findall(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", first)) > len(first) // 50


OTHER_KINDS = (
    b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG",
    b"PAR1", b"7z\xbc\xaf", b"SQLite format 3",
)  # fmt: skip


def _is(path: Path, encoding: str) -> bool:
    """Whether every byte of a file can be read so; Windows-1252 only where it differs at all."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    special = encoding == "utf-8"
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                decoder.decode(piece)
                special = special or bool(re.search(rb"[\x80-\x9f]", piece))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return special
