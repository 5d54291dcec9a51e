"""A photo shows what it shows, and tells nothing else."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page

from app.core.refusals import RefusedError
from app.files.kinds import FileKind
from app.files.metadata import without_metadata
from tests.files.samples import (
    JPEG,
    PDF,
    PLACE,
    PNG,
    WEBP,
    chunk,
    exif,
    photo,
    png,
    segment,
    webp_photo,
)

TELLING = png(
    chunk(b"tEXt", b"Author\x00" + PLACE),
    chunk(b"iTXt", b"XML:com.adobe.xmp\x00" + PLACE),
    chunk(b"zTXt", PLACE),
    chunk(b"eXIf", exif(1)),
    chunk(b"tIME", b"\x07\xea\x04\x11\x00\x00\x00"),
    chunk(b"prVt", PLACE),
)
PICTURES = {FileKind.JPEG: photo(), FileKind.PNG: TELLING + PLACE, FileKind.WEBP: webp_photo()}


@pytest.mark.parametrize(("kind", "data"), PICTURES.items())
def test_the_place_is_gone(kind: FileKind, data: bytes) -> None:
    assert PLACE in data
    silent = without_metadata(kind, data)
    assert PLACE not in silent
    assert without_metadata(kind, silent) == silent


@pytest.mark.parametrize(
    ("kind", "data", "bare"),
    [
        (FileKind.JPEG, photo(), JPEG),
        (FileKind.PNG, TELLING, PNG),
        (FileKind.WEBP, webp_photo(), WEBP),
    ],
)
def test_the_picture_itself_is_untouched(kind: FileKind, data: bytes, bare: bytes) -> None:
    assert without_metadata(kind, data) == bare
    assert without_metadata(kind, bare) == bare


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_which_way_up_stays_known(orientation: int, order: str) -> None:
    silent = without_metadata(FileKind.JPEG, photo(orientation, order))
    (told,) = [silent[at:] for at in range(len(silent)) if silent[at:].startswith(b"Exif\x00\x00")]
    assert struct.unpack_from(">HHLH", told, 16) == (0x0112, 3, 1, orientation)
    assert len(silent) == len(JPEG) + 36


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_impossible_way_up_is_none(orientation: int) -> None:
    assert without_metadata(FileKind.JPEG, photo(orientation)) == JPEG


def test_other_files_are_left_alone() -> None:
    assert without_metadata(FileKind.PDF, PDF) == PDF


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (FileKind.JPEG, JPEG[:-2]),
        (FileKind.JPEG, JPEG[:40]),
        (FileKind.JPEG, JPEG[:2] + b"no segment"),
        (FileKind.JPEG, JPEG[:2] + segment(0xE0, b"")[:3] + b"\x00"),
        (FileKind.PNG, PNG[:-4]),
        (FileKind.PNG, PNG[:8]),
        (FileKind.WEBP, WEBP[:40]),
        (FileKind.WEBP, b"RIFF\x04\x00"),
    ],
)
def test_a_picture_that_ends_too_early_is_refused(kind: FileKind, data: bytes) -> None:
    with pytest.raises(RefusedError):
        without_metadata(kind, data)


@given(
    picture=st.sampled_from(sorted(PICTURES)),
    at=st.integers(2, 1200),
    flipped=st.binary(min_size=1, max_size=8),
)
def test_a_damaged_picture_is_refused_or_kept_and_nothing_else(
    picture: FileKind, at: int, flipped: bytes
) -> None:
    data = PICTURES[picture]
    broken = data[:at] + flipped + data[at + len(flipped) :]
    with contextlib.suppress(RefusedError):
        assert isinstance(without_metadata(picture, broken), bytes)


MEASURE = """
async ([type, bytes]) => {
  const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type}));
  const canvas = document.createElement("canvas");
  canvas.width = image.width; canvas.height = image.height;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const left = context.getImageData(0, 0, 1, 1).data;
  return [image.width, image.height, left[0] > left[2] ? "red" : "blue"];
}
"""


def drawn(page: Page, media_type: str, data: bytes) -> list[object]:
    found: list[object] = page.evaluate(MEASURE, [media_type, list(data)])
    return found


def test_a_browser_draws_the_same_picture_the_same_way_up(page: Page) -> None:
    upright = without_metadata(FileKind.JPEG, photo())
    assert drawn(page, "image/jpeg", upright) == [8, 4, "red"]
    for orientation, expected in ((3, [8, 4, "blue"]), (6, [4, 8, "red"]), (8, [4, 8, "blue"])):
        before = photo(orientation)
        after = without_metadata(FileKind.JPEG, before)
        assert drawn(page, "image/jpeg", after) == drawn(page, "image/jpeg", before) == expected
    assert drawn(page, "image/webp", without_metadata(FileKind.WEBP, webp_photo()))[:2] == [8, 4]
    assert drawn(page, "image/png", without_metadata(FileKind.PNG, TELLING)) == [8, 4, "red"]
