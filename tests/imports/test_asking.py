"""Names are asked for where something hangs on them, and no text is lost where nothing does."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.imports import tracker
from app.imports.models import Import
from app.imports.queries import known_plan
from app.imports.services.applying import apply
from app.imports.services.preparing import bring, prepare, say_names
from app.imports.writing import workbook
from app.plans.kinds import ProjectState
from app.plans.models import TrackingSheet
from app.sheets.reading import read_file
from tests.cast import NOW, TODAY, Cast
from tests.imports.samples import brought, line
from tests.imports.test_services import applied, everything

pytestmark = pytest.mark.usefixtures("anne_acts")


def asked(session: Session, found: Import) -> tuple[list[str], list[str]]:
    """The names to be confirmed, and those that may be."""
    prepared = prepare(session, found)
    return (
        [one.piece.name for one in prepared.questions.values()],
        [one.piece.name for one in prepared.spare.values()],
    )


def as_it_is(session: Session, cast: Cast, found: Import) -> None:
    lead = cast.organisation("CC du Val d’Aubrive").id
    apply(session, found, default_lead_id=lead, launches=False, now=NOW, today=TODAY)
    session.commit()


def notes_of(session: Session, cast: Cast, title: str) -> str:
    own = (TrackingSheet.project_id == cast.project(title).id) & TrackingSheet.step_id.is_(None)
    return session.scalars(select(TrackingSheet.notes).where(own)).one()


def test_an_action_that_the_file_calls_done_asks_nothing_and_keeps_its_text(
    session: Session, cast: Cast
) -> None:
    before = everything(session)["organisation"], everything(session)["person"]
    found = brought(
        session,
        cast,
        line(action="Ancienne", lead="Vallon + Roc (M. X)", partners="Le Fournil; Brique",
             status="Réalisé"),
        line(action="Ancienne", step="Une étape", lead="Tuilerie"),
        line(action="Arrêtée", lead="Vallon", status="Abandonné"),
    )  # fmt: skip
    assert asked(session, found) == ([], ["Vallon", "Roc", "M. X", "Brique", "Tuilerie"])
    as_it_is(session, cast, found)
    assert notes_of(session, cast, "Ancienne").split("\n") == [
        "Structure pilote : Vallon + Roc (M. X)",
        "Partenaires : Le Fournil; Brique",
    ]
    assert notes_of(session, cast, "Arrêtée") == "Structure pilote : Vallon"
    names = [one.organisation.name for one in cast.project("Ancienne").partners]
    assert names == ["CC du Val d’Aubrive", "Le Fournil"]
    assert cast.project("Ancienne").state is ProjectState.CLOSED
    assert before == (everything(session)["organisation"], everything(session)["person"])
    again = brought(session, cast, line(action="Arrêtée", lead="Vallon", status="Abandonné"))
    assert [one.outcome.value for one in prepare(session, again).decisions] == ["same"]


def test_a_name_of_an_ended_action_may_be_confirmed(session: Session, cast: Cast) -> None:
    found = brought(session, cast, line(action="Ancienne", lead="Vallon", status="Réalisé"))
    spare = prepare(session, found).spare
    say_names(found, {key: one.suggested for key, one in spare.items()}, ())
    as_it_is(session, cast, found)
    assert [one.organisation.name for one in cast.project("Ancienne").partners] == ["Vallon"]


def test_a_name_that_a_running_action_has_too_is_asked(session: Session, cast: Cast) -> None:
    found = brought(
        session,
        cast,
        line(action="Ancienne", lead="Vallon", status="Réalisé"),
        line(action="Nouvelle", lead="Vallon"),
    )
    assert asked(session, found) == (["Vallon"], [])


def test_an_action_that_has_ended_here_asks_nothing_and_makes_nobody(
    session: Session, cast: Cast
) -> None:
    project = cast.project()
    project.state = ProjectState.CLOSED
    session.flush()
    before = everything(session)
    row = line(action=project.title, lead="Vallon (M. X)", status="En cours")
    found = brought(session, cast, row, line(action=project.title, step="De plus", lead="Roc"))
    assert asked(session, found) == ([], [])
    applied(session, cast, found)
    assert everything(session) == before
    assert session.scalars(select(Organisation).where(Organisation.name == "Roc")).all() == []


def test_somebody_who_is_a_contact_there_is_not_asked_again(session: Session, cast: Cast) -> None:
    row = line(action="Autre", lead="Vallon (M. Xavier)")
    applied(session, cast, brought(session, cast, row))
    before = everything(session)
    again = brought(session, cast, row, line(action="Encore", lead="Vallon (Xavier)"))
    assert asked(session, again) == (["Vallon (Xavier)"], [])
    again = brought(session, cast, row)
    assert asked(session, again) == ([], [])
    as_it_is(session, cast, again)
    assert everything(session) == before


def test_a_text_that_was_kept_goes_out_and_comes_back_as_it_is(
    session: Session, cast: Cast
) -> None:
    found = brought(
        session,
        cast,
        line(action="Ancienne", lead="Vallon + Roc (M. X)", end="fin juin ?", status="Réalisé"),
        line(action="Ancienne", step="Une étape", lead="Tuilerie", status="Réalisé", end="T2"),
    )
    as_it_is(session, cast, found)
    plan = known_plan(session, cast.plan().id).projects
    again = bring(
        session,
        plan=cast.plan(),
        file_name="export.xlsx",
        sheets=read_file(
            "export.xlsx", workbook(tracker.headings(plan), tracker.rows(plan, TODAY))
        ),
        person_id=cast.person("Anne").id,
        now=NOW,
    )
    assert asked(session, again) == ([], [])
    counts = prepare(session, again).counts()
    assert {name for name, count in counts.items() if count} == {"same"}
