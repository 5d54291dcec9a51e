"""The one Blueprint of this room; each page's file hangs its routes on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.accounts.models import Person
from app.privacy.archive import stream
from app.privacy.kinds import Cause
from app.privacy.services import register
from app.privacy.services.erasing import erase
from app.privacy.services.exporting import file_name, members_of
from app.privacy.services.mailbox import MAILBOX
from app.web.database import db
from app.web.settings import settings

privacy = Blueprint("privacy", __name__)


def data_dir() -> Path:
    return settings().data_dir


def archive_of(person: Person, now: datetime) -> ResponseReturnValue:
    """All that is held about a person, sent as it is packed."""
    parts: Iterator[bytes] = stream(members_of(db.session(), person, now, data_dir()), now)
    return Response(
        parts,
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{file_name(person, now)}"'},
    )


def erase_now(person_id: int, cause: Cause, by_id: int | None, now: datetime) -> bool:
    """Erase, commit, and keep the register beside the database; False when it was done before."""
    session = db.session()
    done = erase(
        session,
        person_id,
        cause=cause,
        asked_by_id=by_id,
        now=now,
        mailbox=data_dir() / MAILBOX,
    )
    session.commit()
    register.keep(session, data_dir())
    session.commit()
    return done is not None
