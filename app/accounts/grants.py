"""What a mailed link may do, checked against its row at each use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.kinds import GrantPurpose
from app.accounts.links import Links
from app.accounts.models import Grant


def issue_grant(
    session: Session,
    *,
    person_id: int,
    purpose: GrantPurpose,
    subject_kind: str,
    subject_id: int,
    now: datetime,
    expires_at: datetime | None = None,
) -> Grant:
    """A new right for one person on one subject, flushed so that it has its id."""
    grant = Grant(
        person_id=person_id,
        purpose=purpose,
        subject_kind=subject_kind,
        subject_id=subject_id,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(grant)
    session.flush()
    return grant


def live_grant(
    session: Session, links: Links, token: str, purpose: GrantPurpose, now: datetime
) -> Grant | None:
    """The grant behind a link: signed by us, of this purpose, neither revoked nor expired.

    Dead too when its person was anonymised.
    """
    public_id = links.read(token)
    if public_id is None:
        return None
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
