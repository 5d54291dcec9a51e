"""All that a database holds, as one text; and what of a person is still in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from app.core.database import Base
from app.core.folding import fold
from app.outbox.personal import texts_of


def dump(connection: Connection) -> list[str]:
    """One line a row, `table column=value …`; bytes of mails decoded."""
    return [
        f"{table.name} {text}"
        for table in Base.metadata.sorted_tables
        for row in connection.execute(select(table))
        for text in _texts(row)
    ]


def _texts(row: Any) -> Iterator[str]:
    for value in row:
        if isinstance(value, bytes):
            yield from texts_of(value)
        elif isinstance(value, dict | list):
            yield json.dumps(value, ensure_ascii=False)
        else:
            yield str(value)


def left_of(lines: list[str], *traces: str) -> list[str]:
    """Lines in which one of these names, addresses or numbers stands, however it is written."""
    wanted = [f" {fold(trace)} " for trace in traces]
    digits = ["".join(filter(str.isdigit, trace))[-9:] for trace in traces if trace[-1].isdigit()]
    return [
        line
        for line in lines
        if any(one in f" {fold(line)} " for one in wanted)
        or any(one in "".join(filter(str.isdigit, line)) for one in digits)
    ]
