"""Commitments: a deliberate yes, kept with its date, its text and its person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind
from app.accounts.services import asks
from app.agreements.kinds import CommitmentKind, GivenBy
from app.agreements.models import Commitment
from app.agreements.services.parts import ask_part, give_part, give_step, leave, note_part
from app.agreements.texts import PART, TEXTS
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import PartnerRole, PartnerState, ProjectState
from app.plans.models import Partner, Step
from app.plans.routes.drawn import engaged
from app.plans.services.projects import add_partner
from app.plans.services.steps import abandon_step, complete_step, set_reader
from tests.agreements.worlds import act, end_project, mails_to, open_asks, part_of, words_of
from tests.cast import NOW, TODAY, Cast

As = Callable[[str], FlaskClient]


@pytest.fixture
def approached(session: Session, cast: Cast) -> Partner:
    """Le Fournil, named in the project and not asked yet."""
    act(session, cast, "Anne")
    part = part_of(cast, "Le Fournil")
    part.state, part.confirmed_at = PartnerState.APPROACHED, None
    session.flush()
    return part


def test_asking_makes_a_partner_invited_and_mails_its_contact_alone(
    session: Session, cast: Cast, approached: Partner
) -> None:
    ask_part(session, approached, asker_id=cast.person("Anne").id, now=NOW)
    assert approached.state is PartnerState.INVITED
    assert len(mails_to(session, "Lucie")) == 1
    assert mails_to(session, "Marc") == []


def test_a_second_tap_asks_nothing_again_and_a_day_later_it_asks_once_more(
    session: Session, cast: Cast, approached: Partner
) -> None:
    anne = cast.person("Anne").id
    for moment in (NOW, NOW + timedelta(minutes=2), NOW + timedelta(days=1)):
        ask_part(session, approached, asker_id=anne, now=moment)
    assert len(open_asks(session, AskKind.COMMITMENT)) == 1
    assert len(mails_to(session, "Lucie")) == 2


def test_a_draft_asks_nobody(session: Session, cast: Cast) -> None:
    anne = act(session, cast, "Anne")
    draft = cast.project("Piste confidentielle")
    part = add_partner(
        session,
        draft,
        organisation_id=cast.organisation("Le Fournil").id,
        role=PartnerRole.CONTRIBUTOR,
    )
    with pytest.raises(RefusedError, match="brouillon"):
        ask_part(session, part, asker_id=anne, now=NOW)
    assert mails_to(session, "Lucie") == []


def test_a_yes_keeps_its_text_its_person_and_the_way_it_came(
    session: Session, cast: Cast, approached: Partner
) -> None:
    ask = ask_part(session, approached, asker_id=cast.person("Anne").id, now=NOW)
    lucie = cast.person("Lucie").id
    acting(session, lucie, Via.MAIL_LINK, NOW)
    asks.accept(session, ask, person_id=lucie, now=NOW)
    given = session.scalars(select(Commitment)).one()
    assert (given.kind, given.given_by) == (CommitmentKind.PART, GivenBy.MAIL)
    assert (given.person_id, given.text_version, given.given_at) == (lucie, PART, NOW)
    assert given.text_version in TEXTS
    assert approached.state is PartnerState.CONFIRMED


def test_a_word_heard_is_noted_in_the_name_of_who_heard_it(
    session: Session, cast: Cast, approached: Partner
) -> None:
    anne = cast.person("Anne").id
    note_part(session, approached, noted_by_id=anne, now=NOW)
    given = session.scalars(select(Commitment)).one()
    assert (given.person_id, given.noted_by_id, given.given_by) == (None, anne, GivenBy.WORD)


def test_a_no_takes_the_organisation_off_the_project(
    session: Session, cast: Cast, approached: Partner
) -> None:
    ask = ask_part(session, approached, asker_id=cast.person("Anne").id, now=NOW)
    lucie = act(session, cast, "Lucie")
    asks.decline(session, ask, person_id=lucie, now=NOW)
    assert approached.state is PartnerState.RETIRED


def test_only_the_confirmed_count_as_engaged(session: Session, cast: Cast) -> None:
    act(session, cast, "Anne")
    project = cast.project()
    before = engaged(project)
    part = part_of(cast, "Le Fournil")
    for state in (PartnerState.APPROACHED, PartnerState.INVITED):
        part.state, part.confirmed_at = state, None
        assert engaged(project) == before - 1
    give_part(session, part, person_id=cast.person("Lucie").id, now=NOW)
    assert engaged(project) == before


def test_leaving_ends_what_was_committed_to_and_closes_what_was_opened(
    session: Session, cast: Cast, approached: Partner
) -> None:
    give_part(session, approached, person_id=cast.person("Lucie").id, now=NOW)
    [flow] = cast.project().flows
    atelier = part_of(cast, "Atelier Bois")
    set_reader(flow, atelier.organisation_id, is_open=True, now=NOW)
    leave(session, approached, now=NOW, by_itself=True)
    leave(session, atelier, now=NOW, by_itself=True)
    assert session.scalars(select(Commitment)).one().withdrawn_at == NOW
    assert [access.is_open for access in flow.accesses] == [False]


def test_a_yes_said_twice_stands_once(session: Session, cast: Cast, approached: Partner) -> None:
    lucie = cast.person("Lucie").id
    for moment in (NOW, NOW + timedelta(seconds=2)):
        give_part(session, approached, person_id=lucie, now=moment)
        give_step(
            session,
            cast.step(),
            organisation_id=approached.organisation_id,
            person_id=lucie,
            now=moment,
        )
    kinds = session.scalars(select(Commitment.kind).order_by(Commitment.id)).all()
    assert kinds == [CommitmentKind.PART, CommitmentKind.STEP]
    assert session.scalars(select(Commitment.given_at)).all() == [NOW, NOW]


def give_lucies_word(session: Session, cast: Cast) -> None:
    give_step(
        session,
        cast.step(),
        organisation_id=cast.organisation("Le Fournil").id,
        person_id=act(session, cast, "Lucie"),
        now=NOW,
    )


def finish(session: Session, step: Step) -> None:
    complete_step(session, step, today=TODAY)


@pytest.mark.parametrize("end", [finish, abandon_step])
def test_nobody_commits_to_a_step_that_is_over(
    session: Session, cast: Cast, end: Callable[[Session, Step], None]
) -> None:
    act(session, cast, "Anne")
    end(session, cast.step())
    with pytest.raises(RefusedError, match="Cette étape est terminée"):
        give_lucies_word(session, cast)
    assert session.scalars(select(Commitment)).all() == []


@pytest.mark.parametrize("state", [ProjectState.CLOSED, ProjectState.ABANDONED])
def test_nobody_commits_to_a_step_of_a_project_that_has_ended(
    session: Session, cast: Cast, state: ProjectState
) -> None:
    act(session, cast, "Anne")
    end_project(session, cast, state)
    with pytest.raises(RefusedError, match="Ce projet est terminé"):
        give_lucies_word(session, cast)
    assert session.scalars(select(Commitment)).all() == []


def test_the_page_says_why_a_step_takes_no_commitment(
    as_: As, session: Session, cast: Cast
) -> None:
    act(session, cast, "Anne")
    finish(session, cast.step())
    address = f"/etapes/{cast.step().public_id}/engagement"
    session.commit()
    lucie = as_("Lucie")
    assert lucie.post(address).status_code == 303
    told = words_of(lucie.get(f"/projets/{cast.project().public_id}").text)
    assert "Cette étape est terminée" in told
    session.rollback()
    assert session.scalars(select(Commitment)).all() == []


def test_a_project_that_has_ended_asks_nobody_for_a_commitment(
    as_: As, session: Session, cast: Cast
) -> None:
    address = f"/projets/{cast.project().public_id}/accords"
    assert "sans engagement écrit" in words_of(as_("Lucie").get(address).text)
    session.rollback()
    act(session, cast, "Anne")
    end_project(session, cast, ProjectState.CLOSED)
    session.commit()
    assert "sans engagement écrit" not in words_of(as_("Lucie").get(address).text)
