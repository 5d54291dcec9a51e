"""Two records become one: nothing is lost, and within a day nothing has happened."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import (
    Membership,
    Merge,
    Organisation,
    organisation_territory,
)
from app.accounts.services.merging import (
    merge_organisations,
    undo_merge,
)
from app.accounts.services.merging.clashes import resolver_of
from app.accounts.services.merging.references import references_to, unique_keys
from app.core.database import READ_ONLY, REFERS, Base
from app.core.refusals import RefusedError, StaleError
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.plans.kinds import PartnerRole, PartnerState, ProjectState
from app.plans.models import Partner, Project
from tests.accounts.merging import join, second, somebody_acts
from tests.cast import NOW, Cast

__all__ = ["somebody_acts"]  # fixtures


@pytest.mark.parametrize("target", ["organisation", "person"])
def test_whatever_may_not_stand_twice_has_its_resolver(target: str) -> None:
    """A new table with such a rule fails here until its room says which row says what."""
    wanting = {
        reference.table.name
        for reference in references_to(target)
        if unique_keys(reference) and resolver_of(reference.table.name) is None
    }
    assert wanting == set()


def test_every_plain_id_says_what_it_refers_to() -> None:
    """A column that holds ids, and no foreign key: a merge has to know it."""
    # ids of other things than organisations and people
    others = {
        "ask.project_id",
        "ask.territory_id",
        "change.territory_id",
        "change.project_id",
        "commitment.subject_id",
        "document.project_id",
        "document.subject_id",
        "evidence.subject_id",
        "mail.territory_id",
        "merge.gone_id",
        "proposal.subject_id",
        "relance.subject_id",
    }
    silent = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_id")
        and column.type.python_type is int
        and not column.foreign_keys
        and REFERS not in column.info
    }
    assert silent == others


def test_nothing_is_lost(session: Session, cast: Cast) -> None:
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    marc, step = cast.person("Marc"), cast.step("Fabriquer les caisses")
    gone.territories.append(cast.territory("Plaine de Sorne"))
    session.flush()
    merge = join(session, kept, gone, "name")
    assert step.lead_organisation_id == kept.id
    assert {one.name for one in kept.territories} == {"Val d’Aubrive", "Plaine de Sorne"}
    assert kept.name == "Atelier Bois"
    assert kept.search_key.startswith("atelier bois")
    assert [place.organisation_id for place in marc.memberships] == [kept.id]
    live = session.scalars(
        select(Partner).where(Partner.organisation_id == kept.id, Partner.state != "retired")
    ).all()
    assert [part.role for part in live] == [PartnerRole.CONTRIBUTOR]
    assert merge.gone_public_id


def test_an_address_is_taken_whole(session: Session, cast: Cast) -> None:
    kept = cast.organisation("Le Fournil")
    kept.city = "Aubrive"
    other = {"address": "1 rue Basse", "postcode": "68000", "commune_code": "68066"}
    merge = join(session, kept, second(session, cast, city="Colmar", **other))
    assert (kept.address, kept.postcode, kept.commune_code, kept.city) == (
        *(None, None, None),
        "Aubrive",
    )
    undo_merge(session, merge, person_id=1, now=NOW)
    join(session, kept, second(session, cast, city="Colmar", **other), "place")
    assert (kept.address, kept.commune_code, kept.city) == ("1 rue Basse", "68066", "Colmar")


def test_two_first_contacts_leave_one_and_both_people(session: Session, cast: Cast) -> None:
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    join(session, kept, gone)
    places = session.scalars(
        select(Membership).where(
            Membership.organisation_id == kept.id, Membership.ended_on.is_(None)
        )
    ).all()
    assert {place.person.name for place in places} == {"Lucie Perrin", "Marc Oudot"}
    assert [place.person.name for place in places if place.is_default] == ["Lucie Perrin"]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        # a confirmed lead of the other record leads, one that was only approached does not
        (("contributor", "confirmed"), ("lead", "confirmed"), ("lead", "confirmed")),
        (("contributor", "confirmed"), ("lead", "approached"), ("contributor", "confirmed")),
        (("lead", "invited"), ("co_owner", "confirmed"), ("co_owner", "confirmed")),
        (("contributor", "approached"), ("lead", "invited"), ("lead", "invited")),
        (("contributor", "invited"), ("co_owner", "confirmed"), ("co_owner", "confirmed")),
        # a funder's yes makes no confirmed contributor
        (("contributor", "invited"), ("funder", "confirmed"), ("contributor", "invited")),
        (("observer", "confirmed"), ("funder", "approached"), ("observer", "confirmed")),
    ],
)
def test_two_parts_in_a_project_become_the_stronger_one(
    session: Session,
    cast: Cast,
    ours: tuple[str, str],
    theirs: tuple[str, str],
    expected: tuple[str, str],
) -> None:
    kept, gone = cast.organisation("Scierie de la Sorne"), second(session, cast)
    project = cast.project("Sciure pour la chaufferie")
    if "lead" in (ours[0], theirs[0]):
        lead = next(p for p in project.partners if p.role is PartnerRole.LEAD)
        lead.role = PartnerRole.CO_OWNER
    for organisation, (role, state) in ((kept, ours), (gone, theirs)):
        session.flush()
        session.add(
            Partner(
                project_id=project.id,
                territory_id=project.territory_id,
                organisation_id=organisation.id,
                role=PartnerRole(role),
                state=PartnerState(state),
                confirmed_at=NOW if state == "confirmed" else None,
            )
        )
    session.flush()
    join(session, kept, gone)
    parts = session.scalars(
        select(Partner).where(Partner.project_id == project.id, Partner.organisation_id == kept.id)
    ).all()
    live = [part for part in parts if part.state is not PartnerState.RETIRED]
    assert [(part.role.value, part.state.value) for part in live] == [expected]
    assert len(parts) == 2


def test_a_no_to_being_named_survives_the_merge(session: Session, cast: Cast) -> None:
    kept = cast.organisation("Le Fournil")
    kept.named_publicly, kept.naming_decided_at = True, NOW
    gone = second(session, cast, naming_decided_at=NOW)
    merge = join(session, kept, gone)
    assert not kept.named_publicly
    undo_merge(session, merge, person_id=1, now=NOW)
    assert kept.named_publicly


def test_silence_of_the_other_record_is_no_no(session: Session, cast: Cast) -> None:
    kept = cast.organisation("Le Fournil")
    kept.named_publicly, kept.naming_decided_at = True, NOW
    join(session, kept, second(session, cast))
    assert kept.named_publicly


def test_a_record_that_was_edited_meanwhile_is_not_merged_unseen(
    session: Session, cast: Cast
) -> None:
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    with pytest.raises(StaleError):
        merge_organisations(
            session,
            kept=kept,
            gone=gone,
            from_gone=frozenset(),
            versions=(kept.version, gone.version + 1),
            person_id=1,
            territory_id=None,
            now=NOW,
        )


def test_two_who_merge_the_same_at_once_are_one_merge(
    session: Session, cast: Cast, engine_name: str
) -> None:
    """The later one finds the record gone, and is told so."""
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    versions, ids = (kept.version, gone.version), (kept.id, gone.id)
    session.rollback()
    together, said = threading.Barrier(2), []

    def one() -> None:
        with Session(session.get_bind(), expire_on_commit=False) as own:
            acting(own, None, Via.COMMAND, NOW)
            if engine_name == "postgresql":
                ours, theirs = (own.get_one(Organisation, row_id) for row_id in ids)
                together.wait(timeout=60)
            else:
                own.connection(execution_options={READ_ONLY: False})
                found = [own.get(Organisation, row_id) for row_id in ids]
                if None in found:
                    said.append("gone")
                    return
                ours, theirs = found  # type: ignore[assignment]
            try:
                merge_organisations(
                    own,
                    kept=ours,
                    gone=theirs,
                    from_gone=frozenset(),
                    versions=versions,
                    person_id=1,
                    territory_id=None,
                    now=NOW,
                )
                own.commit()
                said.append("merged")
            except RefusedError:
                said.append("gone")

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(said) == ["gone", "merged"]
    assert session.scalar(select(func.count(Merge.id))) == 1


def test_a_record_is_not_merged_with_itself(session: Session, cast: Cast) -> None:
    one = cast.organisation("Le Fournil")
    with pytest.raises(RefusedError):
        join(session, one, one)


def test_the_journal_tells_of_it_once_and_moves_the_history_along(
    session: Session, cast: Cast
) -> None:
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    gone.phone = "03 99 99 99 99"
    session.flush()
    last = session.scalar(select(func.max(Change.id)))
    join(session, kept, gone)
    told = session.scalars(select(Change).where(Change.id > last)).all()
    assert [(line.entity, line.action.value) for line in told] == [("Merge", "created")]
    ours = select(Change).where(Change.entity == "Organisation", Change.entity_id == kept.id)
    assert any("03 99 99 99 99" in str(line.fields) for line in session.scalars(ours))


def test_a_project_of_both_counts_once_in_the_territory(session: Session, cast: Cast) -> None:
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    join(session, kept, gone)
    running = session.scalars(
        select(Partner.organisation_id)
        .join(Project, Project.id == Partner.project_id)
        .where(Project.state == ProjectState.ACTIVE, Partner.state != PartnerState.RETIRED)
    ).all()
    assert running.count(kept.id) == 1
    rows = session.execute(select(organisation_territory)).all()
    assert len(rows) == len(set(rows))
