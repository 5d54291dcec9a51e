"""What a mailed link may do, checked against its row at each use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.kinds import GrantPurpose
from app.accounts.links import Links
from app.accounts.models import Grant
from app.accounts.queries.grants import usable_grant

# links that open what is a person's own: none outlives a change of how they come in
OWN_DOORS = (GrantPurpose.SIGN_IN, GrantPurpose.PERSONAL_DATA)


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
    return usable_grant(session, public_id, purpose, now) if public_id else None


def revoke_grants(
    session: Session, purpose: GrantPurpose, subject_kind: str, subject_id: int, now: datetime
) -> None:
    """Let every link of this purpose on this subject open nothing from now on."""
    session.execute(
        update(Grant)
        .where(
            Grant.purpose == purpose,
            Grant.subject_kind == subject_kind,
            Grant.subject_id == subject_id,
            Grant.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def close_own_doors(session: Session, person_id: int, now: datetime) -> None:
    """Let no link that waits in a mailbox open this person's account or data from now on."""
    session.execute(
        update(Grant)
        .where(
            Grant.person_id == person_id,
            Grant.purpose.in_(OWN_DOORS),
            Grant.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
