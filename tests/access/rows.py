"""The rows that the access matrix speaks of: those of the cast, and one of every other kind."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import AskKind, GrantPurpose, MergeKind, OrganisationKind
from app.accounts.models import (
    ActivityZone,
    Ask,
    Claim,
    Departure,
    Membership,
    Merge,
    Organisation,
    Person,
    Territory,
)
from app.accounts.services.people import new_person
from app.core import clock
from app.core.folding import fold
from app.frameworks.models import Framework, FrameworkVersion, Node
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.maturity.kinds import EvidenceKind
from app.maturity.models import Assessment, Evidence
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.models import Flow
from app.reminders.kinds import RelanceState
from app.reminders.models import Relance
from tests.cast import BEGINNING, Cast


def prepare(app: Flask, session: Session, cast: Cast) -> dict[str, str]:
    """Write what the cast lacks, commit, and answer {name in braces: what stands there}."""
    acting(session, cast.person("Anne").id, Via.COMMAND, BEGINNING)
    ask = _invitation(session, cast)
    framework = _framework(session)
    marc, lucie = cast.person("Marc").id, cast.person("Lucie").id
    mail, address = _relance(session, cast), _new_address(session, cast)
    tokens = {
        "sign_in_link": _token(app, session, marc, GrantPurpose.SIGN_IN, "person", marc),
        "invitation_link": _token(app, session, marc, GrantPurpose.INVITATION, "ask", ask.id),
        "address_link": _token(app, session, marc, GrantPurpose.ADDRESS, "ask", address.id),
        "mail_link": _token(app, session, lucie, GrantPurpose.RELANCE, "mail", mail.id),
        "leave_link": _token(app, session, lucie, GrantPurpose.UNSUBSCRIBE, "mail", mail.id),
    }
    project, fournil = cast.project(), cast.organisation("Le Fournil")
    rows = {
        "territory": cast.territory().public_id,
        "plan": cast.plan().public_id,
        "project": project.public_id,
        "draft": cast.project("Piste confidentielle").public_id,
        "elsewhere": cast.project("Sciure pour la chaufferie").public_id,
        "step": cast.step().public_id,
        "marcs_step": cast.step("Fabriquer les caisses").public_id,
        "flow": session.scalars(select(Flow)).one().public_id,
        "lucies_part": next(
            p.public_id for p in project.partners if p.organisation_id == fournil.id
        ),
        "fournil": fournil.public_id,
        "lucie": cast.person("Lucie").public_id,
        "ask": ask.public_id,
        "framework": framework.public_id,
        "proof": _proof(session, cast, framework).public_id,
        **_places(session, cast),
    }
    session.commit()
    return rows | tokens


def _places(session: Session, cast: Cast) -> dict[str, str]:
    """Zones, what is asked of organisations, what left and what was merged; people who are two."""
    val, sorne = cast.territory(), cast.territory("Plaine de Sorne")
    fournil, atelier = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    anne, paul = cast.person("Anne").id, cast.person("Paul").id
    zone = ActivityZone(territory_id=val.id, name="Les Prés")
    agence = _organisation("Cabinet du Val", val)
    departure = Departure(
        organisation=_organisation("Ancienne du Val"),
        territory_id=val.id,
        left_at=clock.now(),
        left_by_id=anne,
    )
    waiting, agreed = _organisation("Fournil (Sorne)", sorne), _organisation("Bois", sorne)
    ines, doe = _contact(session, "Inès Kada"), _contact(session, "I. Kada")
    session.add_all([zone, agence, departure, waiting, agreed])
    session.flush()
    session.add_all(
        Membership(person_id=one.id, organisation_id=fournil.id, started_on=BEGINNING.date())
        for one in (ines, doe)
    )
    claim = Claim(
        territory_id=sorne.id,
        local_id=waiting.id,
        known_id=fournil.id,
        asked_at=clock.now(),
        asked_by_id=paul,
    )
    answered = Claim(
        territory_id=sorne.id,
        local_id=agreed.id,
        known_id=atelier.id,
        asked_at=clock.now(),
        asked_by_id=paul,
        accepted_at=clock.now(),
    )
    merge = Merge(
        kind=MergeKind.ORGANISATION,
        territory_id=val.id,
        kept_id=fournil.id,
        gone_id=0,
        gone_public_id="ancienne22",
        merged_at=clock.now(),
        merged_by_id=anne,
        moves=[],
    )
    session.add_all([claim, answered, merge])
    session.flush()
    return {
        "sorne": sorne.public_id,
        "atelier": atelier.public_id,
        "scierie": cast.organisation("Scierie de la Sorne").public_id,
        "cci": cast.organisation("CCI des Deux Rives").public_id,
        "agence": agence.public_id,
        "zone": zone.public_id,
        "departure": departure.public_id,
        "claim": claim.public_id,
        "agreed": agreed.public_id,
        "merge": merge.public_id,
        "old": merge.gone_public_id,
        "ines": ines.public_id,
        "doe": doe.public_id,
    }


def _organisation(name: str, *territories: Territory) -> Organisation:
    return Organisation(
        name=name,
        kind=OrganisationKind.COMPANY,
        search_key=fold(name),
        created_at=BEGINNING,
        territories=list(territories),
    )


def _contact(session: Session, name: str) -> Person:
    return new_person(session, name=name, email=None, now=BEGINNING)


def _invitation(session: Session, cast: Cast) -> Ask:
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


def _new_address(session: Session, cast: Cast) -> Ask:
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


def _relance(session: Session, cast: Cast) -> Mail:
    step, lucie = cast.step(), cast.person("Lucie")
    mail = Mail(
        key="relance:test",
        kind="relance",
        territory_id=step.territory_id,
        recipient_id=lucie.id,
        to="lucie@example.org",
        subject="Peser les invendus",
        not_before=BEGINNING,
        created_at=BEGINNING,
        state=MailState.SENT,
        ended_at=BEGINNING,
    )
    session.add(mail)
    session.flush()
    session.add(
        Relance(
            territory_id=step.territory_id,
            subject_kind="step",
            subject_id=step.id,
            basis=date(2026, 4, 17),
            code="J-7",
            nominal_on=date(2026, 4, 10),
            mailed_on=date(2026, 4, 10),
            recipient_id=lucie.id,
            mail_id=mail.id,
            state=RelanceState.TOLD,
            decided_at=BEGINNING,
        )
    )
    session.flush()
    return mail


def _proof(session: Session, cast: Cast, framework: Framework) -> Evidence:
    project = cast.project()
    proof = Evidence(
        territory_id=project.territory_id,
        framework_key=framework.key,
        ref="9.9",
        kind=EvidenceKind.PROJECT,
        subject_id=project.id,
        project_id=project.id,
        added_at=BEGINNING,
    )
    session.add_all(
        [
            proof,
            Assessment(
                territory_id=project.territory_id,
                version_id=framework.versions[0].id,
                year=clock.now().year,
            ),
        ]
    )
    session.flush()
    return proof


def _framework(session: Session) -> Framework:
    framework = Framework(key="essai", title="Essai")
    version = FrameworkVersion(
        framework=framework, number=1, content_hash="0" * 64, imported_at=BEGINNING
    )
    node = Node(
        version=version,
        position=0,
        depth=0,
        ref="9.9",
        title="Essai",
        keys={},
        sections={},
        file="essai.md",
        line=1,
    )
    session.add_all([framework, version, node])
    session.flush()
    return framework


def _token(
    app: Flask, session: Session, person_id: int, purpose: GrantPurpose, kind: str, subject_id: int
) -> str:
    grant = issue_grant(
        session,
        person_id=person_id,
        purpose=purpose,
        subject_kind=kind,
        subject_id=subject_id,
        now=clock.now(),
    )
    return str(app.extensions["maillage_links"].token(grant.public_id))
