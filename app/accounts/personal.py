"""What accounts hold about people, and how somebody leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.accounts.grants import revoke_grants
from app.accounts.kinds import AskKind, AskState, GrantPurpose
from app.accounts.models import (
    ActivityZone,
    Ask,
    Grant,
    MailPreference,
    Membership,
    Organisation,
    Person,
    SignIn,
    SignInFailure,
    Territory,
    TerritoryRole,
)
from app.accounts.services import asks, throttle
from app.accounts.services.people import end_place, make_default
from app.core.personal import Holding, Leaving, PersonalData, Record, Section
from app.core.redaction import ERASED_NAME, Traces, traces

_THEIR_OWN = (AskKind.INVITATION, AskKind.ADDRESS)


def _known_as(session: Session, person_id: int) -> Traces:
    """The present record, and what others typed when they invited them."""
    person = session.get_one(Person, person_id)
    known = traces([person.name], [person.email], [person.phone])
    asked = select(Ask.payload).where(Ask.asked_person_id == person_id, Ask.kind.in_(_THEIR_OWN))
    for payload in session.scalars(asked):
        known |= traces([payload.get("name")], [payload.get("email")])
    return known


def _let_go(session: Session, leaving: Leaving) -> None:
    _end_places(session, leaving)
    _end_roles(session, leaving)
    _end_asks(session, leaving)
    for email in leaving.known.emails:
        throttle.forget(session, email)


def _end_places(session: Session, leaving: Leaving) -> None:
    """Who was called first is followed by whoever has been there longest and has an address."""
    own = select(Membership).where(
        Membership.person_id == leaving.person_id, Membership.ended_on.is_(None)
    )
    for place in session.scalars(own.order_by(Membership.id)).all():
        was_default = place.is_default
        end_place(place, leaving.today)
        session.flush()
        heir = _heir(session, place.organisation_id) if was_default else None
        if heir is not None:
            make_default(session, heir)


def _heir(session: Session, organisation_id: int) -> Membership | None:
    return session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_on.is_(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(Person.email.is_(None), Membership.id)
        .limit(1)
    ).first()


def _end_roles(session: Session, leaving: Leaving) -> None:
    own = select(TerritoryRole).where(
        TerritoryRole.person_id == leaving.person_id, TerritoryRole.ended_on.is_(None)
    )
    for role in session.scalars(own.order_by(TerritoryRole.id)).all():
        role.ended_on = leaving.today
    session.flush()


def _end_asks(session: Session, leaving: Leaving) -> None:
    """What they were asked is over; invitations they wrote stand in nobody's name."""
    person_id = leaving.person_id
    wrote = (Ask.asker_id == person_id) & (Ask.kind == AskKind.INVITATION)
    touched = select(Ask).where(or_(Ask.asked_person_id == person_id, wrote))
    for ask in session.scalars(touched.order_by(Ask.id).with_for_update()).all():
        if ask.state is AskState.OPEN:
            asks.withdraw(ask)
            revoke_grants(session, GrantPurpose.INVITATION, "ask", ask.id, leaving.now)
        if ask.asked_person_id == person_id and ask.kind in _THEIR_OWN:
            ask.payload = {}
    session.flush()


def _record(session: Session, person_id: int) -> Iterator[Record]:
    person = session.get_one(Person, person_id)
    yield {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "time_zone": person.time_zone,
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
        TerritoryRole.started_on,
        TerritoryRole.ended_on,
    )
    query = select(*columns).join(Territory, Territory.id == TerritoryRole.territory_id)
    for row in session.execute(
        query.where(TerritoryRole.person_id == person_id).order_by(TerritoryRole.id)
    ):
        yield row._asdict()


def _preferences(session: Session, person_id: int) -> Iterator[Record]:
    columns = (MailPreference.rhythm, MailPreference.paused_until, MailPreference.updated_at)
    query = select(*columns).where(MailPreference.person_id == person_id)
    yield from (row._asdict() for row in session.execute(query))


def _asked(session: Session, person_id: int) -> Iterator[Record]:
    query = select(Ask).where(Ask.asked_person_id == person_id).order_by(Ask.id)
    for ask in session.scalars(query):
        about = ask.payload if ask.kind in _THEIR_OWN else {}
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
    columns = (Ask.kind, Ask.state, Ask.answered_at, Ask.text_version)
    query = select(*columns).where(Ask.answered_by_id == person_id).order_by(Ask.id)
    yield from (row._asdict() for row in session.execute(query))


def _asking(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Ask.kind, Ask.asked_at, Ask.state)
    query = select(*columns).where(Ask.asker_id == person_id).order_by(Ask.id)
    yield from (row._asdict() for row in session.execute(query))


