"""What the tests of an undo share: somebody acts, and a refusal changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.models import Partner
from tests.cast import NOW, Cast
from tests.logbook.deeds import every_value, undo


@pytest.fixture(autouse=True)
def anne_acts(session: Session, cast: Cast) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)


def partner_of(cast: Cast, name: str) -> Partner:
    return next(one for one in cast.project().partners if one.organisation.name == name)


def refusal(session: Session, cast: Cast, who: str, batch: str, **more: Any) -> str:
    """The sentence; and nothing has changed."""
    before = every_value(session)
    with pytest.raises(RefusedError) as refused:
        undo(session, cast, who, batch, **more)
    assert every_value(session) == before
    return str(refused.value)
