"""Rows that an import has read are emptied after 90 days; what it did can still be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.imports.jobs import KEPT, forget_rows
from app.imports.models import Import
from app.imports.services.undoing import undo
from app.plans.models import Project
from tests.cast import NOW, Cast
from tests.imports.samples import brought, line
from tests.imports.test_services import applied, everything

pytestmark = pytest.mark.usefixtures("anne_acts")
As = Callable[[str], FlaskClient]
LATER = NOW + KEPT


def beside(session: Session) -> Callable[[], Session]:
    """Opens sessions on the same database."""
    return lambda: Session(session.get_bind())


def test_rows_are_emptied_once_and_their_import_can_be_taken_back(
    session: Session, cast: Cast
) -> None:
    before = everything(session)
    found = brought(session, cast, line(action="Autre", lead="Vallon (M. X)"))
    applied(session, cast, found)

    open_session = beside(session)
    assert forget_rows(open_session, LATER - timedelta(seconds=1)) == 0
    assert (forget_rows(open_session, LATER), forget_rows(open_session, LATER)) == (1, 0)
    session.refresh(found)
    assert (found.tables, found.corrections, found.names) == ([], {}, {})
    assert found.forgotten_at == LATER
    undo(session, found, now=LATER)
    session.commit()
    assert everything(session) == before


def test_an_old_preview_says_that_its_rows_are_gone(session: Session, cast: Cast, as_: As) -> None:
    found = brought(session, cast, line(action="Autre"))
    session.commit()
    forget_rows(beside(session), LATER)
    session.refresh(found)
    anne, here = as_("Anne"), f"/importations/{found.public_id}"
    assert "Les lignes de cet aperçu ont été effacées" in anne.get(here).text
    lead = cast.organisation("CC du Val d’Aubrive").id
    told = anne.post(f"{here}/appliquer", data={"lead": lead}, follow_redirects=True).text
    assert "importez-le de nouveau" in told
    assert session.scalars(select(Project).where(Project.title == "Autre")).all() == []
    assert session.scalars(select(Import.state)).one() == "draft"
