"""Where the bytes of documents lie: a folder of the data folder, names that nobody chose.

The row is written after the bytes, and the bytes go after the row: a crash in between leaves a
file that nobody names, never a row whose file is missing. `app/files/jobs.py` takes those away.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

FOLDER = "files"
_NAME = re.compile(r"[0-9a-f]{32}")
_UNFINISHED = ".part"
_OWNER_ONLY = 0o600
_OWNER_ENTERS = 0o700


class Store:
    """Files under random names, two letters of which are their folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: bytes) -> str:
        """Write these bytes, whole and on the disk before this returns; the name they got."""
        name = secrets.token_hex(16)
        place = self._place(name)
        place.parent.mkdir(mode=_OWNER_ENTERS, parents=True, exist_ok=True)
        unfinished = place.with_suffix(_UNFINISHED)
        try:
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(place)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _sync_folder(place.parent)
        return name

    def path(self, name: str) -> Path:
        """Where the bytes of this name lie. Raises FileNotFoundError where there are none."""
        place = self._place(name)
        if not place.is_file():
            raise FileNotFoundError(place)
        return place

    def forget(self, name: str) -> None:
        """Take these bytes away; no matter if they are gone."""
        self._place(name).unlink(missing_ok=True)

    def names_before(self, moment: datetime) -> Iterator[str]:
        """The names of files last written before a moment; unfinished ones of then are removed."""
        for place in self._folder.glob("*/*"):
            with suppress(FileNotFoundError):  # somebody else was quicker
                if place.stat().st_mtime >= moment.timestamp():
                    continue
                if _NAME.fullmatch(place.name):
                    yield place.name
                elif place.suffix == _UNFINISHED:
                    place.unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("no name of ours")
        return self._folder / name[:2] / name


def _sync_folder(folder: Path) -> None:
    """The new name itself is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
