"""What a person reads of their own account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.kinds import AskKind, AskState, TerritoryRoleKind
from app.accounts.models import (
    Ask,
    ExternalIdentity,
    MailPreference,
    Membership,
    SignIn,
    Territory,
    TerritoryRole,
)

# until the day after, whatever the time zone
RECENT = timedelta(days=1)


def present_memberships(session: Session, person_id: int) -> Sequence[Membership]:
    query = (
        select(Membership)
        .where(Membership.person_id == person_id, Membership.ended_on.is_(None))
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id)
    )
    return session.scalars(query).all()


def places_left(session: Session, person_id: int, now: datetime) -> Sequence[Membership]:
    """Places that a person gave up by themselves since yesterday, and has not taken again."""
    present = select(Membership.organisation_id).where(
        Membership.person_id == person_id, Membership.ended_on.is_(None)
    )
    query = (
        select(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.own_leave,
            Membership.ended_on >= (now - RECENT).date(),
            Membership.organisation_id.not_in(present),
        )
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id.desc())
    )
    return session.scalars(query).all()


def present_roles(session: Session, person_id: int) -> Sequence[Row[str, str, TerritoryRoleKind]]:
    """(territory's public id, its name, role), in alphabetical order."""
    query = (
        select(Territory.public_id, Territory.name, TerritoryRole.role)
        .join(Territory, Territory.id == TerritoryRole.territory_id)
        .where(TerritoryRole.person_id == person_id, TerritoryRole.ended_on.is_(None))
        .order_by(Territory.name)
    )
    return session.execute(query).all()


def open_sessions(session: Session, person_id: int, now: datetime) -> Sequence[SignIn]:
    """Those that still let somebody in, the newest first."""
    query = (
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.closed_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.opened_at.desc(), SignIn.id.desc())
    )
    return session.scalars(query).all()


def mail_preference(session: Session, person_id: int) -> MailPreference | None:
    """None means at once, without a pause."""
    return session.get(MailPreference, person_id)


def address_asks(session: Session, person_id: int) -> Sequence[Ask]:
    """New addresses that wait to be confirmed; the one asked last is the one that counts."""
    query = (
        select(Ask)
        .where(
            Ask.kind == AskKind.ADDRESS,
            Ask.asked_person_id == person_id,
            Ask.state == AskState.OPEN,
        )
        .order_by(Ask.id.desc())
    )
    return session.scalars(query).all()


def identity_of(session: Session, person_id: int, issuer: str) -> ExternalIdentity | None:
    """Who a person is to this provider, or was: `unlinked_at` tells."""
    query = select(ExternalIdentity).where(
        ExternalIdentity.person_id == person_id, ExternalIdentity.issuer == issuer
    )
    return session.scalar(query)
