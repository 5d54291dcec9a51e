"""Two records become one: nothing is lost, and within a day nothing has happened."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, exists, func, select
from sqlalchemy.orm import Session

from app.accounts.grants import OWN_DOORS, issue_grant
from app.accounts.kinds import (
    AskKind,
    GrantPurpose,
    MailRhythm,
    MembershipRole,
    NafEdition,
    OrganisationKind,
)
from app.accounts.models import (
    Ask,
    Claim,
    Grant,
    MailPreference,
    Membership,
    Merge,
    Organisation,
    Person,
    TerritoryRole,
    organisation_territory,
)
from app.accounts.services.merging import (
    forget_over,
    merge_organisations,
    merge_people,
    undo_merge,
)
from app.accounts.services.merging.clashes import resolver_of
from app.accounts.services.merging.references import references_to, unique_keys
from app.accounts.services.people import new_person
from app.core.database import READ_ONLY, REFERS, Base
from app.core.folding import fold
from app.core.refusals import RefusedError, StaleError
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.plans.kinds import PartnerRole, PartnerState, ProjectState
from app.plans.models import Comment, Partner, Project, Step
from app.reminders.models import Relance
from tests.cast import NOW, TODAY, Cast
from tests.parts.examples import ON_ONE_FIXTURE

DATABASE = settings(
    max_examples=40,
    # each example is rolled back
    suppress_health_check=ON_ONE_FIXTURE,
)
# what tells of the merge itself, and how often a record was written
TOLD = {"merge", "change"}


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but those that tell of the merge."""
    session.flush()
    found = {}
    for table in _filled(session):
        rows = session.execute(select(table)).mappings()
        found[table.name] = sorted(
            (
                {
                    name: value
                    for name, value in row.items()
                    if not (name == "version" and table.name in ("organisation", "person"))
                }
                for row in rows
            ),
            key=repr,
        )
    return found


def _filled(session: Session) -> list[Table]:
    """The tables that have rows, in one question: most have none."""
    asked = [one for one in Base.metadata.sorted_tables if one.name not in TOLD]
    has_rows = select(*(exists().select_from(table) for table in asked))
    return [table for table, has in zip(asked, session.execute(has_rows).one(), strict=True) if has]


def pointing_at(session: Session, target: str, row_id: int) -> list[str]:
    """Where an id still stands."""
    found = []
    for reference in references_to(target):
        condition = reference.column == row_id
        if reference.by is not None:
            condition &= reference.by == reference.value
        if session.scalar(select(func.count()).select_from(reference.table).where(condition)):
            found.append(f"{reference.table.name}.{reference.column.name}")
    return found


def second(
    session: Session, cast: Cast, name: str = "Le fournil (bis)", **more: Any
) -> Organisation:
    made = Organisation(
        name=name,
        kind=OrganisationKind.COMPANY,
        search_key=fold(name),
        created_at=NOW,
        territories=[cast.territory()],
        **more,
    )
    session.add(made)
    session.flush()
    return made


def join(
    session: Session,
    kept: Organisation,
    gone: Organisation,
    *fields: str,
    by_claim: bool = False,
) -> Merge:
    return merge_organisations(
        session,
        kept=kept,
        gone=gone,
        from_gone=frozenset(fields),
        versions=(kept.version, gone.version),
        person_id=1,
        territory_id=None,
        now=NOW,
        by_claim=by_claim,
    )


def join_people(session: Session, kept: Person, gone: Person, *fields: str) -> Merge:
    return merge_people(
        session,
        kept=kept,
        gone=gone,
        from_gone=frozenset(fields),
        versions=(kept.version, gone.version),
        person_id=1,
        territory_id=None,
        now=NOW,
    )


@pytest.fixture(autouse=True)
def _somebody_acts(session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)


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


parts = st.none() | st.tuples(
    st.sampled_from(list(PartnerRole)[1:]), st.sampled_from(list(PartnerState))
)
places = st.sets(st.sampled_from(["Marc", "Lucie", "Anne"]))


