"""Writes everything into one file while people go on working."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, Table, select

from app.upkeep.archive import (
    END,
    FILES,
    FORMAT,
    MANIFEST,
    TABLES,
    Summary,
    UpkeepError,
    kept_tables,
    written,
)
from app.upkeep.folders import kept_paths
from app.upkeep.state import last_id, require_migrated, snapshot

_ROWS_AT_ONCE = 1000
_OWNER_ONLY = 0o600


def back_up(engine: Engine, data_dir: Path, target: Path, now: datetime) -> Summary:
    """Write the database and the data folder's files into `target`, which must not exist yet.

    The rows are those of one moment; files are read after them, so that each file that a row
    speaks of is there. Raises UpkeepError; then there is no `target`.
    """
    if target.exists():
        raise UpkeepError(f"{target} exists already: a backup overwrites nothing.")
    if not target.parent.is_dir():
        raise UpkeepError(f"There is no folder {target.parent} to put the backup into.")
    # readable by its owner alone from its first byte
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".backup-", delete=False) as file:
        unfinished = Path(file.name)
        try:
            summary = _write(engine, data_dir, file, target.parent.resolve(), now)
            file.flush()
            os.fsync(file.fileno())
            # unlike a rename, refuses when somebody else has written the target meanwhile
            target.hardlink_to(unfinished)
        finally:
            unfinished.unlink()
    return summary


def _write(engine: Engine, data_dir: Path, file: IO[bytes], folder: Path, now: datetime) -> Summary:
    with (
        snapshot(engine) as connection,
        tarfile.open(fileobj=file, mode="w:gz", format=tarfile.PAX_FORMAT) as tar,
    ):
        manifest = {
            "format": FORMAT,
            "revision": require_migrated(connection),
            "taken_at": now.isoformat(),
            "tables": [table.name for table in kept_tables()],
        }
        _add_json(tar, MANIFEST, manifest, now)
        counted = {
            table.name: _add_table(tar, connection, table, folder, now) for table in kept_tables()
        }
        files = _add_files(tar, engine, data_dir, folder)
        _add_json(tar, END, {"tables": counted, "files": files}, now)
        rows = sum(table["rows"] or 0 for table in counted.values())
    return Summary(len(counted), rows, files)


def _add_table(
    tar: tarfile.TarFile, connection: Connection, table: Table, folder: Path, now: datetime
) -> dict[str, int | None]:
    """A member's size stands before it, so the rows pass through a file, never through memory."""
    rows = 0
    with tempfile.TemporaryFile(dir=folder) as spool:
        spool.write(written(table.columns.keys()))
        ordered = select(table).order_by(*table.primary_key.columns)
        for row in connection.execute(ordered, execution_options={"yield_per": _ROWS_AT_ONCE}):
            spool.write(written(row))
            rows += 1
        size = spool.tell()
        spool.seek(0)
        tar.addfile(_member(f"{TABLES}{table.name}.jsonl", size, now), spool)
    return {"rows": rows, "last_id": last_id(connection, table)}


def _add_files(tar: tarfile.TarFile, engine: Engine, data_dir: Path, folder: Path) -> int:
    added = 0
    for path in kept_paths(data_dir, engine, besides=folder):
        name = FILES + path.relative_to(data_dir).as_posix()
        if path.is_dir():
            tar.add(path, name, recursive=False)
            continue
        try:
            opened = path.open("rb")
        except FileNotFoundError:
            continue  # a mail that somebody moved meanwhile
        with opened:
            tar.addfile(tar.gettarinfo(arcname=name, fileobj=opened), opened)
        added += 1
    return added


def _add_json(tar: tarfile.TarFile, name: str, content: Any, now: datetime) -> None:
    data = json.dumps(content, indent=1).encode()
    tar.addfile(_member(name, len(data), now), io.BytesIO(data))


def _member(name: str, size: int, now: datetime) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, int(now.timestamp()), _OWNER_ONLY
    return member
