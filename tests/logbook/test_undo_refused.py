"""What is not taken back, and the sentence that says so."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.journal.recorder import UNTRACKED
from app.logbook.queries.lines import ROWS
from app.logbook.undoing.services import (
    MOVED_ON,
    NOT_THIS,
    TOO_OLD,
    UNDONE_WITHIN,
    NotYoursError,
)
from app.plans.kinds import (
    PartnerRole,
    PartnerState,
    Stage,
)
from app.plans.models import Exchange, Flow, Theme
from app.plans.services.exchanges import end_exchange
from app.plans.services.projects import (
    add_partner,
    close_project,
    confirm_partner,
    launch_project,
    move_stage,
    retire_partner,
    say,
)
from app.plans.services.steps import (
    add_step,
    complete_step,
    describe_step,
    open_flow,
    start_step,
)
from tests.cast import NOW, TODAY, Cast
from tests.logbook.deeds import do, every_value, undo
from tests.logbook.undoing import anne_acts, partner_of, refusal
from tests.plans.working import reach

__all__ = ["anne_acts"]  # fixtures


def test_what_was_changed_since_stays_as_it_is(session: Session, cast: Cast) -> None:
    step = cast.step()
    batch = do(session, cast, "Lucie", lambda: complete_step(session, step, today=TODAY))
    do(session, cast, "Anne", lambda: start_step(session, step))
    assert refusal(session, cast, "Lucie", batch) == MOVED_ON


def test_what_is_older_than_a_month_is_changed_where_it_stands(
    session: Session, cast: Cast
) -> None:
    step = cast.step()
    batch = do(session, cast, "Lucie", lambda: complete_step(session, step, today=TODAY))
    late = NOW + UNDONE_WITHIN + timedelta(seconds=1)
    assert refusal(session, cast, "Lucie", batch, at=late) == TOO_OLD


def test_an_agreement_is_not_taken_back_by_somebody_else(session: Session, cast: Cast) -> None:
    fournil = partner_of(cast, "Le Fournil")
    fournil.state, fournil.confirmed_at = PartnerState.INVITED, None
    confirm = lambda: confirm_partner(fournil, person_id=None, text_version="1", now=NOW)  # noqa: E731
    do(session, cast, "Anne", session.flush)
    batch = do(session, cast, "Lucie", confirm)
    assert "accord" in refusal(session, cast, "Anne", batch)


def test_secrets_that_were_opened_stay_open_until_their_owner_says_so(
    session: Session, cast: Cast
) -> None:
    flow = session.scalars(select(Flow)).one()
    batch = do(session, cast, "Lucie", lambda: open_flow(flow, now=NOW))
    assert refusal(session, cast, "Lucie", batch) == NOT_THIS


def test_a_launch_is_not_taken_back(session: Session, cast: Cast) -> None:
    draft = cast.project("Piste confidentielle")
    batch = do(session, cast, "Anne", lambda: launch_project(draft, now=NOW))
    assert "brouillon" in refusal(session, cast, "Anne", batch)


def test_a_stage_whose_rule_no_longer_holds_does_not_come_back(
    session: Session, cast: Cast
) -> None:
    project = cast.project()
    do(session, cast, "Anne", lambda: reach(session, project, Stage.OPERATIONAL, TODAY))
    back = partial(move_stage, session, project, Stage.FEASIBILITY, today=TODAY)
    batch = do(session, cast, "Anne", back)
    for one in session.scalars(select(Exchange)):
        do(session, cast, "Anne", partial(end_exchange, one, until=TODAY))
    assert "Notez" in refusal(session, cast, "Anne", batch)


def test_an_axis_that_is_gone_does_not_come_back(session: Session, cast: Cast) -> None:
    project, theme = cast.project(), session.scalars(select(Theme)).one()
    project.theme_id = theme.id
    do(session, cast, "Anne", session.flush)
    batch = do(session, cast, "Anne", lambda: setattr(project, "theme_id", None))
    gone = delete(Theme).where(Theme.id == theme.id)
    session.execute(gone, execution_options={UNTRACKED: True})
    assert "n’existe plus" in refusal(session, cast, "Anne", batch)


def test_a_step_does_not_go_back_to_who_has_left(session: Session, cast: Cast) -> None:
    step, anne = cast.step(), cast.person("Anne")
    lead = cast.organisation("CC du Val d’Aubrive").id
    values = {
        "seen_version": step.version,
        "title": step.title,
        "description": "",
        "due_on": step.due_on,
        "due_text": None,
        "is_milestone": False,
        "now": NOW,
    }
    batch = do(
        session,
        cast,
        "Anne",
        lambda: describe_step(
            session, step, lead_organisation_id=lead, lead_person_id=anne.id, **values
        ),
    )
    lucie = cast.person("Lucie").id
    place = session.scalars(select(Membership).where(Membership.person_id == lucie)).one()
    do(session, cast, "Anne", lambda: setattr(place, "ended_on", TODAY))
    assert "n’est plus à cette place" in refusal(session, cast, "Anne", batch)
    retire_partner(session, partner_of(cast, "Le Fournil"))
    assert "n’est plus partenaire" in refusal(session, cast, "Anne", batch)


def test_what_began_and_what_was_said_stays(session: Session, cast: Cast) -> None:
    draft, atelier = cast.project("Piste confidentielle"), cast.organisation("Atelier Bois").id
    for deed in (
        lambda: add_partner(session, draft, organisation_id=atelier, role=PartnerRole.OBSERVER),
        lambda: say(session, draft, author_id=1, body="Bonjour", now=NOW),
    ):
        batch = do(session, cast, "Anne", deed)
        assert refusal(session, cast, "Anne", batch) == NOT_THIS


def test_what_is_too_much_to_read_at_once_is_not_undone_by_half(
    session: Session, cast: Cast
) -> None:
    steps = [
        add_step(session, cast.project(), title=f"Étape {at}", lead_organisation_id=3, now=NOW)
        for at in range(ROWS + 1)
    ]
    done = lambda: [complete_step(session, step, today=TODAY) for step in steps]  # noqa: E731
    batch = do(session, cast, "Anne", done)
    assert refusal(session, cast, "Anne", batch) == NOT_THIS


def test_what_is_a_person_s_own_affair_is_not_even_found(session: Session, cast: Cast) -> None:
    lucie = cast.person("Lucie")
    batch = do(session, cast, "Anne", lambda: setattr(lucie, "phone", "03 53 99 99 99"))
    assert not undo(session, cast, "Anne", batch)
    assert not undo(session, cast, "Lucie", batch)
    assert lucie.phone == "03 53 99 99 99"


def test_who_may_not_make_the_change_may_not_undo_it(session: Session, cast: Cast) -> None:
    project = cast.project()
    batch = do(
        session, cast, "Anne", lambda: move_stage(session, project, Stage.FEASIBILITY, today=TODAY)
    )
    before = every_value(session)
    for who in ("Lucie", "Marc", "Sylvie", "Henri", "Odile"):
        with pytest.raises(NotYoursError):
            undo(session, cast, who, batch)
    assert not undo(session, cast, "Paul", batch)
    assert not undo(session, cast, "Paul", "nosuchbatch")
    assert every_value(session) == before


def test_an_ended_project_rests(session: Session, cast: Cast) -> None:
    step, project = cast.step(), cast.project()
    batch = do(session, cast, "Lucie", lambda: complete_step(session, step, today=TODAY))
    closing = do(session, cast, "Anne", lambda: close_project(project))
    with pytest.raises(NotYoursError):
        undo(session, cast, "Lucie", batch)
    assert undo(session, cast, "Anne", closing)
    assert undo(session, cast, "Lucie", batch)
