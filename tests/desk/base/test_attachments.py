"""Files are stored by digest, looked into, refused where they could run, and served inert."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import people
from trueup.core.actors import SYSTEM
from trueup.core.refusals import Broken, NotFound, Refused
from trueup.desk.base import access, attachments, verbs
from trueup.desk.base.models import Attachment
from trueup.desk.base.sniffing import OFFICE
from trueup.desk.services.verbs import add_service

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (20).to_bytes(4) + (10).to_bytes(4) + b"\x08" * 99


def office(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return data.getvalue()


@pytest.fixture(autouse=True)
def _store(settings, tmp_path) -> None:
    settings.ATTACHMENTS = tmp_path / "files"


@pytest.fixture
def agreement_service():
    return add_service(name="Mail", actor=SYSTEM)


def test_a_file_lies_under_its_digest_readable_by_us_only(settings, agreement_service) -> None:
    row = verbs.attach(agreement_service, "a.png", [PNG[:20], PNG[20:]], actor=SYSTEM)
    path = attachments.path_of(row)
    digest = hashlib.sha256(PNG).hexdigest()
    assert path == Path(settings.ATTACHMENTS) / digest[:2] / digest
    assert path.stat().st_mode & 0o777 == 0o600
    assert (row.sniffed_type, row.size) == ("image/png", len(PNG))


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"hello, w\xc3\xb6rld\n", "text/plain"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x00\x01\x02\x03\xff", "application/octet-stream"),
        (office("a.txt"), "application/zip"),
        (office("word/document.xml"), OFFICE["word/"]),
        (b"PK\x03\x04 cut off", "application/octet-stream"),
    ],
)
def test_the_type_is_what_is_inside(agreement_service, data, found) -> None:
    row = verbs.attach(agreement_service, "x.bin", [data], declared_type="text/html", actor=SYSTEM)
    assert row.sniffed_type == found


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MZ\x90\x00", "Programs"),
        (b"\x7fELF\x02", "Programs"),
        (b"#!/bin/sh\nrm -rf /", "Programs"),
        (b"  <!DOCTYPE html><p>", "Web pages"),
        (b"<?xml version='1.0'?><svg onload='x'>", "Web pages"),
        (b"text <ScRipT>alert(1)</script>", "Web pages"),
        (office("word/vbaProject.bin"), "macros"),
        (b"", "empty"),
    ],
)
def test_what_could_run_is_refused_and_nothing_stays(
    settings, agreement_service, data, words
) -> None:
    with pytest.raises(Refused, match=words):
        verbs.attach(agreement_service, "harmless.txt", [data], actor=SYSTEM)
    assert not Attachment.objects.exists()
    assert not [path for path in Path(settings.ATTACHMENTS).rglob("*") if path.is_file()]


def test_too_large_is_refused_while_it_comes_in(settings, agreement_service) -> None:
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield b"a" * 1024 * 1024

    with pytest.raises(Refused, match="25 MB"):
        verbs.attach(agreement_service, "big.txt", endless(), actor=SYSTEM)
    assert len(taken) == 26


def test_fifty_files_and_no_more(agreement_service) -> None:
    for n in range(attachments.MOST_FILES):
        verbs.attach(agreement_service, f"{n}.txt", [b"a"], actor=SYSTEM)
    with pytest.raises(Refused, match="50 files"):
        verbs.attach(agreement_service, "one more.txt", [b"a"], actor=SYSTEM)


@given(st.text(max_size=400))
def test_a_name_is_only_a_text(name) -> None:
    clean = attachments.clean_name(name)
    assert 0 < len(clean) <= 120
    assert not set(clean) & set("/\\\x00\r\n\u200b\u202e")
    assert clean not in {".", ".."}
    assert attachments.clean_name(clean) == clean


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/pdf", "application/zip"]
)
def test_nothing_but_text_and_checked_images_shows_in_the_page(agreement_service, kind) -> None:
    row = verbs.attach(agreement_service, "a b\u00e4.txt", [b"hello"], actor=SYSTEM)
    row.sniffed_type = kind
    headers = attachments.headers_for(row, inline=True)
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


def test_a_whole_image_may_show_a_broken_or_huge_one_not(agreement_service) -> None:
    good = verbs.attach(agreement_service, "a.png", [PNG], actor=SYSTEM)
    assert attachments.headers_for(good, inline=True)["Content-Type"] == "image/png"
    assert attachments.headers_for(good)["Content-Disposition"].startswith("attachment")
    for size in (b"\xff\xff\xff\xff" * 2, b"\x00" * 8):
        data = PNG[:16] + size + PNG[24:]
        bad = verbs.attach(agreement_service, "b.png", [data], actor=SYSTEM)
        assert not attachments.shown_inline(bad)
    cut = verbs.attach(agreement_service, "c.png", [PNG[:12]], actor=SYSTEM)
    assert not attachments.shown_inline(cut)


def test_a_lost_file_is_said_so(agreement_service) -> None:
    row = verbs.attach(agreement_service, "a.txt", [b"hello"], actor=SYSTEM)
    attachments.path_of(row).unlink()
    with pytest.raises(Broken):
        attachments.path_of(row)


def test_private_files_of_what_has_no_inside_are_nobodys(agreement_service) -> None:
    cast = people.cast()
    row = verbs.attach(agreement_service, "a.txt", [b"hello"], private=True, actor=SYSTEM)
    for someone in (cast.alice, cast.anna, cast.charlie, cast.audrey, cast.mona, cast.ada):
        with pytest.raises(NotFound):
            access.get(people.looking(someone), Attachment, row.pk)
