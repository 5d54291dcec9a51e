"""Money and figures that were taken off come back from the journal, by who may take them off."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.logbook.undoing.services import NotYoursError
from app.plans.kinds import FundingState, MeasureMethod
from app.plans.models import Funding, Indicator, Measurement
from app.plans.periods import whole_year
from app.plans.services.funding import FundingText, add_funding, remove_funding
from app.plans.services.measuring import (
    ValueText,
    add_indicator,
    measure,
    remove_indicator,
    withdraw,
)
from tests.cast import NOW, TODAY, Cast
from tests.logbook.deeds import do, undo


@pytest.fixture
def indicator(session: Session, cast: Cast) -> Indicator:
    made: list[Indicator] = []
    do(
        session,
        cast,
        "Anne",
        lambda: made.append(
            add_indicator(session, cast.project(), name="Pain sauvé", unit="t", axis=None)
        ),
    )
    return made[0]


def note(session: Session, cast: Cast, indicator: Indicator) -> Measurement:
    marcs = cast.organisation("Atelier Bois").id
    text = ValueText(whole_year(2025), Decimal(32), MeasureMethod.MEASURED, organisation_id=marcs)
    made: list[Measurement] = []
    deed = lambda: made.append(measure(session, indicator, text, now=NOW, today=TODAY))  # noqa: E731
    do(session, cast, "Marc", deed)
    return made[0]


def test_a_funder_comes_back(session: Session, cast: Cast) -> None:
    text = FundingText("ADEME", None, 1_200_000, None, FundingState.GRANTED)
    made: list[Funding] = []
    do(session, cast, "Anne", lambda: made.append(add_funding(session, cast.project(), text)))
    [line] = made
    batch = do(session, cast, "Anne", lambda: remove_funding(line, now=NOW))
    assert undo(session, cast, "Karim", batch)
    assert line.removed_at is None


def test_an_indicator_comes_back_unless_its_name_is_taken(
    session: Session, cast: Cast, indicator: Indicator
) -> None:
    batch = do(session, cast, "Anne", lambda: remove_indicator(indicator, now=NOW))
    project = cast.project()
    do(
        session,
        cast,
        "Karim",
        lambda: add_indicator(session, project, name="Pain sauvé", unit="kg", axis=None),
    )
    with pytest.raises(RefusedError, match="déjà un indicateur de ce nom"):
        undo(session, cast, "Anne", batch)


def test_a_contributor_takes_its_own_value_back_and_nobody_else_s(
    session: Session, cast: Cast, indicator: Indicator
) -> None:
    value = note(session, cast, indicator)
    batch = do(session, cast, "Marc", lambda: withdraw(value, now=NOW))
    assert undo(session, cast, "Marc", batch)
    assert value.removed_at is None
    batch = do(session, cast, "Marc", lambda: withdraw(value, now=NOW))
    with pytest.raises(NotYoursError):
        undo(session, cast, "Lucie", batch)
