"""One SIRET typed in two territories that do not see each other: asked, answered, never told.

Who types a SIRET that stands elsewhere gets a record of their own, as if nobody knew it. The
organisation is told and answers; only then may the two records become one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole
from app.accounts.mails import CLAIM
from app.accounts.models import Claim, Membership, Organisation, Person, organisation_territory
from app.accounts.queries.people import with_account
from app.core.identifiers import siren_of
from app.core.refusals import RefusedError
from app.outbox.services import enqueue


def bearer_of(session: Session, siret: str) -> Organisation | None:
    """The one record of the installation that holds this SIRET."""
    return session.scalar(select(Organisation).where(Organisation.sole_siret == siret))


def known_here(session: Session, siret: str, territory_id: int) -> Organisation | None:
    """The territory's own record of a SIRET, whether it holds or claims it."""
    return session.scalar(
        select(Organisation)
        .join(organisation_territory)
        .where(
            organisation_territory.c.territory_id == territory_id,
            Organisation.siret == siret,
        )
    )


def bear_siret(
    session: Session,
    organisation: Organisation,
    siret: str | None,
    *,
    siren: str | None,
    asked_by_id: int | None,
    now: datetime,
    mails: bool = True,
) -> None:
    """Give a record its SIRET, or the claim to it; a claim to another SIRET is withdrawn.

    Without `mails` the claim waits on the page of the organisation that it is about.
    """
    organisation.siren = siren_of(siret) if siret else siren
    other = bearer_of(session, siret) if siret else None
    if other is None or other is organisation:
        organisation.siret = siret
        withdraw(session, organisation.id)
        return
    _require_strangers(session, organisation, siret)
    if asked_by_id is None:
        raise RefusedError("Ce SIRET est déjà celui d’une organisation connue de Maillage.")
    if organisation.siret != siret:
        withdraw(session, organisation.id)
        organisation.siret = siret
        organisation.sole_siret = None
        claim = _ask(session, organisation, other, asked_by_id, now)
        if claim and mails:
            _tell(session, claim, other, now)


def accept(claim: Claim, *, person_id: int, now: datetime) -> None:
    """The organisation says that the two are one; whoever keeps the other record joins them.

    Saying it again changes nothing.
    """
    if claim.accepted_at is not None:
        return
    claim.accepted_at, claim.declined_at = now, None
    claim.answered_by_id = person_id


def decline(claim: Claim, *, person_id: int, now: datetime) -> None:
    """Two records they stay; an answer can be changed until they are joined."""
    claim.accepted_at, claim.declined_at = None, now
    claim.answered_by_id = person_id


def _require_strangers(session: Session, organisation: Organisation, siret: str | None) -> None:
    for territory in organisation.territories:
        here = known_here(session, siret, territory.id) if siret else None
        if here is not None and here is not organisation:
            raise RefusedError("Ce SIRET est déjà celui d’une organisation de ce territoire.")


def withdraw(session: Session, local_id: int) -> None:
    """Ask no longer whether a territory's record is another one; there may be no claim."""
    former = session.scalar(select(Claim).where(Claim.local_id == local_id))
    if former is not None:
        session.delete(former)
        session.flush()


def _ask(
    session: Session, local: Organisation, known: Organisation, asked_by_id: int, now: datetime
) -> Claim | None:
    session.flush()
    if not local.territories:
        return None  # nobody there would ever join the two
    claim = Claim(
        territory_id=local.territories[0].id,
        local_id=local.id,
        known_id=known.id,
        asked_at=now,
        asked_by_id=asked_by_id,
    )
    session.add(claim)
    session.flush()
    return claim


def _tell(session: Session, claim: Claim, known: Organisation, now: datetime) -> None:
    for manager in _managers(session, known.id):
        _mail(session, claim, manager, known, now)


def _managers(session: Session, organisation_id: int) -> list[Person]:
    """Those who answer for it; without any, its page asks whoever animates its territories."""
    found = session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role == MembershipRole.MANAGER,
            Membership.ended_on.is_(None),
            Person.anonymised_at.is_(None),
            Person.email.is_not(None),
        )
        .order_by(Person.id)
    ).all()
    known = with_account(session, {person.id for person in found})
    return [person for person in found if person.id in known]


def _mail(
    session: Session, claim: Claim, person: Person, known: Organisation, now: datetime
) -> None:
    assert person.email is not None  # asked for above
    enqueue(
        session,
        key=f"{CLAIM}:{claim.public_id}:{person.id}",
        kind=CLAIM,
        recipient_id=person.id,
        territory_id=None,
        to=person.email,
        refs={"claim": claim.public_id},
        subject=f"{known.name} : un autre territoire vous connaît",
        not_before=now,
        now=now,
    )
