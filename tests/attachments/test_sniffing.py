"""What a file is, by its bytes: the declared type has to agree, and be the only one."""

import pytest
from sample_files import (
    DOCX,
    GIF,
    JPEG,
    OCTETS,
    PDF,
    PNG,
    WEBP,
    archive,
    pdf,
    picture,
    word_document,
)

from chatkit.attachments import AttachmentTypeRefused
from chatkit.attachments.kinds import agree, declared_type, is_shown_inline
from chatkit.attachments.sniff import Sniffer

HTML = b"<!doctype html><script>alert(1)</script>"
EXECUTABLE = b"MZ\x90\0\x03\0\0\0" + b"\0" * 200
RTF = rb"{\rtf1\ansi Hello}"

HONEST = {
    "png": (picture("PNG"), PNG),
    "jpeg": (picture("JPEG"), JPEG),
    "gif": (picture("GIF"), GIF),
    "webp": (picture("WEBP"), WEBP),
    "pdf": (pdf(), PDF),
    "word document": (word_document(), DOCX),
    "document told from its kind only": (archive(("mimetype",)), DOCX),
    "rich text": (RTF, "application/rtf"),
    "text": ("Grüße, 世界\r\n\tTab".encode(), "text/plain"),
    "old text": ("Grüße".encode("latin-1"), "text/csv"),
    "log with colours": (b"\x1b[31mred\x1b[0m\n", "text/plain"),
    "nothing": (b"", "text/plain"),
    "json": (b'{"a": 1}', "application/json"),
    "web page": (HTML, "text/html"),
    "drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    "text that begins as a bitmap does": (b"BMW is a maker of cars", "text/plain"),
    "unknown": (b"\x01\x02\x03\0whatever", OCTETS),
    "a type that nobody can tell": (b"\x01\x02\x03\0", "application/x-house"),
}

LIES = {
    "a program as a picture": (EXECUTABLE, PNG),
    "a program as text": (EXECUTABLE, "text/plain"),
    "a program as PDF": (EXECUTABLE, PDF),
    "a web page as a picture": (HTML, PNG),
    "a web page as PDF": (HTML, PDF),
    "a drawing as a picture": (b"<svg onload='alert(1)'/>", GIF),
    "a JPEG as a PNG": (picture("JPEG"), PNG),
    "a picture as text": (picture("PNG"), "text/plain"),
    "a PDF that is all text, as text": (pdf(), "text/plain"),
    "rich text as text": (RTF, "text/plain"),
    "text with a NUL": (b"text\0text", "text/plain"),
    "UTF-16, which no model reads": ("text".encode("utf-16"), "text/plain"),
    "text that ends in bytes": (b"a" * 100_000 + b"\0", "text/csv"),
    "a spreadsheet as a text document": (
        archive(("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")),
        DOCX,
    ),
    "a picture as a document": (picture("PNG"), DOCX),
    "a document as an old document": (word_document(), "application/msword"),
    "nothing as a picture": (b"", PNG),
}

POLYGLOTS = {
    "a picture and an archive": (picture("JPEG") + archive(), JPEG),
    "a picture and an archive with a long comment": (
        picture("GIF") + archive()[:-2] + (60_000).to_bytes(2, "little") + b"x" * 60_000,
        GIF,
    ),
    "a PDF and an archive": (pdf() + archive(), PDF),
    "a picture and a PDF": (
        picture("GIF", comment=b"%PDF-1.4 1 0 obj << >> endobj"),
        GIF,
    ),
    "a picture and a web page": (picture("GIF", comment=b"<script>alert(1)</script>"), GIF),
    "a picture and a server's script": (picture("GIF", comment=b"<?php system('id') ?>"), GIF),
    "an archive and a PDF": (archive(("a%PDF-1.4",)), DOCX),
}


def sniffed(data: bytes, piece: int = 1 << 20) -> Sniffer:
    sniffer = Sniffer()
    for start in range(0, len(data), piece):
        sniffer.feed(data[start : start + piece])
    return sniffer


@pytest.mark.parametrize("piece", [1, 7, 4096, 1 << 20])
@pytest.mark.parametrize(("data", "declared"), HONEST.values(), ids=HONEST)
def test_a_file_that_is_what_it_is_said_to_be_is_taken(
    data: bytes, declared: str, piece: int
) -> None:
    """Everyday files must pass, however they are cut on their way."""
    sniffed(data, piece).check(declared)


@pytest.mark.requirement("sec-16")
@pytest.mark.parametrize(("data", "declared"), LIES.values(), ids=LIES)
def test_a_file_that_is_something_else_is_refused(data: bytes, declared: str) -> None:
    """The client's word counts for nothing; the message says what the file is."""
    with pytest.raises(AttachmentTypeRefused, match=f"declared as {declared[:4]}.* but is "):
        sniffed(data).check(declared)


@pytest.mark.requirement("sec-16")
@pytest.mark.parametrize("piece", [1000, 1 << 20])
@pytest.mark.parametrize(("data", "declared"), POLYGLOTS.values(), ids=POLYGLOTS)
def test_a_file_that_is_two_things_at_once_is_refused(
    data: bytes, declared: str, piece: int
) -> None:
    """Passed on as a picture, opened as a program: each half may be flawless."""
    with pytest.raises(AttachmentTypeRefused, match="at once"):
        sniffed(data, piece).check(declared)


@pytest.mark.parametrize(
    ("given", "name", "meant"),
    [
        ("image/JPG", "a.jpg", JPEG),
        ("text/plain; charset=utf-8", "a", "text/plain"),
        ("", "notes.md", "text/markdown"),
        ("", "main.py", "text/plain"),
        ("video/mp2t", "main.ts", "text/plain"),
        (OCTETS, "PICTURE.PNG", PNG),
        ("", "unknown.xyz", OCTETS),
        ("", "", OCTETS),
        ("application/x-yaml", "a.yml", "application/yaml"),
    ],
)
def test_a_type_is_known_by_all_its_names_and_else_by_the_files_ending(
    given: str, name: str, meant: str
) -> None:
    """Browsers know no type for source code, and call TypeScript video."""
    assert declared_type(given, name) == meant


def test_relatives_agree_and_strangers_do_not() -> None:
    """Old documents look the same whichever program wrote them; animated PNG is PNG."""
    assert agree("application/msword", "application/vnd.ms-excel")
    assert agree(PNG, "image/apng")
    assert not agree(PNG, GIF)
    assert not agree("text/plain", PDF)


@pytest.mark.requirement("sec-17")
def test_only_pictures_and_pdf_are_shown_in_a_browser() -> None:
    """Whatever else can run a script is saved, also types that do not exist yet."""
    assert all(is_shown_inline(kind) for kind in (PNG, JPEG, GIF, WEBP, PDF))
    others = ("image/svg+xml", "text/html", "text/xml", "application/xhtml+xml", "x/y", OCTETS)
    assert not any(is_shown_inline(kind) for kind in others)
