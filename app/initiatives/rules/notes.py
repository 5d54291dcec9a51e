"""Who reads a contact note, and who may write one (docs/roles.md says it in a table)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Organisation, Territory, organisation_territory
from app.accounts.rules import visible_organisations
from app.core.viewer import Viewer
from app.initiatives.kinds.notes import NoteVisibility
from app.initiatives.models import ContactNote
from app.plans.acquaintance import RUNNING, carries
from app.plans.models import Partner, Project

SHARED = (NoteVisibility.ORGANISATION, NoteVisibility.PARTNERS)


def reads_note(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which this viewer reads a ContactNote row."""
    ours = and_(
        ContactNote.visibility.in_(SHARED),
        ContactNote.author_organisation_id.in_(viewer.organisations),
    )
    partners = and_(
        ContactNote.visibility == NoteVisibility.PARTNERS,
        or_(ContactNote.territory_id.in_(viewer.animates), _carries_with(viewer)),
    )
    return or_(ContactNote.author_id == viewer.person_id, ours, partners)


def _carries_with(viewer: Viewer) -> ColumnElement[bool]:
    """A partner of the organisation in a running project of the note's territory.

    Not the organisation itself: what is noted about its people they read with their own data.
    """
    theirs, ours = aliased(Partner), aliased(Partner)
    return (
        exists()
        .where(
            theirs.organisation_id == ContactNote.organisation_id,
            *carries(theirs),
            ours.organisation_id.in_(viewer.organisations),
            ours.organisation_id != ContactNote.organisation_id,
            *carries(ours),
            Project.state.in_(RUNNING),
            Project.territory_id == ContactNote.territory_id,
            Project.territory_id.not_in(viewer.observes),
        )
        .correlate(ContactNote)
    )


def visible_notes(viewer: Viewer) -> Select[ContactNote]:
    return select(ContactNote).where(reads_note(viewer))


def may_change_note(viewer: Viewer, note: ContactNote) -> bool:
    """What somebody wrote in their name is theirs to change and to take back."""
    return note.author_id == viewer.person_id


def may_follow_up(viewer: Viewer, note: ContactNote) -> bool:
    """Say that one has spoken again, or put it off: the author, and who animates."""
    return may_change_note(viewer, note) or note.territory_id in viewer.animates


def noting_territories(viewer: Viewer) -> Select[Territory]:
    """Where the viewer may note: they animate it or an organisation of theirs belongs to it.

    Who observes a territory looks on there.
    """
    linked = (
        exists()
        .where(
            organisation_territory.c.territory_id == Territory.id,
            organisation_territory.c.organisation_id.in_(viewer.organisations),
        )
        .correlate(Territory)
    )
    return select(Territory).where(
        or_(Territory.id.in_(viewer.animates), linked), Territory.id.not_in(viewer.observes)
    )


def notable_organisations(viewer: Viewer) -> Select[Organisation]:
    """Those that the viewer sees in a territory where they may note."""
    there = noting_territories(viewer).with_only_columns(Territory.id)
    return visible_organisations(viewer).where(
        exists()
        .where(
            organisation_territory.c.organisation_id == Organisation.id,
            organisation_territory.c.territory_id.in_(there),
        )
        .correlate(Organisation)
    )


def opens_notes_of(viewer: Viewer, organisation: Organisation) -> bool:
    """Whose page of an organisation has a part for notes: who animates, and other organisations.

    Its own people are shown no empty part about what others might have noted.
    """
    territories = {territory.id for territory in organisation.territories}
    if territories & viewer.animates:
        return True
    acts = bool(viewer.organisations) and not territories <= viewer.observes
    return acts and organisation.id not in viewer.organisations
