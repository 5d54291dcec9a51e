"""The rows that the access matrix speaks of: those of the cast, and one of every other kind."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import (
    AskKind,
    GrantPurpose,
    MergeKind,
)
from app.accounts.models import (
    ActivityZone,
    Claim,
    Departure,
    Membership,
    Merge,
)
from app.agreements.services.proposals import asks_of
from app.core import clock
from app.core.viewer import Viewer
from app.files.kinds import Audience
from app.files.models import Document
from app.files.services import Upload, give_document
from app.imports.models import Import
from app.imports.services.preparing import bring
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.maturity.models import Assessment
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.models import Flow, SavedPattern, Theme
from app.plans.services.starting import save_pattern
from app.plans.shelf import shelf_by_id
from app.reminders.kinds import RelanceState
from app.reminders.models import Relance
from app.sheets.reading import read_text
from tests.access.contacts import new_campaign, new_lead, new_note
from tests.access.figures import figures
from tests.access.letters import receive_letters
from tests.access.meetings import gather
from tests.access.overview import look_over
from tests.access.people import (
    asked_address,
    asked_erasure,
    new_absence,
    new_adherence,
    new_ask,
    new_bread_contact,
    new_closure,
    new_contact,
    new_former_facilitator,
    new_invitation,
    new_organisation,
    new_proposals,
    new_territory_without_pilot,
)
from tests.access.readings import load_as, load_framework, new_feeding, new_proof
from tests.access.states import publish_states
from tests.access.understudies import hire
from tests.access.within import furnish
from tests.cast import BEGINNING, Cast
from tests.files.samples import JPEG


def prepare(app: Flask, session: Session, cast: Cast) -> dict[str, str]:
    """Write what the cast lacks, commit, and answer {name in braces: what stands there}."""
    acting(session, cast.person("Anne").id, Via.COMMAND, BEGINNING)
    hire(session, cast)
    ask = new_invitation(session, cast)
    framework = load_framework(session)
    marc, lucie = cast.person("Marc").id, cast.person("Lucie").id
    mail, address = _relance(session, cast), asked_address(session, cast)
    tokens = {
        "sign_in_link": _token(app, session, marc, GrantPurpose.SIGN_IN, "person", marc),
        "invitation_link": _token(app, session, marc, GrantPurpose.INVITATION, "ask", ask.id),
        "address_link": _token(app, session, marc, GrantPurpose.ADDRESS, "ask", address.id),
        "mail_link": _token(app, session, lucie, GrantPurpose.RELANCE, "mail", mail.id),
        "data_link": _token(app, session, marc, GrantPurpose.PERSONAL_DATA, "person", marc),
        "leave_link": _token(app, session, lucie, GrantPurpose.UNSUBSCRIBE, "mail", mail.id),
    }
    orphan = new_territory_without_pilot(session)
    new_former_facilitator(session, cast)
    project, fournil = cast.project(), cast.organisation("Le Fournil")
    proposal, objected = new_proposals(session, cast)
    question = asks_of(session, proposal)[0]
    karim = cast.person("Karim").id
    tokens["question_link"] = _token(app, session, karim, GrantPurpose.ANSWER, "ask", question.id)
    bread = new_bread_contact(session, fournil)
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
        "absence": new_absence(session, cast).public_id,
        "closure": new_closure(session, fournil).public_id,
        "proposal": proposal.public_id,
        "objected": objected.public_id,
        "question": question.public_id,
        "theme": session.scalars(select(Theme)).one().public_id,
        "pattern": _pattern(session, cast).public_id,
        "lucie": cast.person("Lucie").public_id,
        "malik": cast.person("Malik").public_id,
        "anne": cast.person("Anne").public_id,
        "henri": cast.person("Henri").public_id,
        "marc": cast.person("Marc").public_id,
        "odile": cast.person("Odile").public_id,
        "bread": bread.public_id,
        "erasure": asked_erasure(session, bread, cast.person("Anne").id).public_id,
        "ask": ask.public_id,
        "orphan": orphan.public_id,
        "team_ask": new_ask(session, cast, AskKind.TERRITORY_ROLE, cast.territory().id).public_id,
        "pilot_ask": new_ask(session, cast, AskKind.TERRITORY_ROLE, orphan.id).public_id,
        "operator_ask": new_ask(session, cast, AskKind.OPERATOR, lucie).public_id,
        "framework": framework.public_id,
        "programme": load_as(session, cast, "programme").public_id,
        "objectives": load_as(session, cast, "objectifs").public_id,
        "feeding": new_feeding(session, cast).public_id,
        "proof": new_proof(session, cast, framework).public_id,
        "assessment": session.scalars(
            select(Assessment.public_id).where(Assessment.version_id == framework.versions[0].id)
        ).one(),
        "campaign": new_campaign(session, cast).public_id,
        "lead": new_lead(session, cast).public_id,
        "note": new_note(session, cast).public_id,
        "import": _import(session, cast).public_id,
        "document": _document(app, session, cast, "devis.pdf").public_id,
        "open_document": _document(app, session, cast, "plan.pdf", Audience.EVERYONE).public_id,
        "photo": _document(app, session, cast, "quai.jpg").public_id,
        **_places(session, cast),
        **figures(session, cast),
    }
    meetings, presence = gather(app, session, cast)
    rows |= meetings
    tokens["presence_link"] = presence
    rows |= look_over(app, session, cast)
    rows |= publish_states(session, cast) | receive_letters(session, cast, mail)
    rows["relance_mail"] = mail.public_id
    new_adherence(session, cast)
    rows |= _deeds(session, cast) | furnish(session, cast)
    session.commit()
    return rows | tokens


def _pattern(session: Session, cast: Cast) -> SavedPattern:
    anne = cast.person("Anne").id
    return save_pattern(session, cast.project(), summary="", person_id=anne, now=BEGINNING)


def _import(session: Session, cast: Cast) -> Import:
    """A table that Anne pasted and has not applied."""
    return bring(
        session,
        plan=cast.plan(),
        file_name="suivi.csv",
        sheets=read_text("Titre de l’action\tStructure pilote\nComposter\tLe Fournil\n"),
        person_id=cast.person("Anne").id,
        now=BEGINNING,
    )


def _places(session: Session, cast: Cast) -> dict[str, str]:
    """Zones, what is asked of organisations, what left and what was merged; people who are two."""
    val, sorne = cast.territory(), cast.territory("Plaine de Sorne")
    fournil, atelier = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    anne, paul = cast.person("Anne").id, cast.person("Paul").id
    zone = ActivityZone(territory_id=val.id, name="Les Prés")
    agence = new_organisation("Cabinet du Val", val)
    departure = Departure(
        organisation=new_organisation("Ancienne du Val"),
        territory_id=val.id,
        left_at=clock.now(),
        left_by_id=anne,
    )
    waiting, agreed = new_organisation("Fournil (Sorne)", sorne), new_organisation("Bois", sorne)
    ines, doe = new_contact(session, "Inès Kada"), new_contact(session, "I. Kada")
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
        # its link still answers
        ended_at=clock.now(),
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


def _document(
    app: Flask, session: Session, cast: Cast, name: str, audience: Audience = Audience.PARTNERS
) -> Document:
    shelf = shelf_by_id(session, Viewer(0, "", 0, is_operator=True), cast.project().id)
    assert shelf is not None
    document = give_document(
        session,
        app.extensions["maillage_store"],
        shelf,
        upload=Upload(name, JPEG if name.endswith(".jpg") else f"%PDF-1.7 {name}".encode()),
        title="",
        organisation_id=cast.organisation("Le Fournil").id,
        person_id=cast.person("Lucie").id,
        now=clock.now(),
    )
    document.audience = audience
    return document


def _deeds(session: Session, cast: Cast) -> dict[str, str]:
    """Lucie says how her step is going, Anne moves the date of Marc's: two entries to undo."""
    batches = {}
    for name, person, change in (
        ("deed", "Lucie", {"step": "Peser les invendus", "news_on": date(2026, 5, 4)}),
        ("others_deed", "Anne", {"step": "Fabriquer les caisses", "due_on": date(2026, 5, 4)}),
    ):
        session.flush()
        acting(session, cast.person(person).id, Via.PAGE, clock.now())
        step = cast.step(str(change.pop("step")))
        for column, value in change.items():
            setattr(step, column, value)
        session.flush()
        query = select(Change.batch).order_by(Change.id.desc()).limit(1)
        batches[name] = session.scalars(query).one()
    return batches


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
