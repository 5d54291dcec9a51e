"""Brings a backup into an empty installation: whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any

from sqlalchemy import Connection, Engine, Table, insert

from app.upkeep.archive import (
    END,
    FILES,
    FORMAT,
    MANIFEST,
    TABLES,
    Summary,
    UpkeepError,
    kept_tables,
    reader,
)
from app.upkeep.folders import UNPACKING, kept_file
from app.upkeep.state import filled_table, require_migrated, set_last_id

_ROWS_AT_ONCE = 1000
_CUT_OFF = "The backup is cut off or damaged: nothing was restored."


# what is to be done before anybody can see what was restored: the connection, and where the
# files lie that will be put in place
Then = Callable[[Connection, Path], None]


def restore(engine: Engine, data_dir: Path, source: Path, then: Then | None = None) -> Summary:
    """Read `source` into a database without rows and a data folder without files.

    The engine need not be the one that the backup was taken from. `then` is done in the same
    transaction. Raises UpkeepError when the place is not empty, the migration is another one, or
    the backup is not whole: nothing changed.
    """
    unpacked = Path(tempfile.mkdtemp(prefix=UNPACKING, dir=data_dir))
    placed: list[Path] = []
    try:
        with (
            source.open("rb") as file,
            tarfile.open(fileobj=file, mode="r|gz") as tar,
            engine.begin() as connection,
        ):
            revision = require_migrated(connection)
            _require_empty(connection, engine, data_dir)
            restored = _Restored(connection, unpacked)
            restored.read(tar, revision)
            if then is not None:
                then(connection, unpacked)
            # last, because what follows can only fail where the database refuses its commit
            _put_in_place(unpacked, data_dir, placed)
    except BaseException:
        for path in placed:
            path.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(unpacked)
    return Summary(len(restored.rows), sum(restored.rows.values()), restored.files)


def _require_empty(connection: Connection, engine: Engine, data_dir: Path) -> None:
    table = filled_table(connection)
    if table is not None:
        raise UpkeepError(
            f"The database is not empty (table {table} holds rows): a backup is only restored "
            "into a new one."
        )
    file = kept_file(data_dir, engine)
    if file is not None:
        raise UpkeepError(
            f"The data folder is not empty ({file}): a backup is only restored into a new one."
        )


@dataclass
class _Restored:
    """What has been read so far, member by member."""

    connection: Connection
    unpacked: Path
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    is_complete: bool = False

    def read(self, tar: tarfile.TarFile, revision: str) -> None:
        members = iter(tar)
        first = next(members, None)
        if first is None or first.name != MANIFEST:
            raise UpkeepError("The file is not a backup of Maillage: nothing was restored.")
        _check(_json(tar, first), revision)
        tables = {f"{TABLES}{table.name}.jsonl": table for table in kept_tables()}
        for member in members:
            if member.name in tables:
                table = tables[member.name]
                self.rows[table.name] = _load(self.connection, table, _content(tar, member))
            elif member.name.startswith(FILES):
                self._unpack(tar, member)
            elif member.name == END:
                self._end(_json(tar, member))
        if not self.is_complete:
            raise UpkeepError(_CUT_OFF)

    def _unpack(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        path = self.unpacked / _safe(member.name)
        if member.isdir():
            path.mkdir(parents=True, exist_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            shutil.copyfileobj(_content(tar, member), file)
        os.utime(path, (member.mtime, member.mtime))
        self.files += 1

    def _end(self, counted: dict[str, Any]) -> None:
        rows = {name: table["rows"] for name, table in counted["tables"].items()}
        if rows != self.rows or counted["files"] != self.files:
            raise UpkeepError(_CUT_OFF)
        for table in kept_tables():
            set_last_id(self.connection, table, counted["tables"][table.name]["last_id"])
        self.is_complete = True


def _check(manifest: dict[str, Any], revision: str) -> None:
    if manifest["format"] != FORMAT:
        raise UpkeepError("The backup was made by a newer Maillage: nothing was restored.")
    if manifest["revision"] != revision:
        raise UpkeepError(
            f"The backup was made at migration {manifest['revision']} and the database stands at "
            f"{revision}: restore it with the version of Maillage that made it, then upgrade."
        )


def _load(connection: Connection, table: Table, lines: IO[bytes]) -> int:
    names = json.loads(lines.readline())
    if sorted(names) != sorted(table.columns.keys()):
        raise UpkeepError(f"The backup's table {table.name} has other columns than the database.")
    read = reader([table.columns[name] for name in names])
    loaded = 0
    for rows in _by_the_thousand(map(read, lines)):
        connection.execute(insert(table), rows)
        loaded += len(rows)
    return loaded


def _by_the_thousand(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while several := list(islice(rows, _ROWS_AT_ONCE)):
        yield several


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member) if member.isreg() else None
    if content is None:
        raise UpkeepError(_CUT_OFF)
    return content


def _json(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    found: dict[str, Any] = json.load(_content(tar, member))
    return found


def _safe(name: str) -> Path:
    """The path below the data folder; a backup from elsewhere may name any place."""
    path = PurePosixPath(name.removeprefix(FILES))
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise UpkeepError(f"The backup names a place outside the data folder ({name}).")
    return Path(path)


def _put_in_place(unpacked: Path, data_dir: Path, placed: list[Path]) -> None:
    for path in sorted(unpacked.rglob("*")):
        target = data_dir / path.relative_to(unpacked)
        if path.is_dir():
            target.mkdir(exist_ok=True)
        else:
            path.rename(target)
            placed.append(target)
