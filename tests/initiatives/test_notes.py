"""Contact notes: who reads them, what they may say, and that they can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.refusals import RefusedError, StaleError
from app.core.viewer import Viewer
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import ContactNote, contact_note_step
from app.initiatives.queries.notes import NoteFilter, follow_ups, note_lines
from app.initiatives.rules.notes import may_follow_up, visible_notes
from app.initiatives.services.notes import (
    Said,
    edit_note,
    follow_up,
    take_back,
    wait_again,
)
from app.journal.models import Change
from app.plans.kinds import PartnerState, ProjectState
from tests.cast import Cast
from tests.conftest import QueryCount
from tests.initiatives.conftest import Noted
from tests.parts.examples import ON_ONE_FIXTURE

CCI, VAL = "CCI des Deux Rives", "CC du Val d’Aubrive"


def readers(session: Session, viewers: dict[str, Viewer], note: ContactNote) -> set[str]:
    found = {
        name: session.scalars(visible_notes(who).where(ContactNote.id == note.id)).all()
        for name, who in viewers.items()
    }
    return {name for name, rows in found.items() if rows}


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [
        (NoteVisibility.AUTHOR, {"Karim"}),
        (NoteVisibility.ORGANISATION, {"Karim"}),
        # who animates, and the partner who carries a project with Le Fournil; not Le Fournil
        (NoteVisibility.PARTNERS, {"Karim", "Anne", "Marc"}),
    ],
)
def test_a_note_is_read_by_those_it_is_meant_for(
    session: Session,
    viewers: dict[str, Viewer],
    noted: Noted,
    visibility: NoteVisibility,
    expected: set[str],
) -> None:
    assert readers(session, viewers, noted("Karim", "Le Fournil", visibility, own=CCI)) == expected


def test_colleagues_read_what_was_written_for_the_organisation(
    session: Session, cast: Cast, viewers: dict[str, Viewer], noted: Noted
) -> None:
    note = noted("Anne", "Atelier Bois", NoteVisibility.ORGANISATION, own="Le Fournil")
    assert readers(session, viewers, note) == {"Anne", "Lucie"}


@pytest.mark.parametrize("state", [ProjectState.DRAFT, ProjectState.CLOSED, ProjectState.ABANDONED])
def test_partners_read_no_more_once_their_project_has_ended(
    session: Session,
    cast: Cast,
    viewers: dict[str, Viewer],
    noted: Noted,
    state: ProjectState,
) -> None:
    note = noted("Anne", "Le Fournil")
    project = cast.project()
    project.ended_reason = "Le four est vendu"
    project.state = state
    session.flush()
    assert readers(session, viewers, note) == {"Anne"}


def test_who_has_not_confirmed_is_no_partner_yet(
    session: Session, cast: Cast, viewers: dict[str, Viewer], noted: Noted
) -> None:
    note = noted("Anne", "Le Fournil")
    atelier = cast.organisation("Atelier Bois").id
    [part] = [one for one in cast.project().partners if one.organisation_id == atelier]
    part.state = PartnerState.INVITED
    session.flush()
    assert readers(session, viewers, note) == {"Anne", "Karim"}


def test_a_project_that_the_reader_does_not_see_is_not_named(
    session: Session, cast: Cast, viewers: dict[str, Viewer], noted: Noted
) -> None:
    noted("Anne", "Le Fournil", project_id=cast.project("Piste confidentielle").id)
    [seen] = note_lines(session, viewers["Marc"], None, NoteFilter())
    assert (seen.author, seen.project, seen.project_public_id) == ("Anne Vasseur", None, None)
    [own] = note_lines(session, viewers["Anne"], None, NoteFilter())
    assert own.project == "Piste confidentielle"


def test_the_journal_keeps_nothing_of_a_note(session: Session, noted: Noted) -> None:
    noted("Karim", body="Le patron veut vendre")
    session.flush()
    assert [one for one in session.scalars(select(Change)) if "Note" in one.entity] == []


def test_a_second_tap_notes_nothing_twice(session: Session, noted: Noted) -> None:
    assert noted("Karim", own=CCI).id == noted("Karim", own=CCI).id


DAY = date(2026, 4, 7)
# what a note says, in names that the cast knows
CONTENTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from((NoteKind.CALL, NoteKind.VISIT)),
        "body": st.sampled_from(("", "Vu le four", "Vu le local")),
        "noted_on": st.sampled_from((DAY, DAY - timedelta(days=1))),
        "visibility": st.sampled_from((NoteVisibility.AUTHOR, NoteVisibility.PARTNERS)),
        "follow_up_on": st.sampled_from((None, date(2026, 5, 4), date(2026, 5, 5))),
        "person": st.sampled_from((None, "Lucie", "Marc")),
        "project": st.sampled_from((None, "Invendus du Fournil", "Piste confidentielle")),
        "steps": st.sets(st.sampled_from(("Peser les invendus", "Fabriquer les caisses"))),
        "own": st.sampled_from((None, CCI)),
    }
)


@given(st.lists(CONTENTS, min_size=2, max_size=4), st.data())
@settings(suppress_health_check=ON_ONE_FIXTURE, max_examples=60)
def test_what_is_said_twice_stands_once_and_what_differs_in_anything_stands(
    session: Session, cast: Cast, noted: Noted, said: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Each note differs from the one before in one thing at most."""
    session.rollback()
    for before, after in pairwise(said):
        kept = data.draw(st.sampled_from(sorted(after)), label="what differs")
        after.update({name: before[name] for name in before if name != kept})
    for one in said:
        if one["steps"]:
            # both are steps of this one: a note about them is about it, said or not
            one["project"] = one["project"] or "Invendus du Fournil"
        person, project = one["person"], one["project"]
        noted(
            "Karim",
            **{name: one[name] for name in one if name not in ("person", "project", "steps")},
            person_id=cast.person(person).id if person else None,
            project_id=cast.project(project).id if project else None,
            steps=[cast.step(title) for title in sorted(one["steps"])],
        )
    different = {tuple((name, _frozen(one[name])) for name in sorted(one)) for one in said}
    assert session.scalar(select(func.count(ContactNote.id))) == len(different)


