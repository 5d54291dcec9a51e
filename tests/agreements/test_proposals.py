"""Shared decisions: put to the co-owners, silent agreement, objections, and what they run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskState
from app.agreements.jobs import settle_due
from app.agreements.kinds import ProposalKind, ProposalState
from app.agreements.models import Proposal
from app.agreements.services.proposals import (
    Wanted,
    conclude,
    propose,
    speak,
    withdraw,
)
from app.core.refusals import RefusedError
from app.journal.kinds import Action
from app.journal.models import Change
from app.plans.kinds import PartnerRole, PartnerState, ProjectState
from app.plans.services.projects import close_project
from app.reminders.queries.facts import territories, world
from tests.agreements.worlds import act, asked, mails_to, part_of, put_forward
from tests.cast import NOW, TODAY, Cast

AFTER = NOW + timedelta(days=20)


def settle(session: Session, now: object = AFTER) -> None:
    bind = session.get_bind()
    session.commit()
    settle_due(lambda: Session(bind.engine), now)  # type: ignore[arg-type]
    session.expire_all()


def test_closing_a_shared_project_waits_for_the_other_owner(session: Session, cast: Cast) -> None:
    proposal = put_forward(session, cast)
    assert proposal.state is ProposalState.OPEN
    assert set(asked(session, proposal)) == {"CCI des Deux Rives"}
    assert cast.project().state is ProjectState.ACTIVE
    assert len(mails_to(session, "Karim")) == 1


def test_contributors_and_onlookers_are_not_asked(session: Session, cast: Cast) -> None:
    put_forward(session, cast)
    for name in ("Lucie", "Marc", "Sylvie", "Henri"):
        assert mails_to(session, name) == []


def test_without_objection_it_takes_effect_after_ten_working_days(
    session: Session, cast: Cast
) -> None:
    proposal = put_forward(session, cast)
    settle(session, NOW + timedelta(days=2))
    assert cast.project().state is ProjectState.ACTIVE
    settle(session)
    assert cast.project().state is ProjectState.CLOSED
    assert proposal.state is ProposalState.EFFECTIVE


def test_the_last_day_belongs_to_whoever_objects(session: Session, cast: Cast) -> None:
    proposal = put_forward(session, cast)
    last = NOW + timedelta(days=(proposal.open_until - TODAY).days)
    settle(session, last)
    assert proposal.state is ProposalState.OPEN
    settle(session, last + timedelta(days=1))
    assert proposal.state is ProposalState.EFFECTIVE


def test_it_takes_effect_once_however_often_the_job_runs(session: Session, cast: Cast) -> None:
    proposal = put_forward(session, cast)
    for _ in range(3):
        settle(session)
    closings = session.scalars(
        select(Change).where(
            Change.entity == "Project",
            Change.entity_id == proposal.project_id,
            Change.action == Action.UPDATED,
        )
    ).all()
    assert [change.fields["state"] for change in closings] == [["active", "closed"]]


def test_everybody_s_yes_makes_waiting_needless(session: Session, cast: Cast) -> None:
    proposal = put_forward(session, cast)
    say(session, cast, proposal, "Karim", agrees=True)
    assert cast.project().state is ProjectState.CLOSED


def test_an_objection_stops_nothing_and_goes_to_the_meeting(session: Session, cast: Cast) -> None:
    proposal = put_forward(session, cast)
    before = _due_steps(session)
    say(session, cast, proposal, "Karim", agrees=False, words="Il reste les caisses")
    settle(session)
    assert proposal.state is ProposalState.OBJECTED
    assert cast.project().state is ProjectState.ACTIVE
    assert _due_steps(session) == before


def _due_steps(session: Session) -> set[int]:
    """The steps that relances speak of."""
    facts = world(session, territories(session), first=TODAY, last=TODAY + timedelta(days=14)).facts
    return {fact.id for fact in facts if fact.project_active}


def test_what_is_pending_blocks_neither_steps_nor_relances(session: Session, cast: Cast) -> None:
    before = _due_steps(session)
    put_forward(session, cast, ProposalKind.ABANDON, reason="Le four est vendu")
    assert _due_steps(session) == before


def test_an_objection_says_why(session: Session, cast: Cast) -> None:
    proposal = put_forward(session, cast)
    with pytest.raises(RefusedError, match="ce qui vous retient"):
        say(session, cast, proposal, "Karim", agrees=False)


def test_whoever_objected_may_come_round(session: Session, cast: Cast) -> None:
    proposal = put_forward(session, cast)
    say(session, cast, proposal, "Karim", agrees=False, words="Pas encore")
    say(session, cast, proposal, "Karim", agrees=True)
    assert proposal.state is ProposalState.EFFECTIVE
    assert cast.project().state is ProjectState.CLOSED


def test_the_meeting_settles_an_objection_either_way(session: Session, cast: Cast) -> None:
    for adopted, state in ((False, ProposalState.DROPPED), (True, ProposalState.EFFECTIVE)):
        proposal = put_forward(session, cast)
        say(session, cast, proposal, "Karim", agrees=False, words="À voir ensemble")
        act(session, cast, "Anne")
        conclude(session, proposal, adopted=adopted, now=NOW)
        assert proposal.state is state
        session.commit()
    assert cast.project().state is ProjectState.CLOSED


def test_a_proposal_taken_back_asks_nobody_any_more(session: Session, cast: Cast) -> None:
    proposal = put_forward(session, cast)
    withdraw(session, proposal, now=NOW)
    settle(session)
    assert cast.project().state is ProjectState.ACTIVE
    assert [ask.state for ask in asked(session, proposal).values()] == [AskState.WITHDRAWN]
    with pytest.raises(RefusedError, match="déjà réglée"):
        say(session, cast, proposal, "Karim", agrees=True)


def test_the_same_is_proposed_once_at_a_time(session: Session, cast: Cast) -> None:
    put_forward(session, cast)
    with pytest.raises(RefusedError, match="déjà proposé"):
        put_forward(session, cast, by="Karim")


def test_a_draft_and_a_sole_owner_wait_for_nobody(session: Session, cast: Cast) -> None:
    draft = cast.project("Piste confidentielle")
    anne = act(session, cast, "Anne")
    made = propose(
        session, draft, Wanted(ProposalKind.CLOSE), person_id=anne, speaks_for=(), now=NOW
    )
    assert made.state is ProposalState.EFFECTIVE
    part_of(cast, "CCI des Deux Rives").state = PartnerState.RETIRED
    assert put_forward(session, cast).state is ProposalState.EFFECTIVE
    assert mails_to(session, "Karim") == []


def test_the_lead_passes_only_to_whoever_says_yes(session: Session, cast: Cast) -> None:
    cci = part_of(cast, "CCI des Deux Rives")
    proposal = put_forward(session, cast, ProposalKind.LEAD, partner=cci)
    settle(session)
    assert proposal.state is ProposalState.LAPSED
    assert cci.role is PartnerRole.CO_OWNER
    proposal = put_forward(session, cast, ProposalKind.LEAD, partner=cci)
    say(session, cast, proposal, "Karim", agrees=True)
    assert cci.role is PartnerRole.LEAD
    assert part_of(cast, "CC du Val d’Aubrive").role is PartnerRole.CO_OWNER


def test_a_lead_that_is_declined_is_dropped_and_not_discussed(session: Session, cast: Cast) -> None:
    cci = part_of(cast, "CCI des Deux Rives")
    proposal = put_forward(session, cast, ProposalKind.LEAD, partner=cci)
    say(session, cast, proposal, "Karim", agrees=False)
    assert proposal.state is ProposalState.DROPPED


def test_a_partner_is_heard_before_it_is_removed(session: Session, cast: Cast) -> None:
    fournil = part_of(cast, "Le Fournil")
    proposal = put_forward(session, cast, ProposalKind.REMOVE, partner=fournil)
    assert set(asked(session, proposal)) == {"CCI des Deux Rives", "Le Fournil"}
    settle(session)
    assert fournil.state is PartnerState.RETIRED


def test_a_name_on_a_list_is_removed_at_once(session: Session, cast: Cast) -> None:
    act(session, cast, "Anne")
    fournil = part_of(cast, "Le Fournil")
    fournil.state, fournil.confirmed_at = PartnerState.APPROACHED, None
    put_forward(session, cast, ProposalKind.REMOVE, partner=fournil)
    assert fournil.state is PartnerState.RETIRED


def test_becoming_a_co_owner_takes_one_s_own_yes(session: Session, cast: Cast) -> None:
    fournil = part_of(cast, "Le Fournil")
    proposal = put_forward(
        session, cast, ProposalKind.ROLE, partner=fournil, role=PartnerRole.CO_OWNER
    )
    say(session, cast, proposal, "Karim", agrees=True)
    assert fournil.role is PartnerRole.CONTRIBUTOR
    say(session, cast, proposal, "Lucie", agrees=True)
    assert fournil.role is PartnerRole.CO_OWNER


def test_what_has_become_impossible_lapses_and_says_why(session: Session, cast: Cast) -> None:
    proposal = put_forward(session, cast, ProposalKind.ABANDON, reason="Plus de four")
    close_project(cast.project())
    settle(session)
    assert proposal.state is ProposalState.LAPSED
    assert proposal.note == "Ce projet est terminé entre-temps."
    assert cast.project().state is ProjectState.CLOSED


def test_one_that_cannot_be_settled_does_not_stop_the_others(
    session: Session, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    fournil, atelier = part_of(cast, "Le Fournil"), part_of(cast, "Atelier Bois")
    spoilt = put_forward(session, cast, ProposalKind.REMOVE, partner=fournil)
    good = put_forward(session, cast, ProposalKind.REMOVE, partner=atelier)
    # a zone that this machine does not know
    session.connection().exec_driver_sql(
        "UPDATE territory SET time_zone = 'Nowhere/Land' WHERE id = "
        f"(SELECT territory_id FROM proposal WHERE id = {spoilt.id})"
    )
    settle(session)
    assert good.state is ProposalState.OPEN
    assert caplog.text.count("could not be settled") == 2


def test_the_journal_tells_who_proposed_who_answered_and_what_changed(
    session: Session, cast: Cast
) -> None:
    proposal = put_forward(session, cast)
    say(session, cast, proposal, "Karim", agrees=False, words="Il reste les caisses")
    session.commit()
    lines = session.scalars(
        select(Change).where(Change.project_id == proposal.project_id).order_by(Change.id)
    ).all()
    told = [(line.entity, line.actor_id) for line in lines]
    anne, karim = cast.person("Anne").id, cast.person("Karim").id
    assert ("Proposal", anne) in told and ("Ask", karim) in told
    assert any(line.fields.get("words") == [None, "Il reste les caisses"] for line in lines)


def say(
    session: Session,
    cast: Cast,
    proposal: Proposal,
    name: str,
    *,
    agrees: bool,
    words: str | None = None,
) -> None:
    person_id = act(session, cast, name)
    place = cast.person(name).memberships[0].organisation.name
    ask = asked(session, proposal)[place]
    speak(session, proposal, ask, agrees=agrees, words=words, person_id=person_id, now=NOW)
