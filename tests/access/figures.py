"""The project's money and figures that the access matrix speaks of."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from app.core import clock
from app.plans.kinds import FundingState, MeasureMethod
from app.plans.periods import whole_year
from app.plans.services.funding import FundingText, add_funding
from app.plans.services.measuring import TargetText, ValueText, add_indicator, aim, measure
from tests.cast import Cast


def figures(session: Session, cast: Cast) -> dict[str, str]:
    """A line of the budget; an indicator with a target, and the value that Marc's firm gave."""
    project, now = cast.project(), clock.now()
    said = FundingText("ADEME", None, 1_200_000, None, FundingState.GRANTED)
    line = add_funding(session, project, said)
    indicator = add_indicator(session, project, name="Chutes réemployées", unit="t", axis=None)
    target = aim(session, indicator, TargetText(now.year + 1, Decimal(50)), now=now)
    told = ValueText(
        whole_year(now.year - 1),
        Decimal(32),
        MeasureMethod.MEASURED,
        organisation_id=cast.organisation("Atelier Bois").id,
    )
    value = measure(session, indicator, told, now=now, today=now.date())
    return {
        "funding": line.public_id,
        "indicator": indicator.public_id,
        "target": target.public_id,
        "value": value.public_id,
    }
