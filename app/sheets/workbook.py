"""A workbook's bytes → its sheets, opened by our own program in a process that may take little."""

from __future__ import annotations

import json
import subprocess  # nosec B404
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.sheets import archive
from app.sheets.kinds import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_MEMORY,
    MOST_ROWS,
    MOST_SECONDS,
    MOST_SHEETS,
    UnreadableError,
)

_WORKER = Path(__file__).with_name("worker.py")
_LIMITS = (MOST_MEMORY, MOST_SECONDS, MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, MOST_CELLS)
_WHY = {
    "sheets": f"Ce classeur a plus de {MOST_SHEETS} feuilles : gardez celles du plan d’action.",
    "password": archive.LOCKED,
    "broken": archive.BROKEN,
}


def sheets_of(data: bytes) -> list[dict[str, Any]]:
    """The visible sheets, each with `name`, `rows` and `merged`. Raises UnreadableError."""
    archive.check(data)
    command = [sys.executable, "-I", str(_WORKER), *map(str, _LIMITS)]
    try:
        done = subprocess.run(  # noqa: S603  # nosec B603
            command, input=data, capture_output=True, timeout=2 * MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as fault:
        raise UnreadableError(archive.TOO_LARGE) from fault
    if done.returncode != 0:
        raise UnreadableError(archive.TOO_LARGE)
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise UnreadableError(_sentence(answer))
    found: list[dict[str, Any]] = answer["sheets"]
    return found


def _sentence(answer: Mapping[str, Any]) -> str:
    if answer["refused"] != "size":
        return _WHY[answer["refused"]]
    return (
        f"La feuille « {answer['sheet']} » a {answer['rows']} lignes et {answer['columns']} "
        f"colonnes : au plus {MOST_ROWS} lignes, {MOST_COLUMNS} colonnes et {MOST_CELLS} "
        "cellules. Gardez les lignes utiles et renvoyez-la."
    )
