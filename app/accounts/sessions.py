"""Sessions on the server's side, and who they stand for."""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole, OrganisationKind, SignInWay, TerritoryRoleKind
from app.accounts.models import (
    Membership,
    Organisation,
    Person,
    SecondFactor,
    SignIn,
    Territory,
    TerritoryRole,
    organisation_territory,
)
from app.core.folding import fold
from app.core.prepared import Kept
from app.core.viewer import Place, Viewer

LIFETIME = timedelta(days=30)
_SHOWN: tuple[Any, ...] = (
    Person.id,
    Person.name,
    Person.is_operator,
    exists().where(SecondFactor.person_id == Person.id).label("has_second_factor"),
    TerritoryRole.territory_id,
    TerritoryRole.role,
    Membership.organisation_id,
    Membership.role,
    Territory.second_factor_demanded,
    Organisation.kind,
    Territory.id,
    Territory.public_id,
    Territory.name,
    Territory.is_demo,
)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def open_session(
    session: Session,
    *,
    person_id: int,
    browser: str | None,
    now: datetime,
    way: SignInWay = SignInWay.PASSWORD,
    sealed_id_token: str | None = None,
) -> str:
    """Open a session for a person; answers the key that the cookie keeps (only its hash stays)."""
    key = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            key_hash=_hash(key),
            person_id=person_id,
            opened_at=now,
            expires_at=now + LIFETIME,
            browser=(browser or "")[:200],
            way=way,
            sealed_id_token=sealed_id_token,
        )
    )
    session.flush()
    return key


def close_session(session: Session, key: str, now: datetime) -> None:
    """Close one session; closing it again changes nothing."""
    found = session.scalar(select(SignIn).where(SignIn.key_hash == _hash(key)))
    if found is not None and found.closed_at is None:
        shut(found, now)


def shut(sign_in: SignIn, now: datetime) -> None:
    """Let a session open nothing any more, and keep nothing of the provider's."""
    sign_in.closed_at = now
    sign_in.sealed_id_token = None


def load_viewer(session: Session, key: str, now: datetime) -> Viewer | None:
    """Who a session's key stands for, in one query; None when it is closed or over."""
    asked = {"key_hash": _hash(key), "now": now}
    return _viewer(_of_an_open_session().rows(session, asked))


@functools.cache
def _of_an_open_session() -> Kept:
    """Built once: every request asks it, and building it takes longer than asking."""
    query = select(SignIn.id, *_SHOWN).join(Person, Person.id == SignIn.person_id)
    return Kept(
        _belongings(query).where(
            SignIn.key_hash == bindparam("key_hash"),
            SignIn.closed_at.is_(None),
            SignIn.expires_at > bindparam("now"),
        )
    )


def viewer_of(session: Session, person_id: int) -> Viewer | None:
    """What a person may see and do now, without a session: for links, asks and commands."""
    rows = session.execute(_belongings(select(*_SHOWN)).where(Person.id == person_id)).all()
    return _viewer([(0, *row) for row in rows])


def _belongings(query: Select[Any]) -> Select[Any]:
    """What people who are still there belong to: roles, organisations, territories of both."""
    has_role = (TerritoryRole.person_id == Person.id) & TerritoryRole.ended_on.is_(None)
    is_member = (Membership.person_id == Person.id) & Membership.ended_on.is_(None)
    of_organisation = organisation_territory.c
    sees = or_(
        Territory.id == TerritoryRole.territory_id,
        Territory.id == of_organisation.territory_id,
        Person.is_operator,
    )
    return (
        query.outerjoin(TerritoryRole, has_role)
        .outerjoin(Membership, is_member)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(
            organisation_territory, of_organisation.organisation_id == Membership.organisation_id
        )
        .outerjoin(Territory, sees)
        .where(Person.anonymised_at.is_(None))
    )


def _by_name(places: set[Place]) -> tuple[Place, ...]:
    if len(places) < 2:
        return tuple(places)
    return tuple(sorted(places, key=lambda place: fold(place.name)))


def _viewer(rows: Sequence[Any]) -> Viewer | None:
    """One viewer of the rows, which hold the sign-in's id and what `_SHOWN` says."""
    if not rows:
        return None
    sign_in_id, person_id, name, is_operator, has_second_factor = rows[0][:5]
    roles = {(row[5], row[6]) for row in rows if row[5] is not None}
    memberships = {(row[7], row[8]) for row in rows if row[7] is not None}
    places = {Place._make(row[11:]) for row in rows if row[11] is not None}
    demanding = {row[11] for row in rows if row[9]}

    def territories(kind: TerritoryRoleKind) -> frozenset[int]:
        return frozenset(territory for territory, role in roles if role is kind)

    animated = territories(TerritoryRoleKind.PILOT) | territories(TerritoryRoleKind.FACILITATOR)
    return Viewer(
        person_id=person_id,
        name=name,
        sign_in_id=sign_in_id,
        is_operator=is_operator,
        pilots=territories(TerritoryRoleKind.PILOT),
        facilitates=territories(TerritoryRoleKind.FACILITATOR),
        observes=territories(TerritoryRoleKind.OBSERVER),
        organisations=frozenset(organisation for organisation, _ in memberships),
        manages=frozenset(
            organisation for organisation, role in memberships if role is MembershipRole.MANAGER
        ),
        advises=any(row[10] is OrganisationKind.CHAMBER for row in rows),
        places=_by_name(places),
        has_second_factor=bool(has_second_factor),
        second_factor_demanded=bool(demanding if is_operator else demanding & animated),
    )
