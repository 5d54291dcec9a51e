"""One kind of question about several kinds of things: each has its own handler."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Ask
from app.accounts.services.asks import Handler


def by_subject(handlers: Mapping[str, Handler]) -> Handler:
    """The handler that leaves it to that of the ask's subject."""

    def stands(session: Session, ask: Ask) -> bool:
        return handlers[ask.subject_kind].stands(session, ask)

    def run(session: Session, ask: Ask, now: datetime) -> None:
        handlers[ask.subject_kind].run(session, ask, now)

    def refuse(session: Session, ask: Ask, now: datetime) -> None:
        one = handlers[ask.subject_kind].refuse
        if one is not None:
            one(session, ask, now)

    return Handler(stands=stands, run=run, refuse=refuse)
