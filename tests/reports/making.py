"""Makes firms, projects and figures, each on its day, so that the change log tells of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation, Territory
from app.accounts.queries.texts import current_charter
from app.accounts.services.texts import publish_charter
from app.core.folding import fold
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import (
    MeasureMethod,
    PartnerRole,
    PartnerState,
    ProjectKind,
    ProjectState,
    Stage,
    StepStatus,
    SynergyType,
)
from app.plans.models import ActionPlan, Indicator, Measurement, Partner, Project, Step
from tests.cast import Cast


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def charter(session: Session, cast: Cast, body: str, day: date) -> None:
    """A further version of the Val's charter, by Anne."""
    anne, territory = cast.person("Anne").id, cast.territory()
    acting(session, anne, Via.PAGE, at(day))
    former = current_charter(session, territory.id)
    follows = former.version if former else 0
    publish_charter(session, territory, body=body, follows=follows, by_id=anne, now=at(day))


def company(session: Session, territory: Territory, name: str, *, named: bool = False) -> int:
    acting(session, None, Via.COMMAND, territory.created_at)
    made = Organisation(
        name=name,
        kind=OrganisationKind.COMPANY,
        named_publicly=named,
        search_key=fold(name),
        created_at=territory.created_at,
        territories=[territory],
    )
    session.add(made)
    session.flush()
    return made.id


def project(
    session: Session,
    plan: ActionPlan,
    title: str,
    on: date,
    firms: list[int],
    *,
    stage: Stage = Stage.DISCUSSION,
    partner_state: PartnerState = PartnerState.CONFIRMED,
) -> Project:
    """An active synergy opened on a day, carried by these organisations, the first leading."""
    acting(session, None, Via.PAGE, at(on))
    made = Project(
        plan_id=plan.id,
        territory_id=plan.territory_id,
        title=title,
        kind=ProjectKind.SYNERGY,
        synergy_type=SynergyType.SHARING,
        stage=stage,
        state=ProjectState.ACTIVE,
        rank="i",
        search_key=fold(title),
        created_at=at(on),
    )
    session.add(made)
    session.flush()
    for position, firm in enumerate(firms):
        session.add(
            Partner(
                project_id=made.id,
                territory_id=made.territory_id,
                organisation_id=firm,
                role=PartnerRole.CO_OWNER if position else PartnerRole.LEAD,
                state=partner_state,
                confirmed_at=at(on) if partner_state is PartnerState.CONFIRMED else None,
            )
        )
    session.flush()
    return made


def step(
    session: Session, of: Project, lead: int, title: str, on: date, *, done_on: date | None = None
) -> Step:
    acting(session, None, Via.PAGE, at(on))
    made = Step(
        project_id=of.id,
        territory_id=of.territory_id,
        title=title,
        lead_organisation_id=lead,
        scheduled_at=at(on),
        rank="i",
        created_at=at(on),
    )
    session.add(made)
    session.flush()
    if done_on:
        acting(session, None, Via.PAGE, at(done_on))
        made.status, made.done_on = StepStatus.DONE, done_on
        session.flush()
    return made


def change(session: Session, on: date, row: Project | Partner | Step, **fields: object) -> None:
    """Change fields of a row on a day."""
    acting(session, None, Via.PAGE, at(on))
    for name, value in fields.items():
        setattr(row, name, value)
    session.flush()


def figure(
    session: Session,
    of: Project,
    label: str,
    year: int,
    value: str,
    *,
    unit: str = "t",
    method: MeasureMethod = MeasureMethod.MEASURED,
) -> None:
    indicator = Indicator(
        project_id=of.id, territory_id=of.territory_id, label=f"{label}", unit=unit
    )
    session.add(indicator)
    session.flush()
    session.add(
        Measurement(
            indicator_id=indicator.id,
            project_id=of.id,
            territory_id=of.territory_id,
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            value=Decimal(value),
            method=method,
            opened_at=at(date(year, 12, 31)),
        )
    )
    session.flush()
