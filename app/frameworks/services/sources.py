"""Paths that somebody named → their files' bytes, and under which key each is read."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from app.frameworks.models import KEY_LENGTH

ENDING = ".md"
# the official folders hold some hundred files of a few kilobytes
LARGEST_FILE = 4_000_000


class UnreadableSourceError(Exception):
    """A path or a key that cannot be taken; its text is one clear sentence."""


@dataclass(frozen=True)
class Source:
    """One file. `shown` is its name in diagnostics, `name` the one that is kept.

    `otherwise` is the key where the root names none: the name of the file or folder that was
    asked for. `is_named` tells a file asked for by name from one found in a folder.
    """

    shown: str
    name: str
    content: bytes
    otherwise: str
    is_named: bool = True


def open_sources(paths: Sequence[Path]) -> list[Source]:
    """The files named and those of the folders named, folders in depth and in order.

    Raises UnreadableSourceError where there is no such path, or no file of the format in it.
    """
    return [source for path in paths for source in _open(path)]


def _open(path: Path) -> Iterator[Source]:
    if path.is_dir():
        found = sorted(_below(path))
        if not found:
            raise UnreadableSourceError(f"{path} holds no file that ends in {ENDING}.")
        folder = path.resolve()
        for file in found:
            name = str(Path(folder.name) / file.relative_to(path))
            yield Source(str(file), name, _bytes(file), folder.name, is_named=False)
    elif path.exists() or path.is_symlink():
        yield Source(str(path), path.name, _bytes(path), path.stem)
    else:
        raise UnreadableSourceError(f"{path} does not exist.")


def _below(folder: Path) -> Iterator[Path]:
    """Every file of the format, `.MD` too. Links to folders are not followed: they may loop.

    What cannot be listed or read is refused, never left out.
    """
    for at, _, names in os.walk(folder, onerror=_refuse):
        yield from (Path(at) / name for name in names if name.casefold().endswith(ENDING))


def _refuse(fault: OSError) -> NoReturn:
    raise UnreadableSourceError(f"{fault.filename} cannot be read ({fault.strerror}).") from None


def _bytes(file: Path) -> bytes:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableSourceError(f"{file} cannot be read (it is no file).")
        if found.st_size > LARGEST_FILE:
            raise UnreadableSourceError(f"{file} is larger than {LARGEST_FILE} bytes.")
        return file.read_bytes()
    except OSError as fault:
        raise UnreadableSourceError(f"{file} cannot be read ({fault.strerror}).") from None


def check_key(key: str) -> str:
    """The key as it is kept. Raises UnreadableSourceError when it cannot be one."""
    bare = key.strip()
    if not bare or len(bare) > KEY_LENGTH or not bare.isprintable():
        raise UnreadableSourceError(
            f"« {bare[:KEY_LENGTH]} » cannot be a framework's key: 1 to {KEY_LENGTH} printable "
            "characters are wanted; --as gives another one."
        )
    return bare


def distinct_names(sources: Iterable[Source]) -> dict[str, str]:
    """Shown name → the name to keep; two files of one name keep the whole path."""
    known = list(sources)
    times = Counter(source.name for source in known)
    return {
        source.shown: source.name if times[source.name] == 1 else source.shown for source in known
    }