def _frozen(value: object) -> object:
    return frozenset(value) if isinstance(value, set) else value


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"kind": NoteKind.NOTE, "body": "  "}, "Écrivez d’abord votre note."),
        ({"noted_on": date(2999, 1, 1)}, "Ce jour n’est pas encore venu"),
        ({"visibility": NoteVisibility.ORGANISATION}, "Vous n’avez pas d’organisation"),
    ],
)
def test_a_note_that_makes_no_sense_is_refused(
    noted: Noted, more: dict[str, object], why: str
) -> None:
    with pytest.raises(RefusedError, match=why):
        noted("Karim", **more)


def test_a_note_is_taken_back_within_the_day_and_stands_nowhere_any_more(
    session: Session, cast: Cast, noted: Noted
) -> None:
    note = noted("Karim", steps=[cast.step()])
    take_back(session, note, now=clock.now())
    assert session.scalars(select(ContactNote)).all() == []
    assert session.execute(select(contact_note_step)).all() == []


def test_after_a_day_a_note_stays(session: Session, noted: Noted) -> None:
    note = noted("Karim")
    with pytest.raises(RefusedError, match="plus d’un jour"):
        take_back(session, note, now=clock.now() + timedelta(days=1, minutes=1))


def test_two_who_change_a_note_at_once_lose_nothing(session: Session, noted: Noted) -> None:
    note = noted("Karim", own=CCI)
    said = Said(NoteKind.VISIT, "Reçu à midi", note.noted_on, NoteVisibility.PARTNERS)
    edit_note(session, note, seen_version=note.version, said=said, today=note.noted_on)
    with pytest.raises(StaleError):
        edit_note(session, note, seen_version=1, said=said, today=note.noted_on)
    assert (note.kind, note.body) == (NoteKind.VISIT, "Reçu à midi")


def test_a_note_comes_back_on_its_day_until_it_is_followed_up(
    session: Session, cast: Cast, viewers: dict[str, Viewer], noted: Noted
) -> None:
    note = noted("Anne", own=VAL)
    tomorrow = note.noted_on + timedelta(days=1)
    wait_again(session, note, until=tomorrow)

    def waiting(day: date) -> list[str]:
        found = follow_ups(session, viewers["Anne"], cast.territory().id, day)
        return [one.organisation for one in found]

    assert waiting(note.noted_on) == []
    assert waiting(tomorrow) == ["Le Fournil"]
    follow_up(session, note, today=tomorrow)
    assert waiting(tomorrow) == []


def test_who_animates_follows_up_what_they_read(viewers: dict[str, Viewer], noted: Noted) -> None:
    note = noted("Karim", own=CCI)
    allowed = {name for name, who in viewers.items() if may_follow_up(who, note)}
    assert allowed == {"Anne", "Karim"}


def test_a_list_of_notes_takes_two_statements_whatever_its_length(
    session: Session, viewers: dict[str, Viewer], noted: Noted, queries: QueryCount
) -> None:
    counts = set()
    for _times in range(3):
        for number in range(10):
            noted("Anne", body=f"Appel {len(counts)} {number}")
        session.flush()
        queries.reset()
        note_lines(session, viewers["Anne"], None, NoteFilter())
        counts.add(len(queries))
    assert counts == {2}
