"""What a person's copy holds of their record, their places and what was asked."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import (
    Ask,
    Grant,
    MailPreference,
    Membership,
    Organisation,
    Person,
    Territory,
    TerritoryRole,
)
from app.accounts.personal.leaving import THEIR_OWN
from app.core.personal import Record, Section


def _record(session: Session, person_id: int) -> Iterator[Record]:
    person = session.get_one(Person, person_id)
    yield {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "time_zone": person.time_zone,
        "work_days": person.work_days,
        "is_operator": person.is_operator,
        "has_password": person.password_hash is not None,
        "created_at": person.created_at,
    }


def _places(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Organisation.name.label("organisation"),
        Membership.function,
        Membership.role,
        Membership.is_default,
        Membership.started_on,
        Membership.ended_on,
    )
    query = select(*columns).join(Organisation, Organisation.id == Membership.organisation_id)
    for row in session.execute(
        query.where(Membership.person_id == person_id).order_by(Membership.id)
    ):
        yield row._asdict()


def _roles(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Territory.name.label("territory"),
        TerritoryRole.role,
        TerritoryRole.function,
        TerritoryRole.started_on,
        TerritoryRole.ended_on,
    )
    query = select(*columns).join(Territory, Territory.id == TerritoryRole.territory_id)
    for row in session.execute(
        query.where(TerritoryRole.person_id == person_id).order_by(TerritoryRole.id)
    ):
        yield row._asdict()


def _preferences(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        MailPreference.rhythm,
        MailPreference.former,
        MailPreference.paused_until,
        MailPreference.updated_at,
    )
    query = select(*columns).where(MailPreference.person_id == person_id)
    yield from (row._asdict() for row in session.execute(query))


def _asked(session: Session, person_id: int) -> Iterator[Record]:
    query = select(Ask).where(Ask.asked_person_id == person_id).order_by(Ask.id)
    for ask in session.scalars(query):
        about = ask.payload if ask.kind in THEIR_OWN else {}
        yield {
            "kind": ask.kind,
            "asked_at": ask.asked_at,
            "state": ask.state,
            "answered_at": ask.answered_at,
            "text_version": ask.text_version,
            "written_about_you": about,
        }


def _answered(session: Session, person_id: int) -> Iterator[Record]:
    """Also what an organisation was asked: whoever answered for it."""
    columns = (Ask.kind, Ask.state, Ask.words, Ask.answered_at, Ask.text_version)
    query = select(*columns).where(Ask.answered_by_id == person_id).order_by(Ask.id)
    yield from (row._asdict() for row in session.execute(query))


def _asking(session: Session, person_id: int) -> Iterator[Record]:
    """With their own words; what an invitation says of somebody else is that person's."""
    query = select(Ask).where(Ask.asker_id == person_id).order_by(Ask.id)
    for ask in session.scalars(query):
        yield {
            "kind": ask.kind,
            "asked_at": ask.asked_at,
            "state": ask.state,
            "word": None if ask.kind in THEIR_OWN else ask.payload.get("word"),
        }


def _links(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Grant.purpose, Grant.created_at, Grant.expires_at, Grant.revoked_at)
    query = select(*columns).where(Grant.person_id == person_id).order_by(Grant.id)
    yield from (row._asdict() for row in session.execute(query))


SECTIONS = (
    Section(
        "person",
        "Votre fiche",
        "person",
        {
            "name": "nom",
            "email": "adresse e-mail",
            "phone": "téléphone",
            "time_zone": "fuseau horaire",
            "work_days": "jours travaillés, 1 pour lundi",
            "is_operator": "exploite cette installation",
            "has_password": "a choisi un mot de passe (lui-même n’est connu de personne)",
            "created_at": "fiche créée le",
        },
        _record,
    ),
    Section(
        "memberships",
        "Vos organisations",
        "membership",
        {
            "organisation": "organisation",
            "function": "fonction",
            "role": "rôle (member : membre, manager : gère l’organisation)",
            "is_default": "appelé en premier",
            "started_on": "depuis",
            "ended_on": "jusqu’au",
        },
        _places,
    ),
    Section(
        "territory_roles",
        "Vos rôles dans les territoires",
        "territory_role",
        {
            "territory": "territoire",
            "role": "rôle (pilot : anime, facilitator : co-anime, observer : observe)",
            "function": "qualité",
            "started_on": "depuis",
            "ended_on": "jusqu’au",
        },
        _roles,
    ),
    Section(
        "mail_preferences",
        "Comment vous voulez vos rappels",
        "mail_preference",
        {
            "rhythm": "rythme",
            "former": "rythme d’avant",
            "paused_until": "pause jusqu’au",
            "updated_at": "choisi le",
        },
        _preferences,
    ),
    Section(
        "asked_of_you",
        "Ce qui vous a été demandé",
        "ask",
        {
            "kind": "sorte (invitation, territory_role, operator : être d’une organisation, "
            "d’un territoire, exploiter ; address : adresse à confirmer ; hand_over : relais)",
            "asked_at": "demandé le",
            "state": "état",
            "answered_at": "répondu le",
            "text_version": "version du texte",
            "written_about_you": "ce qu’une invitation dit de vous",
        },
        _asked,
    ),
    Section(
        "answered_by_you",
        "Vos réponses à ces demandes",
        "ask",
        {
            "kind": "sorte de demande",
            "state": "votre réponse",
            "words": "vos mots",
            "answered_at": "répondu le",
            "text_version": "version du texte",
        },
        _answered,
    ),
    Section(
        "asked_by_you",
        "Ce que vous avez demandé à d’autres",
        "ask",
        {
            "kind": "sorte de demande",
            "asked_at": "demandé le",
            "state": "état",
            "word": "vos mots",
        },
        _asking,
    ),
    Section(
        "links",
        "Les liens que vos messages contiennent",
        "access_grant",
        {
            "purpose": "à quoi il sert",
            "created_at": "créé le",
            "expires_at": "sert jusqu’au",
            "revoked_at": "retiré le",
        },
        _links,
    ),
)
