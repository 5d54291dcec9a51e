"""The rows that the access matrix speaks of: those of the cast, and one of every other kind."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import (
    AskKind,
    GrantPurpose,
    MembershipRole,
    MergeKind,
    OrganisationKind,
    TerritoryRoleKind,
)
from app.accounts.models import (
    Absence,
    ActivityZone,
    Ask,
    Claim,
    Closure,
    Departure,
    Membership,
    Merge,
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
from app.core.viewer import Viewer
from app.files.kinds import Audience
from app.files.models import Document
from app.files.services import Upload, give_document
from app.frameworks.models import Framework, FrameworkVersion, Node
from app.imports.models import Import
from app.imports.services.preparing import bring
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import Campaign, ContactNote, Opportunity
from app.initiatives.services.campaigns import open_campaign
from app.initiatives.services.leads import Lead, capture
from app.initiatives.services.notes import Said, take_note
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.maturity.kinds import EvidenceKind
from app.maturity.models import Assessment, Evidence
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.kinds import PartnerRole
from app.plans.models import Flow, SavedPattern, Theme
from app.plans.services.starting import save_pattern
from app.plans.shelf import shelf_by_id
from app.privacy.kinds import Cause
from app.privacy.models import Erasure
from app.privacy.services.erasing import new_erasure
from app.reminders.kinds import RelanceState
from app.reminders.models import Relance
from app.sheets.reading import read_text
from tests.access.figures import figures
from tests.access.letters import receive_letters
from tests.access.meetings import gather
from tests.access.overview import look_over
from tests.access.states import publish_states
from tests.access.understudies import hire
from tests.access.within import furnish
from tests.cast import BEGINNING, Cast
from tests.files.samples import JPEG


def prepare(app: Flask, session: Session, cast: Cast) -> dict[str, str]:
    """Write what the cast lacks, commit, and answer {name in braces: what stands there}."""
    acting(session, cast.person("Anne").id, Via.COMMAND, BEGINNING)
    hire(session, cast)
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
    orphan = _territory_without_pilot(session)
    _former_facilitator(session, cast)
    project, fournil = cast.project(), cast.organisation("Le Fournil")
    proposal, objected = _proposals(session, cast)
    question = asks_of(session, proposal)[0]
    karim = cast.person("Karim").id
    tokens["question_link"] = _token(app, session, karim, GrantPurpose.ANSWER, "ask", question.id)
    bread = _bread_contact(session, fournil)
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
        "absence": _absence(session, cast).public_id,
        "closure": _closure(session, fournil).public_id,
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
        "erasure": _erasure(session, bread, cast.person("Anne").id).public_id,
        "ask": ask.public_id,
        "orphan": orphan.public_id,
        "team_ask": _asked(session, cast, AskKind.TERRITORY_ROLE, cast.territory().id).public_id,
        "pilot_ask": _asked(session, cast, AskKind.TERRITORY_ROLE, orphan.id).public_id,
        "operator_ask": _asked(session, cast, AskKind.OPERATOR, lucie).public_id,
        "framework": framework.public_id,
        "programme": _read_as(session, cast, "programme").public_id,
        "objectives": _read_as(session, cast, "objectifs").public_id,
        "feeding": _feeding(session, cast).public_id,
        "proof": _proof(session, cast, framework).public_id,
        "assessment": session.scalars(
            select(Assessment.public_id).where(Assessment.version_id == framework.versions[0].id)
        ).one(),
        "campaign": _campaign(session, cast).public_id,
        "lead": _lead(session, cast).public_id,
        "note": _note(session, cast).public_id,
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
    _adherence(session, cast)
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


def _adherence(session: Session, cast: Cast) -> None:
    """Le Fournil adheres to the charter, by Lucie's own click."""
    adhere(
        session,
        cast.territory(),
        cast.organisation("Le Fournil"),
        version="charter-1",
        person_id=cast.person("Lucie").id,
        now=clock.now(),
    )


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


def _bread_contact(session: Session, organisation: Organisation) -> Person:
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


def _closure(session: Session, organisation: Organisation) -> Closure:
    closure = Closure(
        organisation_id=organisation.id, starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 21)
    )
    session.add(closure)
    session.flush()
    return closure


def _absence(session: Session, cast: Cast) -> Absence:
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


def _proposals(session: Session, cast: Cast) -> tuple[Proposal, Proposal]:
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


def _asked(session: Session, cast: Cast, kind: AskKind, subject_id: int) -> Ask:
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


def _territory_without_pilot(session: Session) -> Territory:
    orphan = Territory(name="Pays sans pilote", siren="200000008", created_at=BEGINNING)
    session.add(orphan)
    session.flush()
    return orphan


def _former_facilitator(session: Session, cast: Cast) -> None:
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


def _note(session: Session, cast: Cast) -> ContactNote:
    """Karim called Le Fournil about Lucie's step: its partners may read that."""
    now = clock.now()
    return take_note(
        session,
        territory_id=cast.territory().id,
        organisation_id=cast.organisation("Le Fournil").id,
        author_id=cast.person("Karim").id,
        author_organisation_id=cast.organisation("CCI des Deux Rives").id,
        said=Said(NoteKind.CALL, "Elle rappelle", now.date(), NoteVisibility.PARTNERS),
        now=now,
        today=now.date(),
        steps=[cast.step()],
    )


def _lead(session: Session, cast: Cast) -> Opportunity:
    """Karim brought it for the CCI; Lucie's bakery is concerned."""
    return capture(
        session,
        territory_id=cast.territory().id,
        lead=Lead("Chaleur du four", organisations=[cast.organisation("Le Fournil")]),
        brought_by_id=cast.person("Karim").id,
        brought_by_organisation_id=cast.organisation("CCI des Deux Rives").id,
        now=clock.now(),
    )


def _campaign(session: Session, cast: Cast) -> Campaign:
    title, today = "Premier tour", clock.now().date()
    return open_campaign(
        session, territory_id=cast.territory().id, zone_id=None, title=title, today=today
    )


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


def _read_as(session: Session, cast: Cast, genre: str) -> Framework:
    """A framework of one question and one item, followed by the territory."""
    framework = Framework(key=genre, title=genre)
    version = FrameworkVersion(
        framework=framework, number=1, content_hash=genre[:1] * 64, imported_at=BEGINNING
    )
    shared = {"sections": {}, "file": "essai.md", "line": 1, "version": version}
    session.add_all(
        [
            Node(position=0, depth=0, ref="p", title="P", keys={"genre": genre}, **shared),
            Node(
                position=1,
                depth=1,
                ref="p.1",
                parent_ref="p",
                title="Q",
                keys={"question": "Q"},
                **shared,
            ),
            Node(position=2, depth=1, ref="p.2", parent_ref="p", title="I", keys={}, **shared),
        ]
    )
    session.flush()
    session.add(
        Assessment(territory_id=cast.territory().id, version_id=version.id, year=clock.now().year)
    )
    session.flush()
    return framework


def _feeding(session: Session, cast: Cast) -> Evidence:
    project = cast.project()
    link = Evidence(
        territory_id=project.territory_id,
        framework_key="objectifs",
        ref="p.2",
        kind=EvidenceKind.PROJECT,
        subject_id=project.id,
        project_id=project.id,
        added_at=BEGINNING,
    )
    session.add(link)
    session.flush()
    return link


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
