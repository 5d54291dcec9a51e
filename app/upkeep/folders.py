"""The files of the data folder that belong into a backup."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

# where a restore unpacks before anything is in its place
UNPACKING = ".restore-"


def kept_paths(data_dir: Path, engine: Engine, besides: Path | None = None) -> Iterator[Path]:
    """Folders and regular files below the data folder's folders, parents first.

    Loose files at its top are no documents: the SQLite database lies there, and so may settings.
    `besides` is the folder in which backups lie, which none of them should hold.
    """
    for folder, folders, files in os.walk(data_dir):
        here = Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(UNPACKING)
            and not (here / name).is_symlink()
            and (here / name).resolve() != besides
        )
        yield from (here / name for name in folders)
        if here != data_dir:
            found = (here / name for name in sorted(files))
            yield from (p for p in found if _is_plain(p) and not _is_database(p, engine))


def kept_file(data_dir: Path, engine: Engine) -> Path | None:
    """One of these files, None when there is none."""
    return next((path for path in kept_paths(data_dir, engine) if not path.is_dir()), None)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_database(path: Path, engine: Engine) -> bool:
    """The SQLite file, and what SQLite lays beside it."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return False
    database = Path(engine.url.database).resolve()
    return path.resolve().parent == database.parent and path.name.startswith(database.name)