@DATABASE
@given(
    theirs=parts,
    leads=st.booleans(),
    people=places,
    manages=st.booleans(),
    first=st.booleans(),
    fields=st.sets(st.sampled_from(["name", "siret", "naf", "phone", "place", "zone_id", "kind"])),
    both_territories=st.booleans(),
    claims=st.booleans(),
)
def test_parting_two_organisations_again_leaves_everything_as_it_was(
    session: Session,
    cast: Cast,
    theirs: tuple[PartnerRole, PartnerState] | None,
    leads: bool,
    people: set[str],
    manages: bool,
    first: bool,
    fields: set[str],
    both_territories: bool,
    claims: bool,
) -> None:
    session.rollback()
    acting(session, None, Via.COMMAND, NOW)
    kept = cast.organisation("Le Fournil")
    gone = second(
        session,
        cast,
        siret="73282932000074",
        naf="10.71C",
        naf_edition=NafEdition.REV2,
        city="Aubrive",
        named_publicly=False,
        naming_decided_at=NOW,
    )
    if claims:
        gone.sole_siret = None
        session.flush()
        kept.siret = "73282932000074"
    if both_territories:
        gone.territories.append(cast.territory("Plaine de Sorne"))
    for place, name in enumerate(sorted(people)):
        session.add(
            Membership(
                person_id=cast.person(name).id,
                organisation_id=gone.id,
                role=MembershipRole.MANAGER if manages else MembershipRole.MEMBER,
                is_default=first and place == 0,
                started_on=TODAY,
            )
        )
    project = cast.project()
    if theirs is not None:
        role, state = theirs
        session.add(
            Partner(
                project_id=project.id,
                territory_id=project.territory_id,
                organisation_id=gone.id,
                role=role,
                state=state,
                confirmed_at=NOW if state is PartnerState.CONFIRMED else None,
            )
        )
    if leads:
        cast.step().lead_organisation_id = gone.id
    if claims:
        session.add(
            Claim(
                territory_id=cast.territory().id,
                local_id=gone.id,
                known_id=kept.id,
                asked_at=NOW,
                asked_by_id=1,
                accepted_at=NOW,
            )
        )
    session.add(
        Ask(
            kind=AskKind.INVITATION,
            subject_kind="organisation",
            subject_id=gone.id,
            asker_id=1,
            asked_organisation_id=gone.id,
            text_version="1",
            asked_at=NOW,
            expires_at=NOW,
        )
    )
    session.flush()
    gone_id, before = gone.id, everything(session)
    merge = join(session, kept, gone, *fields, by_claim=claims)
    assert pointing_at(session, "organisation", gone_id) == []
    assert session.get(Organisation, gone_id) is None
    undo_merge(session, merge, person_id=1, now=NOW + timedelta(hours=3))
    assert everything(session) == before


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


def test_what_was_edited_since_keeps_its_edit(session: Session, cast: Cast) -> None:
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    step, gone_id = cast.step("Fabriquer les caisses"), gone.id
    moved, stays = step.id, cast.step("Réunir les partenaires").id
    merge = join(session, kept, gone, "phone", "name")
    kept.name = "Fournil et Atelier"
    session.get_one(Step, moved).title = "Fabriquer vingt caisses"
    # this one is given to the kept record only now
    session.get_one(Step, stays).lead_organisation_id = kept.id
    session.flush()
    undo_merge(session, merge, person_id=1, now=NOW + timedelta(hours=23))
    assert session.get_one(Organisation, kept.id).name == "Fournil et Atelier"
    assert session.get_one(Organisation, gone_id).name == "Atelier Bois"
    step = session.get_one(Step, moved)
    assert (step.title, step.lead_organisation_id) == ("Fabriquer vingt caisses", gone_id)
    assert session.get_one(Step, stays).lead_organisation_id == kept.id


def test_a_step_handed_on_since_stays_with_whom_it_was_handed_to(
    session: Session, cast: Cast
) -> None:
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    step, other = cast.step("Fabriquer les caisses"), cast.organisation("CCI des Deux Rives").id
    merge = join(session, kept, gone)
    step.lead_organisation_id = other
    session.flush()
    undo_merge(session, merge, person_id=1, now=NOW)
    assert cast.step("Fabriquer les caisses").lead_organisation_id == other


def test_where_there_is_no_way_back_nothing_is_undone_and_it_is_said(
    session: Session, cast: Cast
) -> None:
    kept = cast.organisation("Le Fournil")
    gone = second(session, cast, siret="73282932000074")
    merge = join(session, kept, gone)
    assert kept.siret == "73282932000074"
    kept.siret = kept.siren = None
    session.flush()
    second(session, cast, "Une autre", siret="73282932000074")
    before = everything(session)
    with pytest.raises(RefusedError, match="rien n’est défait"):
        undo_merge(session, merge, person_id=1, now=NOW)
    assert everything(session) == before


def test_after_a_day_there_is_no_undo_and_nothing_is_kept_for_it(
    session: Session, cast: Cast
) -> None:
    merge = join(session, cast.organisation("Le Fournil"), cast.organisation("Atelier Bois"))
    later = NOW + timedelta(days=1, seconds=1)
    with pytest.raises(RefusedError, match="Plus d’un jour"):
        undo_merge(session, merge, person_id=1, now=later)
    assert forget_over(session, NOW + timedelta(hours=23)) == 0
    assert forget_over(session, later) == 1
    session.expire_all()
    assert merge.moves is None


def test_undoing_twice_changes_nothing(session: Session, cast: Cast) -> None:
    merge = join(session, cast.organisation("Le Fournil"), cast.organisation("Atelier Bois"))
    undo_merge(session, merge, person_id=1, now=NOW)
    before = everything(session)
    undo_merge(session, merge, person_id=1, now=NOW)
    assert everything(session) == before


def test_merges_are_undone_the_last_one_first(session: Session, cast: Cast) -> None:
    fournil, atelier = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    agency, before = cast.organisation("Agence du Cycle"), everything(session)
    one = join(session, fournil, atelier)
    other = join(session, agency, fournil)
    with pytest.raises(RefusedError, match="d’abord"):
        undo_merge(session, one, person_id=1, now=NOW)
    undo_merge(session, other, person_id=1, now=NOW)
    undo_merge(session, one, person_id=1, now=NOW)
    assert everything(session) == before


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


