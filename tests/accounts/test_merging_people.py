"""Two records of one person become one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.grants import OWN_DOORS, issue_grant
from app.accounts.kinds import (
    GrantPurpose,
    MailRhythm,
)
from app.accounts.models import (
    Grant,
    MailPreference,
    Membership,
    Person,
    TerritoryRole,
)
from app.accounts.services.merging import (
    undo_merge,
)
from app.accounts.services.people import new_person
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.models import Comment
from app.reminders.models import Relance
from tests.accounts.merging import DATABASE, everything, join_people, pointing_at, somebody_acts
from tests.cast import NOW, TODAY, Cast

__all__ = ["somebody_acts"]  # fixtures


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
