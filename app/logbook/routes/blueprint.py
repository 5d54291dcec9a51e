"""The one Blueprint of this room, and how its addresses are read."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from flask import Blueprint, abort, request

from app.journal.kinds import Via
from app.logbook.kinds import Topic
from app.logbook.queries.lines import Asked

logbook = Blueprint("logbook", __name__)
Kind = TypeVar("Kind", bound=enum.StrEnum)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
LONGEST_WORDS = 100


def asked() -> Asked:
    """What the address asks for; what cannot be read asks for nothing."""
    actor = request.args.get("qui", "")
    return Asked(
        text=" ".join(request.args.get("q", "").split())[:LONGEST_WORDS],
        topic=_kind(Topic, "sorte"),
        actor=actor if actor.isalnum() and actor.isascii() and len(actor) <= 16 else "",
        via=_kind(Via, "par"),
        since=_day("du"),
        until=_day("au"),
        after=_after(),
    )


def cursor(at: datetime, batch: str) -> str:
    """The place after an entry, as `apres` of the next page."""
    return f"{(at - _EPOCH) // _MICROSECOND}.{batch}"


def _after() -> tuple[datetime, str] | None:
    text = request.args.get("apres", "")
    if not text:
        return None
    instant, _dot, batch = text.partition(".")
    known = instant.isascii() and instant.isdecimal() and len(instant) <= 17
    if not known or not batch.isascii() or not batch.isalnum() or len(batch) > 16:
        abort(404)
    return _EPOCH + int(instant) * _MICROSECOND, batch


def _kind(kind: type[Kind], name: str) -> Kind | None:
    value = request.args.get(name, "")
    return kind(value) if value in list(kind) else None


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
