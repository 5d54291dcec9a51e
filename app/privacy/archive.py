"""A .zip that is made while it is sent: nothing of it lies on any disk. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Member:
    """One file of the archive: its name, and its bytes part by part."""

    name: str
    parts: Callable[[], Iterable[bytes]]


class _Pipe(io.RawIOBase):
    """Takes what the archive writes, until it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]  # any buffer
        self._waiting.append(part)
        return len(part)

    def taken(self) -> bytes:
        part = b"".join(self._waiting)
        self._waiting.clear()
        return part


def stream(members: Iterable[Member], now: datetime) -> Iterator[bytes]:
    """The archive part by part; a member is read when its turn comes."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            entry = zipfile.ZipInfo(member.name, now.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as file:
                for part in member.parts():
                    file.write(part)
                    yield pipe.taken()
            yield pipe.taken()
    yield pipe.taken()
