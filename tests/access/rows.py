"""The rows that the access matrix speaks of: those of the cast, and one of every other kind."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import AskKind, GrantPurpose, MembershipRole
from app.accounts.models import Ask, Organisation, Person
from app.accounts.services.people import give_place, new_person
from app.core import clock
from app.frameworks.models import Framework, FrameworkVersion, Node
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.maturity.kinds import EvidenceKind
from app.maturity.models import Assessment, Evidence
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.models import Flow
from app.privacy.kinds import Cause
from app.privacy.models import Erasure
from app.privacy.services.erasing import new_erasure
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
        "data_link": _token(app, session, marc, GrantPurpose.PERSONAL_DATA, "person", marc),
        "leave_link": _token(app, session, lucie, GrantPurpose.UNSUBSCRIBE, "mail", mail.id),
    }
    project, fournil = cast.project(), cast.organisation("Le Fournil")
    bread = _contact(session, fournil)
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
        "bread": bread.public_id,
        "erasure": _erasure(session, bread, cast.person("Anne").id).public_id,
        "ask": ask.public_id,
        "framework": framework.public_id,
        "proof": _proof(session, cast, framework).public_id,
    }
    session.commit()
    return rows | tokens


def _contact(session: Session, organisation: Organisation) -> Person:
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


def _erasure(session: Session, person: Person, asked_by_id: int) -> Erasure:
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
