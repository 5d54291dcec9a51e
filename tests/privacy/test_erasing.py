"""Somebody who is erased is nowhere any more; what they did stays, in nobody's name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import (
    JOINING,
    AskState,
    MembershipRole,
    TerritoryRoleKind,
    TerritoryTextKind,
)
from app.accounts.models import (
    Absence,
    Ask,
    ExternalIdentity,
    Grant,
    HalfSignIn,
    MailPreference,
    Membership,
    Person,
    ProviderVisit,
    RecoveryCode,
    SecondFactor,
    SignIn,
    Territory,
    TerritoryRole,
    TerritoryText,
)
from app.accounts.queries.team import piloted_alone
from app.accounts.services.people import give_place, new_person
from app.core.folding import fold
from app.core.redaction import ERASED_ADDRESS, ERASED_NAME
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.plans.models import Comment, Project, Step, Theme
from app.privacy.models import Erasure
from app.reminders.kinds import RelanceState
from app.reminders.models import Relance
from tests.cast import NOW, TODAY, Cast
from tests.parts.examples import ON_ONE_FIXTURE
from tests.privacy.conftest import ZELIE, Persona, erased, laden, write_everywhere
from tests.privacy.dump import dump, left_of

WORDS = (
    st.text(st.characters(categories=["L"], max_codepoint=0x17F), min_size=4, max_size=9)
    .map(lambda word: word[0].upper() + word[1:])
    .filter(lambda word: not word[0].islower())
)
PERSONAS = st.builds(
    Persona,
    name=st.lists(WORDS, min_size=2, max_size=3).map(" ".join),
    email=st.from_regex(r"[a-z]{3}[a-z0-9._+-]{0,8}[a-z0-9]@[a-z]{4,8}\.example", fullmatch=True),
    phone=st.from_regex(r"0[67]( [1-9][0-9]){4}", fullmatch=True),
)


def was_everywhere(session: Session, person: Person) -> None:
    """They had a role in every territory."""
    kind = TerritoryRoleKind.OBSERVER
    session.add_all(
        TerritoryRole(
            person_id=person.id, territory_id=place, role=kind, started_on=TODAY, ended_on=TODAY
        )
        for place in session.scalars(select(Territory.id)).all()
    )
    session.flush()


def test_every_table_forgets_them(app: Flask, session: Session, cast: Cast) -> None:
    lucie = laden(app, session, cast, ZELIE)
    was_everywhere(session, lucie)
    write_everywhere(session, [f"vu {ZELIE.name}", ZELIE.email, ZELIE.phone])
    before = dump(session.connection())
    assert len({line.split()[0] for line in left_of(before, ZELIE.name)}) >= 12
    assert erased(session, lucie) is not None
    after = dump(session.connection())
    assert left_of(after, ZELIE.name, ZELIE.email, ZELIE.phone, "Lucie Perrin") == []
    assert len(before) - len(after) < len(before) / 4


@settings(
    max_examples=25,
    suppress_health_check=ON_ONE_FIXTURE,
)
@given(persona=PERSONAS, around=st.text(st.characters(exclude_categories=["C"]), max_size=20))
def test_whatever_they_are_called(
    app: Flask, session: Session, cast: Cast, persona: Persona, around: str
) -> None:
    assume(all(len(fold(word)) >= 4 for word in persona.name.split()))
    session.rollback()
    lucie = laden(app, session, cast, persona)
    was_everywhere(session, lucie)
    first, *rest = persona.name.split()
    write_everywhere(
        session,
        [
            f"{around} {persona.name} {around}",
            f"{' '.join(rest).upper()} {first}",
            persona.email.upper(),
            persona.phone.replace(" ", "."),
        ],
    )
    assert erased(session, lucie) is not None
    left = left_of(dump(session.connection()), persona.name, persona.email, persona.phone)
    session.rollback()
    assert left == []


SORNE = "Sciure pour la chaufferie"


def test_another_territory_s_texts_keep_the_words_and_lose_the_address(
    session: Session, cast: Cast, begin: object
) -> None:
    lucie, here, there = cast.person("Lucie"), cast.project(), cast.project(SORNE)
    lucie.name = "Écologie Industrielle"
    for project in (here, there):
        project.description = "Écologie Industrielle, lucie@example.org"
    session.flush()
    erased(session, lucie)
    assert here.description == f"{ERASED_NAME}, {ERASED_NAME}"
    assert there.description == f"Écologie Industrielle, {ERASED_NAME}"


def test_a_name_that_was_tried_out_for_an_hour_was_nobody_s(
    session: Session, cast: Cast, begin: object
) -> None:
    lucie, project = cast.person("Lucie"), cast.project()
    lucie.name = "Comité Local"
    session.flush()
    acting(session, lucie.id, Via.PAGE, NOW + timedelta(hours=1))
    lucie.name = "Lucie Perrin-Roy"
    project.description = "Comité Local, Lucie Perrin et Lucie Perrin-Roy"
    session.flush()
    erased(session, lucie, NOW + timedelta(days=9))
    assert project.description == f"Comité Local, {ERASED_NAME} et {ERASED_NAME}"


def test_the_name_of_somebody_who_stays_is_theirs(
    session: Session, cast: Cast, begin: object
) -> None:
    lucie, project = cast.person("Lucie"), cast.project()
    lucie.name, project.description = "Marc OUDOT", "Vu avec Marc Oudot"
    session.flush()
    erased(session, lucie)
    assert project.description == "Vu avec Marc Oudot"


def test_a_charter_stays_as_it_was_published(session: Session, cast: Cast, begin: object) -> None:
    lucie, val = cast.person("Lucie"), cast.territory().id
    charter = TerritoryText(
        territory_id=val,
        kind=TerritoryTextKind.CHARTER,
        version=1,
        body="Lucie Perrin reçoit.",
        published_at=NOW,
        published_by_id=lucie.id,
    )
    session.add(charter)
    session.flush()
    erased(session, lucie)
    assert charter.body == "Lucie Perrin reçoit."


def test_the_row_stays_without_a_trait(app: Flask, session: Session, cast: Cast) -> None:
    lucie = laden(app, session, cast, ZELIE)
    erased(session, lucie)
    assert (lucie.name, lucie.email, lucie.phone, lucie.search_key) == (ERASED_NAME, None, None, "")
    assert (lucie.password_hash, lucie.time_zone, lucie.anonymised_at) == (None, None, NOW)
    ways_in = (SecondFactor, RecoveryCode, ExternalIdentity, HalfSignIn, ProviderVisit)
    for table in (SignIn, Grant, MailPreference, Absence, *ways_in):
        assert session.scalars(select(table).where(table.person_id == lucie.id)).all() == []
    assert session.scalars(select(Comment)).one().author is lucie


def test_places_and_roles_end_and_the_next_one_is_called_first(
    session: Session, cast: Cast, begin: object
) -> None:
    anne, office = cast.person("Anne"), cast.organisation("CC du Val d’Aubrive")
    for name, email in (("Sans Adresse", None), ("Rose Blum", "rose@example.org")):
        colleague = new_person(session, name=name, email=email, now=NOW)
        give_place(
            session,
            person_id=colleague.id,
            organisation_id=office.id,
            role=MembershipRole.MEMBER,
            function=None,
            today=TODAY,
        )
    erased(session, anne)
    present = select(Membership).where(
        Membership.organisation_id == office.id, Membership.ended_on.is_(None)
    )
    called = {place.person.name: place.is_default for place in session.scalars(present)}
    assert called == {"Sans Adresse": False, "Rose Blum": True}
    own = select(TerritoryRole).where(TerritoryRole.person_id == anne.id)
    assert session.scalars(own).one().ended_on == TODAY


def test_the_last_pilot_is_told_of(session: Session, cast: Cast, begin: object) -> None:
    anne, karim = cast.person("Anne"), cast.person("Karim")
    val = cast.territory().id
    session.add(
        TerritoryRole(
            person_id=karim.id,
            territory_id=val,
            role=TerritoryRoleKind.PILOT,
            started_on=TODAY,
        )
    )
    session.flush()
    # who never came in pilots nothing
    assert [one.id for one in piloted_alone(session, anne.id)] == [val]
    karim.password_hash = "$argon2id$"
    session.flush()
    first = erased(session, anne)
    assert first is not None
    assert first.left_alone == frozenset()
    last = erased(session, karim)
    assert last is not None
    assert last.left_alone == {val}
    assert cast.plan().state.value == "active"


def test_their_open_steps_stay_with_the_organisation(
    session: Session, cast: Cast, begin: object
) -> None:
    step, done = cast.step(), cast.step("Fabriquer les caisses")
    done.lead_person_id, done.status, done.done_on = step.lead_person_id, StepStatus.DONE, TODAY
    session.flush()
    erased(session, cast.person("Lucie"))
    assert step.lead_person_id is None
    assert step.lead_organisation.name == "Le Fournil"
    assert done.lead_person is not None
    assert done.lead_person.name == ERASED_NAME


def test_what_waits_for_them_does_not_leave_and_is_decided_again(
    app: Flask, session: Session, cast: Cast
) -> None:
    lucie = laden(app, session, cast, ZELIE)
    waiting = session.scalars(select(Mail).where(Mail.key == "laden:a")).one()
    relance = session.scalars(select(Relance)).one()
    relance.mail_id = waiting.id
    session.flush()
    erased(session, lucie)
    states = {mail.key: mail.state for mail in session.scalars(select(Mail))}
    assert states["laden:a"] is states["laden:c"] is MailState.SKIPPED
    assert states["laden:b"] is MailState.SENT
    # bytes that named them may have arrived already; other ones would be a second mail
    assert states["laden:d"] is MailState.FAILED
    assert {mail.to for mail in session.scalars(select(Mail).filter_by(recipient_id=lucie.id))} == {
        ERASED_ADDRESS
    }
    assert relance.state is RelanceState.RELEASED


def test_invitations_of_and_to_them_are_over(app: Flask, session: Session, cast: Cast) -> None:
    lucie = laden(app, session, cast, ZELIE)
    erased(session, lucie)
    to_them = select(Ask).where(Ask.asked_person_id == lucie.id, Ask.kind.in_(JOINING))
    asked = session.scalars(to_them).all()
    assert {ask.kind for ask in asked} == set(JOINING)
    assert {ask.state for ask in asked} == {AskState.WITHDRAWN}
    assert {name for ask in asked for name in ask.payload} == {"role", "by_command"}
    anne = cast.person("Anne")
    erased(session, anne)
    wrote = session.scalars(select(Ask).where(Ask.asker_id == anne.id, Ask.kind.in_(JOINING)))
    assert {ask.state for ask in wrote} == {AskState.WITHDRAWN}


def test_a_form_that_was_open_cannot_bring_the_name_back(
    session: Session, cast: Cast, begin: object
) -> None:
    project = cast.project()
    project.description = "Vu avec Lucie Perrin."
    session.flush()
    seen = project.version
    erased(session, cast.person("Lucie"))
    assert project.description == f"Vu avec {ERASED_NAME}."
    assert project.version == seen + 1


def test_the_journal_tells_that_it_happened_and_not_to_whom(
    session: Session, cast: Cast, begin: object
) -> None:
    lucie = cast.person("Lucie")
    lucie.name = "Lucie Perrin-Roy"
    session.flush()
    erased(session, lucie)
    lines = session.scalars(
        select(Change)
        .where(Change.entity == "Person", Change.entity_id == lucie.id)
        .order_by(Change.id)
    ).all()
    assert lines[0].fields == {
        "name": [None, None],
        "email": [None, None],
        "is_operator": [None, False],
    }
    assert [sorted(line.fields) for line in lines[1:]] == [["name"], ["anonymised_at"]]
    assert lines[-1].fields["anonymised_at"] == [None, NOW.isoformat()]


def test_a_number_of_the_firm_or_of_a_colleague_stays_theirs(
    session: Session, cast: Cast, begin: object
) -> None:
    lucie, marc = cast.person("Lucie"), cast.person("Marc")
    lucie.phone, marc.phone = "+33 3 53 01 00 10", "03.53.01.00.10"
    project = cast.project()
    project.description = "Atelier : 03 53 01 00 10"
    session.flush()
    erased(session, lucie)
    assert project.description == "Atelier : 03 53 01 00 10"
    assert (lucie.phone, marc.phone) == (None, "03.53.01.00.10")


def test_the_label_fits_where_the_name_did_and_keeps_titles_apart(
    session: Session, cast: Cast, begin: object
) -> None:
    marc = cast.person("Marc")
    marc.name = "Al Bono"
    plan = cast.plan()
    long = "Al Bono " * 25
    titles = ["Al Bono", "al bono"]
    session.add_all(
        Theme(plan_id=plan.id, territory_id=plan.territory_id, title=title, rank="z")
        for title in titles
    )
    cast.project().title = long.strip()
    session.flush()
    erased(session, marc)
    assert len(cast.session.scalars(select(Project.title)).first() or "") <= 200
    kept = [one for one in session.scalars(select(Theme.title)) if ERASED_NAME in one]
    assert len(set(kept)) == 2


def test_saying_it_twice_changes_nothing(session: Session, cast: Cast, begin: object) -> None:
    lucie = cast.person("Lucie")
    assert erased(session, lucie) is not None
    before = dump(session.connection())
    assert erased(session, lucie, NOW + timedelta(days=1)) is None
    assert dump(session.connection()) == before
    assert len(session.scalars(select(Erasure)).all()) == 1


def test_everybody_else_is_as_they_were(app: Flask, session: Session, cast: Cast) -> None:
    lucie = laden(app, session, cast, ZELIE)
    others = select(Person.name, Person.email, Person.search_key).where(Person.id != lucie.id)
    before = session.execute(others.order_by(Person.id)).all()
    step = session.scalars(select(Step.title).order_by(Step.id)).all()
    erased(session, lucie)
    assert session.execute(others.order_by(Person.id)).all() == before
    assert session.scalars(select(Step.title).order_by(Step.id)).all() == step


@pytest.mark.parametrize("first_name", ["Anne", "Karim", "Marc", "Sylvie", "Henri"])
def test_anybody_can_be_erased(
    session: Session, cast: Cast, begin: object, first_name: str
) -> None:
    person = cast.person(first_name)
    name = person.name
    assert erased(session, person) is not None
    assert left_of(dump(session.connection()), name, f"{first_name.lower()}@example.org") == []
