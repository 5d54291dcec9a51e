"""Organisations, people and what is asked of them, for the access matrix."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import (
    AskKind,
    GrantPurpose,
    MembershipRole,
    OrganisationKind,
    TerritoryRoleKind,
)
from app.accounts.models import (
    Absence,
    Ask,
    Closure,
    Organisation,
    Person,
    Territory,
    TerritoryRole,
)
from app.accounts.services.people import give_place, new_person
from app.accounts.services.texts import publish_charter
from app.accounts.sessions import open_session
from app.agreements.kinds import ProposalKind
from app.agreements.models import Proposal
from app.agreements.services.charter import adhere
from app.agreements.services.proposals import Wanted, asks_of, propose, speak
from app.core import clock
from app.core.folding import fold
from app.plans.kinds import PartnerRole
from app.privacy.kinds import Cause
from app.privacy.models import Erasure
from app.privacy.services.erasing import new_erasure
from tests.cast import BEGINNING, Cast


def new_adherence(session: Session, cast: Cast) -> None:
    """Le Fournil adheres to the charter, by Lucie's own click."""
    adhere(
        session,
        cast.territory(),
        cast.organisation("Le Fournil"),
        version="charter-1",
        person_id=cast.person("Lucie").id,
        now=clock.now(),
    )


def new_organisation(name: str, *territories: Territory) -> Organisation:
    return Organisation(
        name=name,
        kind=OrganisationKind.COMPANY,
        search_key=fold(name),
        created_at=BEGINNING,
        territories=list(territories),
    )


def new_contact(session: Session, name: str) -> Person:
    return new_person(session, name=name, email=None, now=BEGINNING)


def new_bread_contact(session: Session, organisation: Organisation) -> Person:
    """One who has no account and never will."""
    contact = new_person(session, name="Léo Levain", email=None, now=BEGINNING)
    give_place(
        session,
        person_id=contact.id,
        organisation_id=organisation.id,
        role=MembershipRole.MEMBER,
        function=None,
        today=BEGINNING.date(),
    )
    return contact


def asked_erasure(session: Session, person: Person, asked_by_id: int) -> Erasure:
    asked = new_erasure(
        person,
        cause=Cause.PILOT,
        asked_by_id=asked_by_id,
        now=clock.now(),
        due_at=clock.now() + timedelta(days=1),
    )
    session.add(asked)
    session.flush()
    return asked


def new_invitation(session: Session, cast: Cast) -> Ask:
    ask = Ask(
        kind=AskKind.INVITATION,
        subject_kind="organisation",
        subject_id=cast.organisation("Le Fournil").id,
        asker_id=cast.person("Anne").id,
        asked_person_id=cast.person("Marc").id,
        text_version="1",
        asked_at=clock.now(),
        expires_at=clock.now() + timedelta(days=14),
    )
    session.add(ask)
    session.flush()
    return ask


def new_closure(session: Session, organisation: Organisation) -> Closure:
    closure = Closure(
        organisation_id=organisation.id, starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 21)
    )
    session.add(closure)
    session.flush()
    return closure


def new_absence(session: Session, cast: Cast) -> Absence:
    """Lucie's, with Marc in her place, whatever the page would say to that."""
    absence = Absence(
        person_id=cast.person("Lucie").id,
        substitute_id=cast.person("Marc").id,
        starts_on=date(2026, 4, 20),
        ends_on=date(2026, 5, 3),
    )
    session.add(absence)
    session.flush()
    return absence


def new_proposals(session: Session, cast: Cast) -> tuple[Proposal, Proposal]:
    """One of Anne's that waits for the CCI's word, and one that the CCI objected to."""
    anne, karim = cast.person("Anne").id, cast.person("Karim").id
    open_, objected = (
        propose(
            session,
            cast.project(),
            Wanted(ProposalKind.ABANDON, reason=reason, partner=partner)
            if partner is None
            else Wanted(ProposalKind.REMOVE, partner=partner),
            person_id=anne,
            speaks_for={cast.organisation("CC du Val d’Aubrive").id},
            now=clock.now(),
        )
        for reason, partner in (
            ("Le four est vendu", None),
            (None, next(p for p in cast.project().partners if p.role is PartnerRole.FUNDER)),
        )
    )
    cci = cast.organisation("CCI des Deux Rives").id
    [ask] = [a for a in asks_of(session, objected) if a.asked_organisation_id == cci]
    speak(session, objected, ask, agrees=False, words="Non", person_id=karim, now=clock.now())
    return open_, objected


def new_ask(session: Session, cast: Cast, kind: AskKind, subject_id: int) -> Ask:
    """Lucie is asked to observe the Val, to pilot a territory, or to operate."""
    to_operate, own = kind is AskKind.OPERATOR, subject_id == cast.territory().id
    ask = Ask(
        kind=kind,
        subject_kind="person" if to_operate else "territory",
        subject_id=subject_id,
        asker_id=cast.person("Anne" if own and not to_operate else "Odile").id,
        asked_person_id=cast.person("Lucie").id,
        payload={"name": "L", "role": "observer" if own else "pilot", "by_command": False},
        text_version="1",
        asked_at=clock.now(),
        expires_at=clock.now() + timedelta(days=14),
    )
    session.add(ask)
    session.flush()
    issue_grant(
        session,
        person_id=ask.asked_person_id or 0,
        purpose=GrantPurpose.INVITATION,
        subject_kind="ask",
        subject_id=ask.id,
        now=clock.now(),
    )
    return ask


def new_territory_without_pilot(session: Session) -> Territory:
    orphan = Territory(name="Pays sans pilote", siren="200000008", created_at=BEGINNING)
    session.add(orphan)
    session.flush()
    return orphan


def new_former_facilitator(session: Session, cast: Cast) -> None:
    """Marc was one until today; Anne has come in; the charter stands in its first version."""
    here, anne = cast.territory().id, cast.person("Anne").id
    today = clock.now().date()
    session.add(
        TerritoryRole(
            person_id=cast.person("Marc").id,
            territory_id=here,
            role=TerritoryRoleKind.FACILITATOR,
            started_on=today,
            ended_on=today,
        )
    )
    open_session(session, person_id=anne, browser=None, now=clock.now())
    publish_charter(
        session, cast.territory(), body="Charte", follows=0, by_id=anne, now=clock.now()
    )


def asked_address(session: Session, cast: Cast) -> Ask:
    marc = cast.person("Marc").id
    ask = Ask(
        kind=AskKind.ADDRESS,
        subject_kind="person",
        subject_id=marc,
        asker_id=marc,
        asked_person_id=marc,
        payload={"email": "marc.oudot@example.org"},
        text_version="1",
        asked_at=clock.now(),
        expires_at=clock.now() + timedelta(days=2),
    )
    session.add(ask)
    session.flush()
    return ask
