"""What somebody held when they are erased: it goes to who is there, or the erasure is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskState, MembershipRole
from app.accounts.models import Absence, Ask, Grant, Membership, Merge, Person, SecondFactor
from app.accounts.services.merging import merge_organisations, merge_people, undo_merge
from app.accounts.services.people import give_place, new_person
from app.agreements.kinds import ProposalKind, ProposalState
from app.agreements.mails import QUESTION
from app.agreements.models import Commitment
from app.agreements.services.hand_overs import offer_step, offer_theme
from app.agreements.services.parts import give_step
from app.agreements.services.proposals import Wanted, asks_of, propose, settle
from app.core.redaction import ERASED_NAME
from app.core.refusals import RefusedError
from app.journal.models import Change
from app.outbox.models import Mail
from app.plans.models import Theme
from app.privacy.kinds import Cause
from app.privacy.models import Erasure
from app.privacy.services.erasing import erase, new_erasure
from app.privacy.services.register import Entry, replay
from app.privacy.services.requests import ask_for
from tests.cast import NOW, TODAY, Cast
from tests.privacy.conftest import erased
from tests.privacy.dump import dump, left_of

pytestmark = pytest.mark.usefixtures("begin")


def colleague(session: Session, cast: Cast, organisation: str, name: str = "Rose Blum") -> Person:
    """Somebody else there, with an address."""
    address = f"{name.split(maxsplit=1)[0].lower()}@example.org"
    person = new_person(session, name=name, email=address, now=NOW)
    give_place(
        session,
        person_id=person.id,
        organisation_id=cast.organisation(organisation).id,
        role=MembershipRole.MEMBER,
        function=None,
        today=TODAY,
    )
    return person


def questioned(session: Session) -> set[int | None]:
    """To whom questions to organisations were mailed."""
    return set(session.scalars(select(Mail.recipient_id).where(Mail.kind == QUESTION)))


def test_who_counted_on_them_is_written_to_again(session: Session, cast: Cast) -> None:
    marc, lucie = cast.person("Marc"), cast.person("Lucie")
    for starts in (TODAY - timedelta(days=30), TODAY + timedelta(days=3)):
        session.add(
            Absence(
                person_id=marc.id,
                substitute_id=lucie.id,
                starts_on=starts,
                ends_on=starts + timedelta(days=7),
            )
        )
    session.flush()
    erased(session, lucie)
    (over,) = session.scalars(select(Absence))
    assert over.ends_on < TODAY


def test_a_question_to_their_organisation_is_put_to_who_is_there(
    session: Session, cast: Cast
) -> None:
    marc, rose = cast.person("Marc"), colleague(session, cast, "Atelier Bois")
    atelier = cast.organisation("Atelier Bois").id
    ask = offer_step(
        session,
        cast.step(),
        organisation_id=atelier,
        person_id=marc.id,
        word=None,
        asker_id=cast.person("Anne").id,
        now=NOW,
    )
    assert questioned(session) == {marc.id}
    erased(session, marc)
    assert (ask.state, ask.asked_person_id) == (AskState.OPEN, None)
    assert questioned(session) == {marc.id, rose.id}
    assert [grant.person_id for grant in session.scalars(select(Grant))] == [rose.id]


def test_a_decision_that_waits_for_their_vote_waits_for_their_organisation_s(
    session: Session, cast: Cast
) -> None:
    karim, rose = cast.person("Karim"), colleague(session, cast, "CCI des Deux Rives")
    proposal = propose(
        session,
        cast.project(),
        Wanted(ProposalKind.ABANDON, reason="Le four de Karim Haddad est vendu"),
        person_id=cast.person("Anne").id,
        speaks_for={cast.organisation("CC du Val d’Aubrive").id},
        now=NOW,
    )
    assert karim.id in questioned(session)
    erased(session, karim)
    assert proposal.state is ProposalState.OPEN
    assert proposal.reason == f"Le four de {ERASED_NAME} est vendu"
    assert {ask.state for ask in asks_of(session, proposal)} == {AskState.OPEN}
    assert rose.id in questioned(session)
    erased(session, cast.person("Anne"))
    settle(session, proposal, now=NOW)
    assert proposal.state is ProposalState.OPEN, "it is the organisations' to decide"


def test_what_they_offered_to_others_is_taken_back(session: Session, cast: Cast) -> None:
    lucie = cast.person("Lucie")
    offered = offer_step(
        session,
        cast.step(),
        organisation_id=cast.organisation("Atelier Bois").id,
        person_id=None,
        word="Lucie Perrin vous le passe",
        asker_id=lucie.id,
        now=NOW,
    )
    erased(session, lucie)
    assert offered.state is AskState.WITHDRAWN
    assert offered.payload == {"word": f"{ERASED_NAME} vous le passe"}
    assert cast.step().lead_organisation.name == "Le Fournil"


def test_a_theme_stays_with_the_organisation_that_took_it_over(
    session: Session, cast: Cast
) -> None:
    marc, theme = cast.person("Marc"), session.scalars(select(Theme)).first()
    assert theme is not None
    atelier = cast.organisation("Atelier Bois").id
    theme.lead_organisation_id, theme.lead_person_id = atelier, marc.id
    session.flush()
    erased(session, marc)
    assert (theme.lead_organisation_id, theme.lead_person_id) == (atelier, None)
    anne = cast.person("Anne").id
    fournil = cast.organisation("Le Fournil").id
    offer = offer_theme(session, theme, organisation_id=fournil, word=None, asker_id=anne, now=NOW)
    assert offer.state is AskState.OPEN


def test_an_organisation_s_agreement_stays_with_its_text_and_its_day(
    session: Session, cast: Cast
) -> None:
    lucie, fournil = cast.person("Lucie"), cast.organisation("Le Fournil").id
    give_step(session, cast.step(), organisation_id=fournil, person_id=lucie.id, now=NOW)
    given = session.scalars(select(Commitment)).one()
    before = (given.text_version, given.given_at, given.organisation_id)
    erased(session, lucie)
    assert (given.text_version, given.given_at, given.organisation_id) == before
    assert given.withdrawn_at is None
    assert given.person is not None
    assert given.person.name == ERASED_NAME


def test_the_last_operator_who_can_come_in_stays(session: Session, cast: Cast) -> None:
    odile, marc = cast.person("Odile"), cast.person("Marc")
    marc.is_operator = True
    session.flush()
    with pytest.raises(RefusedError, match="seule personne qui exploite"):
        erased(session, odile)
    with pytest.raises(RefusedError, match="seule personne qui exploite"):
        ask_for(session, odile, cause=Cause.OPERATOR, asked_by_id=marc.id, now=NOW)
    assert session.scalars(select(Erasure)).all() == []
    marc.password_hash = "$argon2id$"
    session.flush()
    assert erased(session, odile) is not None
    assert not odile.is_operator


def test_an_operator_who_was_erased_is_erased_again_after_a_restore(
    session: Session, cast: Cast
) -> None:
    odile = cast.person("Odile")
    entry = Entry(NOW.isoformat(), odile.id, odile.public_id, Cause.OWN.value)
    assert replay(session, [entry], NOW).erased == 1
    assert left_of(dump(session.connection()), "Odile Renaud", "odile@example.org") == []


def test_the_journal_forgets_when_they_set_up_their_second_factor(
    session: Session, cast: Cast
) -> None:
    lucie = cast.person("Lucie")
    session.add(SecondFactor(person_id=lucie.id, sealed_secret="s", last_step=1, set_up_at=NOW))
    session.flush()
    erased(session, lucie)
    (line,) = session.scalars(select(Change).where(Change.entity == "SecondFactor"))
    assert line.fields == {"set_up_at": [None, None]}


def doubles(session: Session, cast: Cast) -> tuple[Person, Person, Merge]:
    """Two contacts of the bakery who are one, made one."""
    kept = colleague(session, cast, "Le Fournil", "Inès Kada")
    gone = colleague(session, cast, "Le Fournil", "Agnès Kada-Roux")
    merge = merge_people(
        session,
        kept=kept,
        gone=gone,
        from_gone=frozenset(),
        versions=(kept.version, gone.version),
        person_id=cast.person("Anne").id,
        territory_id=cast.territory().id,
        now=NOW,
    )
    return kept, gone, merge


def test_a_record_that_was_made_one_with_theirs_does_not_come_back(
    session: Session, cast: Cast
) -> None:
    kept, _gone, merge = doubles(session, cast)
    project = cast.project()
    project.description = "Vu avec Agnès Kada-Roux"
    session.flush()
    erased(session, kept)
    assert merge.moves is None
    told = dump(session.connection())
    assert left_of(told, "Inès Kada", "Agnès Kada-Roux", "agnes@example.org") == []
    with pytest.raises(RefusedError):
        undo_merge(session, merge, person_id=cast.person("Anne").id, now=NOW)


def test_parting_two_organisations_brings_back_no_place_of_theirs(
    session: Session, cast: Cast
) -> None:
    marc, kept = cast.person("Marc"), cast.organisation("Atelier Bois")
    gone = cast.organisation("Le Fournil")
    give_place(
        session,
        person_id=marc.id,
        organisation_id=gone.id,
        role=MembershipRole.MEMBER,
        function="renfort",
        today=TODAY,
    )
    merge = merge_organisations(
        session,
        kept=kept,
        gone=gone,
        from_gone=frozenset(),
        versions=(kept.version, gone.version),
        person_id=cast.person("Anne").id,
        territory_id=cast.territory().id,
        now=NOW,
    )
    erased(session, marc)
    undo_merge(session, merge, person_id=cast.person("Anne").id, now=NOW)
    own = select(Membership).where(Membership.person_id == marc.id)
    assert {place.ended_on is None for place in session.scalars(own)} == {False}


def test_a_request_for_a_record_that_was_made_one_names_the_one_that_stays(
    session: Session, cast: Cast
) -> None:
    kept = colleague(session, cast, "Le Fournil", "Inès Kada")
    gone = colleague(session, cast, "Le Fournil", "Agnès Kada-Roux")
    for person, due in ((kept, 2), (gone, 1)):
        session.add(
            new_erasure(
                person,
                cause=Cause.PILOT,
                asked_by_id=None,
                now=NOW,
                due_at=NOW + timedelta(days=due),
            )
        )
    session.flush()
    merge_people(
        session,
        kept=kept,
        gone=gone,
        from_gone=frozenset(),
        versions=(kept.version, gone.version),
        person_id=cast.person("Anne").id,
        territory_id=None,
        now=NOW,
    )
    waiting = session.scalars(select(Erasure)).one()
    assert (waiting.person_id, waiting.due_at) == (kept.id, NOW + timedelta(days=1))
    erase(session, kept.id, cause=Cause.PILOT, asked_by_id=None, now=NOW)
    assert waiting.person_public_id == kept.public_id


def test_questions_that_ran_out_are_put_to_nobody(session: Session, cast: Cast) -> None:
    marc = cast.person("Marc")
    colleague(session, cast, "Atelier Bois")
    ask = offer_step(
        session,
        cast.step(),
        organisation_id=cast.organisation("Atelier Bois").id,
        person_id=marc.id,
        word=None,
        asker_id=cast.person("Anne").id,
        now=NOW - timedelta(days=40),
    )
    erased(session, marc)
    assert questioned(session) == {marc.id}
    assert session.get_one(Ask, ask.id).expires_at < NOW
