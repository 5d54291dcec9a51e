"""Only what is on the list comes in: by its ending, and by its bytes."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.refusals import RefusedError
from app.files.archives import LARGEST_UNPACKED, MACROS, MOST_ENTRIES
from app.files.filenames import LONGEST, clean_name, ending_of
from app.files.kinds import FileKind
from app.files.recognition import BY_ENDING, EMPTY, FORMATS, OTHER, UNKNOWN, recognise
from tests.files.samples import (
    GOOD,
    JPEG,
    PDF,
    PNG,
    excel,
    open_document,
    packed,
    word,
)

SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(("given", "data"), GOOD.items(), ids=lambda one: str(one)[:30])
def test_what_people_send_is_recognised(given: tuple[str, FileKind], data: bytes) -> None:
    name, kind = given
    assert recognise(name, data) is kind


@pytest.mark.parametrize(
    "name",
    ["a.svg", "a.html", "a.htm", "a.exe", "a.js", "a.docm", "a.heic", "a.zip", "a", "", ".pdf"],
)
def test_what_is_not_on_the_list_stays_outside_whatever_it_holds(name: str) -> None:
    with pytest.raises(RefusedError, match=UNKNOWN[:40]):
        recognise(name, PDF)


def test_an_empty_file_is_said_to_be_empty() -> None:
    with pytest.raises(RefusedError, match=EMPTY):
        recognise("a.pdf", b"")


@pytest.mark.parametrize(("given", "data"), GOOD.items(), ids=lambda one: str(one)[:30])
def test_bytes_of_one_kind_under_the_name_of_another_are_refused(
    given: tuple[str, FileKind], data: bytes
) -> None:
    texts = {FileKind.TEXT, FileKind.CSV}
    for ending, kind in BY_ENDING.items():
        is_text = kind in texts and given[1] in {*texts, FileKind.CALENDAR}
        if kind is given[1] or is_text:
            continue
        with pytest.raises(RefusedError):
            recognise(f"a.{ending}", data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", SCRIPT),
        ("a.csv", b"  \n<!DOCTYPE html><p>"),
        ("a.txt", b"\xef\xbb\xbf<HTML>"),
        ("a.txt", "<?xml version='1.0'?>".encode("utf-16")),
        ("a.txt", b"text\x00with a hole"),
        ("a.txt", b"MZ\x90\x00\x03"),
        ("a.txt", PDF),
        ("a.ics", b"DTSTART:20260417"),
        ("a.pdf", b" %PDF-1.7"),
        ("a.pdf", SCRIPT + PDF),
        ("a.png", SCRIPT + PNG),
        ("a.jpg", b"GIF89a" + JPEG),
    ],
)
def test_a_wolf_in_another_s_name_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(RefusedError, match=OTHER[:30]):
        recognise(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", word(**{"word/vbaProject.bin": b"x"})),
        ("a.docx", word("application/vnd.ms-word.document.macroEnabled.main+xml")),
        ("a.odt", open_document("text", **{"Basic/Standard/script-lb.xml": b"x"})),
        ("a.ods", open_document("spreadsheet", **{"Scripts/python/a.py": b"x"})),
    ],
)
def test_macros_are_named_as_the_reason(name: str, data: bytes) -> None:
    with pytest.raises(RefusedError, match=MACROS[:20]):
        recognise(name, data)


def verdict(name: str, data: bytes) -> str:
    """The kind, or the words of the refusal."""
    try:
        return recognise(name, data)
    except RefusedError as refusal:
        return str(refusal)


def declaring(size: int) -> bytes:
    """A document whose list says that a part unpacks to so many bytes."""
    data = bytearray(word())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", size)
    return bytes(data)


def with_list_of(entries: int) -> bytes:
    file = io.BytesIO(word())
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(entries):
            archive.writestr(str(number), b"")
    return file.getvalue()


def locked() -> bytes:
    data = bytearray(word())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


BAD_ARCHIVES = {
    "a bomb": declaring(LARGEST_UNPACKED + 1),
    "too many parts": with_list_of(MOST_ENTRIES + 1),
    "a password": locked(),
    "something behind": word() + b"<script>",
    "something before": b"<script>" + word(),
    "cut off": word()[:-30],
    "a list elsewhere": word()[:-6] + b"\xff\xff\xff\xff\x00\x00",
    "another archive": packed({"a.txt": b"x"}),
    "no type": packed({"word/document.xml": b"<document/>"}),
    "the same part twice": packed({"[Content_Types].xml": b"x", "[content_types].XML": b"y"}),
    "an excel": excel(),
}


@pytest.mark.parametrize("data", BAD_ARCHIVES.values(), ids=list(BAD_ARCHIVES))
def test_a_packed_file_that_is_no_plain_document_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError, match=OTHER[:30]):
        recognise("a.docx", data)


def test_a_bomb_is_looked_at_without_being_unpacked() -> None:
    """Its parts of a megabyte of zeros each would be two hundred megabytes."""
    zeros = {f"word/media/{number}.bin": bytes(1024 * 1024) for number in range(200)}
    assert recognise("a.docx", word(**zeros)) is FileKind.DOCX


@given(data=st.binary(max_size=400), ending=st.sampled_from(sorted(BY_ENDING)))
def test_any_bytes_are_recognised_or_refused_in_french(data: bytes, ending: str) -> None:
    assert verdict(f"a.{ending}", data) in {BY_ENDING[ending], UNKNOWN, OTHER, EMPTY, MACROS}


@given(
    kept=st.sampled_from([word(), open_document("text")]),
    at=st.integers(0, 400),
    flipped=st.binary(min_size=1, max_size=6),
)
def test_a_damaged_archive_raises_nothing_else(kept: bytes, at: int, flipped: bytes) -> None:
    data = kept[:at] + flipped + kept[at + len(flipped) :]
    for name in ("a.docx", "a.odt"):
        assert verdict(name, data) in {OTHER, MACROS, FileKind.DOCX, FileKind.ODT}


@given(st.text(max_size=300))
def test_a_name_is_one_visible_line_without_folders(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean) <= LONGEST
    assert clean.isprintable()
    assert not set(clean) & set('/\\<>:"|?*\u202e\u200f')
    assert not clean.startswith((".", " "))
    assert clean_name(clean) == clean


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Lucie\\Devis.PDF", "Devis.pdf"),
        ("E\u0301te\u0301\r\nSet-Cookie: a.pdf", "Été Set-Cookie- a.pdf"),
        ("photo\u202egpj.exe.jpg", "photo gpj.exe.jpg"),
        ("...", "document"),
        ("/.pdf", "pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_names_that_people_and_others_send(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_every_kind_has_its_format_and_no_ending_is_shared() -> None:
    assert set(FORMATS) == set(FileKind)
    assert len(BY_ENDING) == sum(len(one.endings) for one in FORMATS.values())
    assert {ending_of(f"a.{one.upper()}") for one in BY_ENDING} == set(BY_ENDING)
