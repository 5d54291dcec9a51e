"""Sessions on the server's side, and who they stand for."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole, TerritoryRoleKind
from app.accounts.models import Membership, Person, SignIn, TerritoryRole
from app.core.viewer import Viewer

LIFETIME = timedelta(days=30)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def open_session(session: Session, *, person_id: int, browser: str | None, now: datetime) -> str:
    """Open a session for a person; answers the key that the cookie keeps (only its hash stays)."""
    key = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            key_hash=_hash(key),
            person_id=person_id,
            opened_at=now,
            expires_at=now + LIFETIME,
            browser=(browser or "")[:200],
        )
    )
    session.flush()
    return key


def close_session(session: Session, key: str, now: datetime) -> None:
    """Close one session; closing it again changes nothing."""
    found = session.scalar(select(SignIn).where(SignIn.key_hash == _hash(key)))
    if found is not None and found.closed_at is None:
        found.closed_at = now


def load_viewer(session: Session, key: str, now: datetime) -> Viewer | None:
    """Who a session's key stands for, in one query; None when it is closed or over."""
    rows = session.execute(
        select(
            SignIn.id,
            Person.id,
            Person.name,
            Person.is_operator,
            TerritoryRole.territory_id,
            TerritoryRole.role,
            Membership.organisation_id,
            Membership.role,
        )
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(
            TerritoryRole,
            (TerritoryRole.person_id == Person.id) & TerritoryRole.ended_on.is_(None),
        )
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.ended_on.is_(None))
        .where(
            SignIn.key_hash == _hash(key),
            SignIn.closed_at.is_(None),
            SignIn.expires_at > now,
            Person.anonymised_at.is_(None),
        )
    ).all()
    return _viewer(list(rows)) if rows else None


def _viewer(
    rows: list[
        Row[
            tuple[
                int,
                int,
                str,
                bool,
                int | None,
                TerritoryRoleKind | None,
                int | None,
                MembershipRole | None,
            ]
        ]
    ],
) -> Viewer:
    sign_in_id, person_id, name, is_operator = rows[0][:4]
    roles = {(territory, role) for *_, territory, role, _o, _m in rows if territory is not None}
    places = {(organisation, role) for *_, organisation, role in rows if organisation is not None}

    def territories(kind: TerritoryRoleKind) -> frozenset[int]:
        return frozenset(territory for territory, role in roles if role is kind)

    return Viewer(
        person_id=person_id,
        name=name,
        sign_in_id=sign_in_id,
        is_operator=is_operator,
        pilots=territories(TerritoryRoleKind.PILOT),
        facilitates=territories(TerritoryRoleKind.FACILITATOR),
        observes=territories(TerritoryRoleKind.OBSERVER),
        organisations=frozenset(organisation for organisation, _ in places),
        manages=frozenset(
            organisation for organisation, role in places if role is MembershipRole.MANAGER
        ),
    )