def _links(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Grant.purpose, Grant.created_at, Grant.expires_at, Grant.revoked_at)
    query = select(*columns).where(Grant.person_id == person_id).order_by(Grant.id)
    yield from (row._asdict() for row in session.execute(query))


def _sign_ins(session: Session, person_id: int) -> Iterator[Record]:
    columns = (SignIn.opened_at, SignIn.closed_at, SignIn.browser, SignIn.by_link)
    query = select(*columns).where(SignIn.person_id == person_id).order_by(SignIn.id)
    yield from (row._asdict() for row in session.execute(query))


def _seen_since(moment: datetime) -> Select[int | None]:
    signed_in = select(SignIn.person_id).where(SignIn.opened_at >= moment)
    answered = select(Ask.answered_by_id).where(
        Ask.answered_at >= moment, Ask.answered_by_id.is_not(None)
    )
    known: Select[int | None] = select(Person.id).where(
        or_(Person.id.in_(signed_in), Person.id.in_(answered))
    )
    return known


HOLDINGS = (
    Holding(Territory, neutral="public_id name siren holiday_zone time_zone"),
    Holding(ActivityZone, neutral="public_id name dominant_use cnig_id"),
    # a firm's name, number and town are the firm's, also where it bears its owner's name
    Holding(Organisation, neutral="public_id name siret naf phone city search_key"),
    Holding(
        Person,
        what="fiche : nom, adresse e-mail, téléphone, empreinte du mot de passe",
        kept="jusqu’à l’effacement ; à défaut, deux ans sans visite, puis un message d’un mois",
        whose="id",
        blank={
            "name": ERASED_NAME,
            "email": None,
            "phone": None,
            "password_hash": None,
            "is_operator": False,
            "time_zone": None,
            "search_key": "",
        },
        neutral="public_id",
    ),
    Holding(
        Membership,
        what="places dans les organisations : fonction, dates",
        kept="dates aussi longtemps que le projet ; fonction jusqu’à l’effacement",
        whose="person_id",
        blank={"function": None},
    ),
    Holding(
        TerritoryRole,
        what="rôles dans les territoires : lequel, dates",
        kept="aussi longtemps que le territoire, sans nom après effacement",
        whose="person_id",
    ),
    Holding(
        MailPreference,
        what="préférences : rythme des rappels, pause",
        kept="jusqu’à l’effacement",
        whose="person_id",
        removed=True,
    ),
    Holding(
        Ask,
        what="demandes et réponses : invitation, adresse à confirmer ; nom et fonction proposés",
        kept="le texte d’une invitation : un an après sa fin ; la réponse, comme le projet",
        text="payload",
        pointers="asker_id asked_person_id answered_by_id",
        neutral="public_id subject_kind subject_id text_version",
    ),
    Holding(
        Grant,
        what="liens envoyés par message : lequel, jusqu’à quand",
        kept="un an après leur fin",
        whose="person_id",
        removed=True,
        neutral="public_id subject_kind subject_id",
    ),
    Holding(
        SignIn,
        what="connexions : date et navigateur",
        kept="un an ; la date de la dernière jusqu’à l’effacement",
        whose="person_id",
        removed=True,
        neutral="key_hash browser",
    ),
    Holding(
        SignInFailure,
        what="connexions refusées : adresse réseau, adresse e-mail hachée",
        kept="un jour",
        neutral="subject",
    ),
)

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
            "started_on": "depuis",
            "ended_on": "jusqu’au",
        },
        _roles,
    ),
    Section(
        "mail_preferences",
        "Comment vous voulez vos rappels",
        "mail_preference",
        {"rhythm": "rythme", "paused_until": "pause jusqu’au", "updated_at": "choisi le"},
        _preferences,
    ),
    Section(
        "asked_of_you",
        "Ce qui vous a été demandé",
        "ask",
        {
            "kind": "sorte (invitation, address : adresse à confirmer, ou autre demande)",
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
            "answered_at": "répondu le",
            "text_version": "version du texte",
        },
        _answered,
    ),
    Section(
        "asked_by_you",
        "Ce que vous avez demandé à d’autres",
        "ask",
        {"kind": "sorte de demande", "asked_at": "demandé le", "state": "état"},
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
    Section(
        "sign_ins",
        "Vos connexions",
        "sign_in",
        {
            "opened_at": "ouverte le",
            "closed_at": "fermée le",
            "browser": "navigateur",
            "by_link": "par un lien reçu",
        },
        _sign_ins,
    ),
)

PERSONAL = PersonalData(
    holdings=HOLDINGS,
    sections=SECTIONS,
    known_as=_known_as,
    let_go=_let_go,
    seen_since=_seen_since,
)
