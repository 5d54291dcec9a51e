"""The rights behind mailed links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.kinds import GrantPurpose
from app.accounts.models import Grant


def usable_grant(
    session: Session, public_id: str, purpose: GrantPurpose, now: datetime
) -> Grant | None:
    """The grant of this id and purpose, neither revoked nor expired, whose person is there."""
    grant = session.scalar(
        select(Grant)
        .where(Grant.public_id == public_id, Grant.purpose == purpose)
        .options(joinedload(Grant.person))
    )
    if grant is None or grant.revoked_at is not None or grant.person.anonymised_at is not None:
        return None
    if grant.expires_at is not None and grant.expires_at <= now:
        return None
    return grant
