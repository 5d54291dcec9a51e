"""Small files of every kind, as people send them, and as they had better not."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib

from app.files.kinds import FileKind

# eight pixels wide, four high, left half red, right half blue: as a browser writes them
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEA"
    "AAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRi"
    "WFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAA"
    "ADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABi"
    "mQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKn"
    "AAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMA"
    "LgAgADIAMAAxADb/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNS"
    "Mj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P"
    "T09PT09PT09PT0//wAARCAAEAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAA"
    "AAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAwX/xAAaEQAABwAAAAAAAAAAAAAAAAAAAQIFNIGx/9oADAMBAAIRAxEA"
    "PwCYArN8dN6YN0lrrCH/2Q=="
)
WEBP = base64.b64decode(
    "UklGRiYCAABXRUJQVlA4WAoAAAAgAAAABwAAAwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEA"
    "AAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRi"
    "WFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAA"
    "ADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABi"
    "mQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKn"
    "AAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMA"
    "LgAgADIAMAAxADZWUDggOAAAAFACAJ0BKggABAACgEIlqAJ0cgD7AK//3AAFwAD+6mX6o3p1/8/r3ADB+dntWNml+6+7"
    "sTlGugAA"
)
PLACE = b"48.5734N 7.7521E"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">L4s", len(data), name) + data + struct.pack(">L", zlib.crc32(name + data))


def png(*further: bytes) -> bytes:
    """A red picture of eight by four, with further chunks before the picture itself."""
    rows = b"".join(b"\x00" + b"\xcc\x33\x33" * 8 for _ in range(4))
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", 8, 4, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(further) + body


PNG = png()


def segment(code: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(body) + 2) + body


def exif(orientation: int, order: str = ">") -> bytes:
    """What a telephone writes: which way up, and where."""
    mark = b"MM" if order == ">" else b"II"
    head = struct.pack(f"{order}2sHLH", mark, 42, 8, 2)
    up = struct.pack(f"{order}HHLHH", 0x0112, 3, 1, orientation, 0)
    where = struct.pack(f"{order}HHLL", 0x9286, 2, len(PLACE), 38)
    return b"Exif\x00\x00" + head + up + where + b"\x00" * 4 + PLACE


def photo(orientation: int = 1, order: str = ">") -> bytes:
    """A JPEG with all that tells on its author: Exif, XMP, IPTC, a comment, and a second image."""
    told = (
        segment(0xE1, exif(orientation, order))
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x>" + PLACE + b"</x>")
        + segment(0xED, b"Photoshop 3.0\x00" + PLACE)
        + segment(0xFE, PLACE)
    )
    return JPEG[:2] + told + JPEG[2:] + b"MotionPhoto" + PLACE


def webp_chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<L", len(data)) + data + b"\x00" * (len(data) % 2)


def webp_photo() -> bytes:
    """A WebP that announces Exif and XMP, and holds both."""
    flags = WEBP[20] | 0x08 | 0x04
    body = WEBP[8:20] + bytes((flags,)) + WEBP[21:]
    body += webp_chunk(b"EXIF", exif(1)) + webp_chunk(b"XMP ", b"<x>" + PLACE + b"</x>")
    return b"RIFF" + struct.pack("<L", len(body)) + body + PLACE


def packed(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else method
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=how)
    return file.getvalue()


_OOXML = "application/vnd.openxmlformats-officedocument"


def word(kind: str = f"{_OOXML}.wordprocessingml.document.main+xml", **more: bytes) -> bytes:
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    parts = {"[Content_Types].xml": types.encode(), "word/document.xml": b"<document/>"}
    return packed(parts | more)


def excel() -> bytes:
    kind = f"{_OOXML}.spreadsheetml.sheet.main+xml"
    types = f'<Types><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>'
    return packed({"[Content_Types].xml": types.encode(), "xl/workbook.xml": b"<workbook/>"})


def open_document(kind: str, **more: bytes) -> bytes:
    media = f"application/vnd.oasis.opendocument.{kind}".encode()
    return packed({"mimetype": media, "content.xml": b"<office/>"} | more)


GOOD = {
    ("devis.pdf", FileKind.PDF): PDF,
    ("Quai.PNG", FileKind.PNG): PNG,
    ("quai.jpg", FileKind.JPEG): JPEG,
    ("quai.jpeg", FileKind.JPEG): photo(),
    ("quai.webp", FileKind.WEBP): WEBP,
    ("note.txt", FileKind.TEXT): "Pesée du 17 avril : 42 kg\r\n".encode(),
    ("ancien.txt", FileKind.TEXT): "Pes\xe9e".encode("cp1252"),
    ("deux.txt", FileKind.TEXT): "Pesée".encode("utf-16"),
    ("flux.csv", FileKind.CSV): b"jour;kg\n17/04;42\n",
    ("copil.ics", FileKind.CALENDAR): b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    ("cr.docx", FileKind.DOCX): word(),
    ("suivi.xlsx", FileKind.XLSX): excel(),
    ("cr.odt", FileKind.ODT): open_document("text"),
    ("suivi.ods", FileKind.ODS): open_document("spreadsheet"),
}
