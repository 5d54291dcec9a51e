"""What is seen by query is what the words of docs/roles.md say, for any viewer."""

from __future__ import annotations

from hypothesis import given, settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.viewer import Viewer
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import ContactNote, Opportunity
from app.initiatives.rules.leads import visible_leads
from app.initiatives.rules.notes import noting_territories, visible_notes
from app.initiatives.services.leads import Lead, capture
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import PartnerState, ProjectState
from app.plans.models import Project
from app.plans.rules import CARRYING
from tests.accounts.test_rules import viewers as anybody
from tests.cast import Cast
from tests.parts.examples import ON_ONE_FIXTURE

ASKS_A_DATABASE = settings(max_examples=60, suppress_health_check=ON_ONE_FIXTURE)


def carriers(session: Session) -> dict[tuple[int, int], list[set[int]]]:
    """(territory, organisation) → the confirmed carriers of each of its running projects."""
    found: dict[tuple[int, int], list[set[int]]] = {}
    for project in session.scalars(select(Project)):
        if project.state not in (ProjectState.ACTIVE, ProjectState.PAUSED):
            continue
        carry = {
            part.organisation_id
            for part in project.partners
            if part.state is PartnerState.CONFIRMED and part.role in CARRYING
        }
        for organisation_id in carry:
            found.setdefault((project.territory_id, organisation_id), []).append(carry)
    return found


def reads(viewer: Viewer, note: ContactNote, carry: dict[tuple[int, int], list[set[int]]]) -> bool:
    if note.author_id == viewer.person_id:
        return True
    if note.visibility is NoteVisibility.AUTHOR:
        return False
    if note.author_organisation_id in viewer.organisations:
        return True
    if note.visibility is NoteVisibility.ORGANISATION:
        return False
    others = viewer.organisations - {note.organisation_id}
    together = carry.get((note.territory_id, note.organisation_id), [])
    partner = note.territory_id not in viewer.observes and any(one & others for one in together)
    return note.territory_id in viewer.animates or partner


def write_notes(session: Session, cast: Cast) -> None:
    """Every visibility, of authors with and without an organisation, about three firms."""
    acting(session, None, Via.COMMAND, clock.now())
    for place, names in (
        (cast.territory(), ("Le Fournil", "Atelier Bois")),
        (cast.territory("Plaine de Sorne"), ("CCI des Deux Rives",)),
    ):
        for name in names:
            for author, own in (("Karim", "CCI des Deux Rives"), ("Anne", None)):
                for visibility in NoteVisibility:
                    if own is None and visibility is NoteVisibility.ORGANISATION:
                        continue
                    session.add(
                        ContactNote(
                            territory_id=place.id,
                            organisation_id=cast.organisation(name).id,
                            author_id=cast.person(author).id,
                            author_organisation_id=cast.organisation(own).id if own else None,
                            kind=NoteKind.NOTE,
                            body="Mot",
                            noted_on=clock.now().date(),
                            noted_at=clock.now(),
                            visibility=visibility,
                        )
                    )
    session.flush()


@ASKS_A_DATABASE
@given(viewer=anybody)
def test_notes_are_read_by_whom_the_table_of_roles_names(
    session: Session, cast: Cast, viewer: Viewer
) -> None:
    if session.scalars(select(ContactNote.id)).first() is None:
        write_notes(session, cast)
    carry = carriers(session)
    everything = session.scalars(select(ContactNote)).all()
    expected = {note.id for note in everything if reads(viewer, note, carry)}
    assert {note.id for note in session.scalars(visible_notes(viewer))} == expected


@ASKS_A_DATABASE
@given(viewer=anybody)
def test_leads_are_read_by_whom_the_table_of_roles_names(
    session: Session, cast: Cast, viewer: Viewer
) -> None:
    if session.scalars(select(Opportunity.id)).first() is None:
        acting(session, None, Via.COMMAND, clock.now())
        for words, firm, own in (
            ("Chaleur", "Le Fournil", "CCI des Deux Rives"),
            ("Vapeur", "Atelier Bois", None),
        ):
            capture(
                session,
                territory_id=cast.territory().id,
                lead=Lead(words, organisations=[cast.organisation(firm)]),
                brought_by_id=cast.person("Karim").id,
                brought_by_organisation_id=cast.organisation(own).id if own else None,
                now=clock.now(),
            )

    def sees(lead: Opportunity) -> bool:
        concerned = {one.id for one in lead.organisations} | {lead.brought_by_organisation_id}
        ours = viewer.person_id == lead.brought_by_id or bool(concerned & viewer.organisations)
        return lead.territory_id in viewer.animates or (
            ours and lead.territory_id not in viewer.observes
        )

    everything = session.scalars(select(Opportunity)).all()
    expected = {lead.id for lead in everything if sees(lead)}
    assert {lead.id for lead in session.scalars(visible_leads(viewer))} == expected


@ASKS_A_DATABASE
@given(viewer=anybody)
def test_nobody_writes_where_they_look_on(session: Session, viewer: Viewer) -> None:
    there = {place.id for place in session.scalars(noting_territories(viewer))}
    assert not there & viewer.observes
