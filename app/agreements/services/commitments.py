"""A question for a commitment: to a part of a project, or to the charter of the démarche."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Ask
from app.accounts.services import asks
from app.agreements.services import charter, parts
from app.agreements.subjects import CHARTER, PARTNER

_BY_SUBJECT: Mapping[str, asks.Handler] = {PARTNER: parts.HANDLER, CHARTER: charter.HANDLER}


def _stands(session: Session, ask: Ask) -> bool:
    return _BY_SUBJECT[ask.subject_kind].stands(session, ask)


def _run(session: Session, ask: Ask, now: datetime) -> None:
    _BY_SUBJECT[ask.subject_kind].run(session, ask, now)


def _refuse(session: Session, ask: Ask, now: datetime) -> None:
    refuse = _BY_SUBJECT[ask.subject_kind].refuse
    if refuse is not None:
        refuse(session, ask, now)


HANDLER = asks.Handler(stands=_stands, run=_run, refuse=_refuse)