def contact(session: Session, cast: Cast, name: str, at: str, email: str | None = None) -> Person:
    person = new_person(session, name=name, email=email, phone="03 10 20 30 40", now=NOW)
    session.add(
        Membership(
            person_id=person.id,
            organisation_id=cast.organisation(at).id,
            function="Gérante",
            is_default=False,
            started_on=TODAY,
        )
    )
    session.flush()
    return person


@DATABASE
@given(
    same_place=st.booleans(),
    wishes=st.tuples(
        st.none() | st.sampled_from(MailRhythm), st.none() | st.sampled_from(MailRhythm)
    ),
    link=st.none() | st.sampled_from(OWN_DOORS),
    takes=st.sets(st.sampled_from(["name", "email", "phone"])),
    default=st.booleans(),
)
def test_parting_two_people_again_leaves_everything_as_it_was(
    session: Session,
    cast: Cast,
    same_place: bool,
    wishes: tuple[MailRhythm | None, MailRhythm | None],
    link: GrantPurpose | None,
    takes: set[str],
    default: bool,
) -> None:
    session.rollback()
    acting(session, None, Via.COMMAND, NOW)
    kept = contact(session, cast, "Inès Kada", "Scierie de la Sorne", "ines@scierie.example")
    gone = contact(
        session,
        cast,
        "I. Kada",
        "Scierie de la Sorne" if same_place else "Atelier Bois",
        "i@k.example",
    )
    gone.memberships[0].is_default = default and same_place
    for person, wish in zip((kept, gone), wishes, strict=True):
        if wish is not None:
            session.add(
                MailPreference(person_id=person.id, rhythm=wish, paused_until=None, updated_at=NOW)
            )
    step = cast.step("Fabriquer les caisses")
    step.lead_person_id = gone.id
    session.add_all(
        [
            Comment(
                project_id=step.project_id,
                territory_id=step.territory_id,
                author_id=gone.id,
                body="Entendu",
                said_at=NOW,
            ),
            Relance(
                territory_id=step.territory_id,
                subject_kind="step",
                subject_id=step.id,
                basis=date(2026, 4, 1),
                code="J0",
                nominal_on=date(2026, 4, 1),
                recipient_id=gone.id,
                state="dropped",
                reason="no_address",
                decided_at=NOW,
            ),
        ]
    )
    if link is not None:
        issue_grant(
            session,
            person_id=gone.id,
            purpose=link,
            subject_kind="person",
            subject_id=gone.id,
            now=NOW,
        )
    session.flush()
    gone_id, before = gone.id, everything(session)
    merge = join_people(session, kept, gone, *takes)
    assert pointing_at(session, "person", gone_id) == []
    if None not in wishes:
        preference = session.get_one(MailPreference, kept.id)
        assert preference.rhythm is max(wishes, key=list(MailRhythm).index)  # type: ignore[type-var]
    open_links = select(Grant).where(Grant.person_id == kept.id, Grant.revoked_at.is_(None))
    assert session.scalars(open_links).all() == []
    undo_merge(session, merge, person_id=1, now=NOW)
    assert everything(session) == before


def test_one_person_of_two_organisations_has_both_places(session: Session, cast: Cast) -> None:
    kept = contact(session, cast, "Inès Kada", "Le Fournil")
    gone = contact(session, cast, "Ines KADA", "Atelier Bois", "ines@kada.example")
    join_people(session, kept, gone)
    assert {place.organisation.name for place in kept.memberships} == {"Le Fournil", "Atelier Bois"}
    assert kept.email == "ines@kada.example"  # it had none
    assert kept.name == "Inès Kada"


def with_password(session: Session, person: Person) -> None:
    person.password_hash = "x"


def with_role(session: Session, person: Person) -> None:
    session.add(
        TerritoryRole(person_id=person.id, territory_id=1, role="observer", started_on=TODAY)
    )


def as_operator(session: Session, person: Person) -> None:
    person.is_operator = True


def as_erased(session: Session, person: Person) -> None:
    person.anonymised_at = NOW


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("makes", [with_password, with_role, as_operator, as_erased])
def test_nobody_who_signs_in_or_was_erased_is_merged_by_others(
    session: Session, cast: Cast, which: int, makes: Any
) -> None:
    two = (
        contact(session, cast, "Inès Kada", "Le Fournil"),
        contact(session, cast, "Inès Kada", "Atelier Bois"),
    )
    makes(session, two[which])
    session.flush()
    with pytest.raises(RefusedError):
        join_people(session, *two)


def test_a_person_erased_since_comes_back_by_no_undo(session: Session, cast: Cast) -> None:
    kept = contact(session, cast, "Inès Kada", "Le Fournil")
    merge = join_people(session, kept, contact(session, cast, "Inès Kada", "Atelier Bois"))
    kept.anonymised_at = NOW
    session.flush()
    with pytest.raises(RefusedError, match="effacée"):
        undo_merge(session, merge, person_id=1, now=NOW)


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
