"""Quantities: opened one by one by whoever declared them, closed again, and asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind
from app.accounts.services import asks
from app.accounts.sessions import viewer_of
from app.agreements.services.openings import ask_to_read
from app.plans.kinds import PartnerState
from app.plans.rules import amount_newcomers, amount_readers, sees_amounts
from app.plans.services.steps import set_reader
from tests.agreements.worlds import act, mails_to, open_asks, part_of
from tests.cast import CAST, NOW, Cast
from tests.parts.examples import ON_ONE_FIXTURE


def reads(session: Session, cast: Cast, name: str) -> bool:
    viewer = viewer_of(session, cast.person(name).id)
    assert viewer is not None
    project = cast.project()
    return sees_amounts(viewer, project, project.flows[0])


def test_a_funder_reads_what_was_opened_by_name_and_nothing_before(
    session: Session, cast: Cast
) -> None:
    act(session, cast, "Lucie")
    assert not reads(session, cast, "Sylvie")
    fund = cast.organisation("Agence du Cycle").id
    set_reader(cast.project().flows[0], fund, is_open=True, now=NOW)
    assert reads(session, cast, "Sylvie")
    assert not reads(session, cast, "Henri")


def test_what_is_closed_is_closed_at_once_and_stays_closed(session: Session, cast: Cast) -> None:
    act(session, cast, "Lucie")
    [flow] = cast.project().flows
    cci = cast.organisation("CCI des Deux Rives").id
    assert reads(session, cast, "Karim")
    set_reader(flow, cci, is_open=False, now=NOW)
    assert not reads(session, cast, "Karim")
    flow.opened_at = NOW
    assert not reads(session, cast, "Karim")
    assert cci not in amount_newcomers(cast.project(), flow)


def test_nobody_closes_their_own_figure_to_themselves(session: Session, cast: Cast) -> None:
    act(session, cast, "Lucie")
    set_reader(cast.project().flows[0], cast.organisation("Le Fournil").id, is_open=False, now=NOW)
    assert reads(session, cast, "Lucie")


def test_asking_changes_nothing_before_the_yes(session: Session, cast: Cast) -> None:
    fund = cast.organisation("Agence du Cycle").id
    sylvie = act(session, cast, "Sylvie")
    [flow] = cast.project().flows
    ask = ask_to_read(session, flow, reader_id=fund, asker_id=sylvie, now=NOW)
    again = ask_to_read(session, flow, reader_id=fund, asker_id=sylvie, now=NOW)
    assert ask is again
    assert len(open_asks(session, AskKind.OPENING)) == len(mails_to(session, "Lucie")) == 1
    assert not reads(session, cast, "Sylvie")
    asks.accept(session, ask, person_id=act(session, cast, "Lucie"), now=NOW)
    assert reads(session, cast, "Sylvie")


def test_a_no_leaves_it_closed(session: Session, cast: Cast) -> None:
    fund = cast.organisation("Agence du Cycle").id
    sylvie = act(session, cast, "Sylvie")
    ask = ask_to_read(session, cast.project().flows[0], reader_id=fund, asker_id=sylvie, now=NOW)
    asks.decline(session, ask, person_id=act(session, cast, "Lucie"), now=NOW)
    assert not reads(session, cast, "Sylvie")


def test_whoever_left_before_the_answer_is_shown_nothing(session: Session, cast: Cast) -> None:
    sylvie = act(session, cast, "Sylvie")
    fund = cast.organisation("Agence du Cycle").id
    ask = ask_to_read(session, cast.project().flows[0], reader_id=fund, asker_id=sylvie, now=NOW)
    part_of(cast, "Agence du Cycle").state = PartnerState.RETIRED
    session.flush()
    with pytest.raises(asks.NoLongerStandsError):
        asks.accept(session, ask, person_id=act(session, cast, "Lucie"), now=NOW)


SAID = st.lists(
    st.tuples(
        st.sampled_from(
            ["CC du Val d’Aubrive", "CCI des Deux Rives", "Atelier Bois", "Agence du Cycle"]
        ),
        st.sampled_from(["open", "close", "retire", "return"]),
    ),
    max_size=8,
)


@settings(suppress_health_check=ON_ONE_FIXTURE, max_examples=60)
@given(SAID)
def test_nobody_ever_reads_whom_the_owner_did_not_leave_in(
    session: Session, cast: Cast, said: list[tuple[str, str]]
) -> None:
    """Whatever the order of opening, closing, leaving and coming back.

    A reader is a live partner; the last word of the owner wins over the default; and those whom
    no word concerns read only as partners that were confirmed before the figure was declared.
    """
    act(session, cast, "Lucie")
    project = cast.project()
    [flow] = project.flows
    last: dict[str, bool] = {}
    for name, what in said:
        part = part_of(cast, name)
        if what in ("open", "close"):
            set_reader(flow, part.organisation_id, is_open=what == "open", now=NOW)
            last[name] = what == "open"
        elif what == "retire":
            part.state = PartnerState.RETIRED
        elif part.state is PartnerState.RETIRED:
            part.state = PartnerState.INVITED
    names = {p.organisation_id: p for p in project.partners}
    for organisation_id in amount_readers(project, flow):
        part = names[organisation_id]
        assert part.state is not PartnerState.RETIRED
        word = last.get(part.organisation.name)
        assert word is not False
        assert word or part.state is PartnerState.CONFIRMED
    for name in CAST:
        viewer = viewer_of(session, cast.person(name).id)
        assert viewer is not None
        mine = {names[one].organisation.name for one in viewer.organisations if one in names}
        if sees_amounts(viewer, project, flow) and name != "Lucie":
            assert any(last.get(one, one != "Agence du Cycle") for one in mine)
    session.rollback()
