"""What comes in from a tracker becomes projects and steps, once, and can be taken back whole."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, Person
from app.accounts.services.belonging import attach
from app.core.refusals import RefusedError
from app.imports.kinds import Outcome
from app.imports.models import Import
from app.imports.names import Choice
from app.imports.services.applying import apply
from app.imports.services.preparing import Prepared, bring, prepare, say_names
from app.imports.services.undoing import SHARED, undo
from app.outbox.models import Mail
from app.plans.kinds import FundingState, PartnerRole, Priority, ProjectState, StepStatus
from app.plans.models import Funding, Partner, Project, Step, Theme, TrackingSheet
from app.plans.services.funding import FundingText, add_funding
from app.sheets.reading import read_text
from tests.cast import NOW, TODAY, Cast
from tests.imports.samples import brought, line

ROWS = (
    line(
        theme="1 Flux",
        action="Réemploi des caisses",
        description="Caisses en bois",
        governance="COPIL",
        lead="CC du Val d’Aubrive",
        partners="Atelier Bois; Le Fournil",
        funder="ADEME",
        amount="12 000,50 €",
        budget="20 000 €",
        priority="Élevé",
        start="01/03/2026",
        end="fin 2027 ?",
    ),
    line(theme="1 Flux", action="Réemploi des caisses", step="Compter", lead="Atelier Bois",
         person="Marc Oudot", end="17/04/2026", status="En cours"),
    line(theme="1 Flux", action="Réemploi des caisses", step="Convention", end="T2"),
)  # fmt: skip


pytestmark = pytest.mark.usefixtures("anne_acts")


def applied(session: Session, cast: Cast, found: Import, *, launches: bool = False) -> Prepared:
    """The names as they are suggested, then everything at once."""
    questions = prepare(session, found).names.questions
    say_names(found, {one.key: one.suggested for one in questions.values()}, ())
    lead = cast.organisation("CC du Val d’Aubrive").id
    done = apply(session, found, default_lead_id=lead, launches=launches, now=NOW, today=TODAY)
    session.commit()
    return done


def everything(session: Session) -> dict[str, int]:
    models = (Project, Step, Partner, Theme, Funding, TrackingSheet, Organisation, Person)
    return {
        one.__tablename__: session.scalar(select(func.count()).select_from(one)) or 0
        for one in (*models, Membership)
    }


def test_a_row_becomes_a_draft_with_all_that_it_says(session: Session, cast: Cast) -> None:
    applied(session, cast, brought(session, cast, *ROWS))
    project = cast.project("Réemploi des caisses")
    assert project.state is ProjectState.DRAFT
    assert project.theme and project.theme.title == "1 Flux"
    assert (project.priority, project.budget_cents) == (Priority.HIGH, 2_000_000)
    assert (project.starts_on, project.ends_on) == (date(2026, 3, 1), None)
    assert {(one.organisation.name, one.role) for one in project.partners} == {
        ("CC du Val d’Aubrive", PartnerRole.LEAD),
        ("Atelier Bois", PartnerRole.CONTRIBUTOR),
        ("Le Fournil", PartnerRole.CONTRIBUTOR),
    }
    [funding] = session.scalars(select(Funding))
    assert (funding.funder, funding.amount_cents) == ("ADEME", 1_200_050)
    sheet = session.scalars(select(TrackingSheet).where(TrackingSheet.step_id.is_(None))).one()
    assert (sheet.governance, sheet.ends_text) == ("COPIL", "fin 2027 ?")
    count, agree = project.steps
    assert (count.title, count.due_on, count.status) == (
        "Compter",
        date(2026, 4, 17),
        StepStatus.IN_PROGRESS,
    )
    assert count.lead_person and count.lead_person.name == "Marc Oudot"
    assert (agree.due_on, agree.due_text) == (None, "T2")


def test_importing_again_changes_nothing(session: Session, cast: Cast) -> None:
    applied(session, cast, brought(session, cast, *ROWS))
    before = everything(session)
    again = applied(session, cast, brought(session, cast, *ROWS))
    assert everything(session) == before
    assert again.counts()[Outcome.SAME] == 3
    assert sum(again.counts().values()) == 3


def test_a_change_in_the_file_comes_in_and_a_change_here_stays(
    session: Session, cast: Cast
) -> None:
    applied(session, cast, brought(session, cast, *ROWS))
    cast.step("Compter").title = "Compter les caisses"
    cast.project("Réemploi des caisses").description = "Écrit ici"
    session.commit()
    moved = line(theme="1 Flux", action="Réemploi des caisses", step="Compter",
                 lead="Atelier Bois", end="30/06/2026", status="Réalisé")  # fmt: skip
    applied(session, cast, brought(session, cast, ROWS[0], moved, ROWS[2]))
    step = cast.step("Compter les caisses")
    assert (step.due_on, step.status) == (date(2026, 6, 30), StepStatus.DONE)
    assert cast.project("Réemploi des caisses").description == "Écrit ici"


def test_what_both_sides_changed_is_asked(session: Session, cast: Cast) -> None:
    applied(session, cast, brought(session, cast, *ROWS))
    cast.project("Réemploi des caisses").description = "Écrit ici"
    session.commit()
    other = [*ROWS[0]]
    other[5] = "Écrit dans le tableau"
    found = brought(session, cast, other)
    [decision] = prepare(session, found).decisions
    assert decision.outcome is Outcome.CHECK
    applied(session, cast, found)
    assert cast.project("Réemploi des caisses").description == "Écrit ici"
    found = brought(session, cast, other)
    found.corrections = {"wanted": [decision.key]}
    applied(session, cast, found)
    assert cast.project("Réemploi des caisses").description == "Écrit dans le tableau"


def test_everything_is_taken_back_in_one_go(session: Session, cast: Cast) -> None:
    before = everything(session)
    rows = (*ROWS, line(action="Autre", lead="Vallon (M. X)"))
    found = brought(session, cast, *rows)
    applied(session, cast, found)
    assert everything(session) != before
    assert undo(session, found, now=NOW) == []
    session.commit()
    assert everything(session) == before


def test_taking_back_an_update_restores_what_stood_there(session: Session, cast: Cast) -> None:
    project = cast.project()
    was = (project.title, project.description, project.budget_cents)
    found = brought(
        session, cast, line(action=project.title, description="Du tableau", budget="5000")
    )
    applied(session, cast, found)
    session.refresh(project)
    assert (project.description, project.budget_cents) == ("Du tableau", 500_000)
    undo(session, found, now=NOW)
    session.commit()
    session.refresh(project)
    assert (project.title, project.description, project.budget_cents) == was


def test_a_funder_that_a_file_no_longer_has_comes_back_with_the_undo(
    session: Session, cast: Cast
) -> None:
    project = cast.project()
    paid = FundingText("Région", None, 500_000, 100_000, FundingState.PAID)
    kept = add_funding(session, project, paid)
    session.commit()
    found = brought(session, cast, line(action=project.title, funder="ADEME", amount="12 000 €"))
    applied(session, cast, found)
    live = select(Funding).where(Funding.removed_at.is_(None))
    assert [one.funder for one in session.scalars(live)] == ["ADEME"]
    undo(session, found, now=NOW)
    session.commit()
    assert [(one.id, one.state) for one in session.scalars(live)] == [(kept.id, FundingState.PAID)]


def test_what_was_touched_since_stays_and_is_told(session: Session, cast: Cast) -> None:
    found = brought(session, cast, *ROWS)
    applied(session, cast, found)
    cast.step("Compter").title = "Compter mieux"
    session.commit()
    stays = undo(session, found, now=NOW)
    session.commit()
    assert {(one.table, one.title) for one in stays} == {
        ("step", "Compter mieux"),
        ("project", "Réemploi des caisses"),
        ("theme", "1 Flux"),
    }
    assert [step.title for step in cast.project("Réemploi des caisses").steps] == ["Compter mieux"]


def test_names_are_confirmed_before_anything_is_written(session: Session, cast: Cast) -> None:
    found = brought(session, cast, line(action="Autre", lead="CCI + Vallon (M. X)"))
    lead = cast.organisation("CC du Val d’Aubrive").id
    with pytest.raises(RefusedError, match="Confirmez d’abord les noms"):
        apply(session, found, default_lead_id=lead, launches=False, now=NOW, today=TODAY)
    questions = prepare(session, found).names.questions
    assert {one.piece.name: one.suggested.choice.value for one in questions.values()} == {
        "CCI": "known",
        "Vallon": "new",
        "M. X": "person",
    }
    applied(session, cast, found)
    project = cast.project("Autre")
    assert [(one.organisation.name, one.role.value) for one in project.partners] == [
        ("CCI des Deux Rives", "lead"),
        ("Vallon", "co_owner"),
    ]
    members = session.scalars(
        select(Person.name)
        .join(Membership)
        .where(Membership.organisation_id == cast.organisation("Vallon").id)
    )
    assert list(members) == ["M. X"]
    again = brought(session, cast, line(action="Encore", lead="CCI + Vallon"))
    assert prepare(session, again).names.questions == {}


def test_a_hundred_and_twenty_late_steps_leave_the_outbox_empty(
    session: Session, cast: Cast
) -> None:
    rows = [
        line(action=f"Action {n // 10}", step=f"Étape {n}", lead="Le Fournil", end="01/02/2026")
        for n in range(120)
    ]
    applied(session, cast, brought(session, cast, *rows), launches=True)
    late = select(func.count()).select_from(Step).where(Step.due_on == date(2026, 2, 1))
    assert session.scalar(late) == 120
    assert session.scalar(select(func.count()).select_from(Mail)) == 0


def test_a_shared_project_keeps_its_lead_and_its_end(session: Session, cast: Cast) -> None:
    project = cast.project()
    found = brought(session, cast, line(action=project.title, lead="Le Fournil", status="Réalisé"))
    [decision] = prepare(session, found).decisions
    assert decision.outcome is Outcome.SAME
    applied(session, cast, found)
    session.refresh(project)
    assert project.state is ProjectState.ACTIVE


def test_a_choice_without_an_organisation_is_refused(session: Session, cast: Cast) -> None:
    found = brought(session, cast, line(action="Autre", lead="Vallon"))
    [question] = prepare(session, found).names.questions.values()
    with pytest.raises(RefusedError, match="Choisissez une organisation"):
        say_names(found, {question.key: Choice(question.suggested.choice, "")}, ())


@pytest.mark.parametrize(
    ("state", "word"), [(ProjectState.CLOSED, "done"), (ProjectState.ABANDONED, "abandoned")]
)
def test_what_has_ended_is_left_as_it_stands(
    session: Session, cast: Cast, state: ProjectState, word: str
) -> None:
    project = cast.project()
    project.state, project.ended_reason = state, "Fini." if word == "abandoned" else None
    session.flush()
    before = everything(session)
    moved = line(action=project.title, step="Peser les invendus", end="31/02/2027")
    rows = (
        line(action=project.title, description="Du tableau", budget="5000", status="En cours"),
        moved,
        line(action=project.title, step="Une étape de plus", lead="Le Fournil"),
    )
    found = brought(session, cast, *rows)
    [decision] = prepare(session, found).decisions
    assert decision.outcome is Outcome.SKIPPED
    assert {one.outcome for one in decision.steps} <= {Outcome.SKIPPED, Outcome.SAME}
    done = applied(session, cast, found)
    assert (done.counts()[Outcome.CREATE], done.counts()[Outcome.UPDATE]) == (0, 0)
    session.refresh(project)
    assert (project.description, project.budget_cents) == ("", None)
    assert everything(session) == before


def test_an_organisation_that_another_territory_took_in_meanwhile_stays_there(
    session: Session, cast: Cast
) -> None:
    found = brought(session, cast, line(action="Autre", lead="Vallon (M. X)"))
    applied(session, cast, found)
    vallon, sorne = cast.organisation("Vallon"), cast.territory("Plaine de Sorne")
    attach(vallon, sorne)
    session.commit()
    stays = undo(session, found, now=NOW)
    session.commit()
    assert [(one.title, one.why) for one in stays] == [("Vallon", SHARED)]
    session.refresh(vallon)
    assert vallon.territories == [sorne]
    members = select(Person.name).join(Membership).where(Membership.organisation_id == vallon.id)
    assert session.scalars(members).all() == ["M. X"]
    assert session.scalars(select(Project).where(Project.title == "Autre")).all() == []


def test_a_person_where_an_organisation_is_due_is_kept_as_who_pilots(
    session: Session, cast: Cast
) -> None:
    before = everything(session)["organisation"]
    applied(session, cast, brought(session, cast, line(action="Autre", lead="Mme Roy")))
    sheet = session.scalars(
        select(TrackingSheet).where(TrackingSheet.project_id == cast.project("Autre").id)
    ).one()
    assert (sheet.person, everything(session)["organisation"]) == ("Mme Roy", before)


def test_an_amount_of_no_funder_is_what_the_action_costs(session: Session, cast: Cast) -> None:
    found = bring(
        session,
        plan=cast.plan(),
        file_name="x.csv",
        sheets=read_text("Action;Pilote;Montant\nAutre;Le Fournil;1 250,00 €"),
        person_id=None,
        now=NOW,
    )
    applied(session, cast, found)
    assert cast.project("Autre").budget_cents == 125_000
