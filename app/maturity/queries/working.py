"""What a territory's projects come to in a year: synergies that work, companies engaged."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation, organisation_territory
from app.core.clock import local_day
from app.journal.models import Change
from app.maturity.working import lasts_in, speaks_for, works_in
from app.plans.conditions import Use
from app.plans.kinds import PartnerState, ProjectKind, ProjectState
from app.plans.models import Exchange, Partner, Project
from app.plans.rules import CARRYING


class Synergies(NamedTuple):
    """How many work in the year, and in how many the collectivité itself gives or uses then."""

    working: int
    own: int


def synergies_in(session: Session, territory_id: int, year: int, zone: str) -> Synergies:
    """Those of which `works_in` and `speaks_for` are true (eci_18). One statement."""
    rows = session.execute(
        select(
            Project.id,
            Project.synergy_type,
            Project.state,
            Project.stage,
            func.coalesce(_since(Project), Project.created_at),
            Exchange.giver_id,
            Exchange.user_id,
            Exchange.since,
            Exchange.until,
            _is_own(),
        )
        .join(Exchange, Exchange.project_id == Project.id)
        .where(
            Project.territory_id == territory_id,
            Project.kind == ProjectKind.SYNERGY,
            Project.state != ProjectState.DRAFT,
            Exchange.since <= date(year, 12, 31),
        )
        .order_by(Project.id)
    )
    working = own = 0
    for _project, found in groupby(rows, key=itemgetter(0)):
        lines = list(found)
        _id, synergy_type, state, stage, since, *_use = lines[0]
        uses = [(Use(*line[5:9]), line[9]) for line in lines]
        speaks = speaks_for(year, state, stage, local_day(since, zone).year)
        if speaks and works_in(year, synergy_type, [use for use, _is_own in uses]):
            working += 1
            own += any(is_own and lasts_in(year, use) for use, is_own in uses)
    return Synergies(working, own)


def engaged_in(session: Session, territory_id: int, year: int, zone: str) -> int:
    """Companies whose part in a project that counts for the year was confirmed by its end, and
    not taken back by then (eci_19). One statement."""
    rows = session.execute(
        select(
            Partner.organisation_id,
            Partner.confirmed_at,
            Partner.state,
            func.coalesce(_since(Partner), Partner.confirmed_at),
            Project.state,
            Project.stage,
            func.coalesce(_since(Project), Project.created_at),
        )
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .join(Project, Project.id == Partner.project_id)
        .where(
            Partner.territory_id == territory_id,
            Partner.state.in_((PartnerState.CONFIRMED, PartnerState.RETIRED)),
            Partner.role.in_(CARRYING),
            Organisation.kind == OrganisationKind.COMPANY,
            Project.state != ProjectState.DRAFT,
        )
    )

    def year_of(instant: datetime) -> int:
        return local_day(instant, zone).year

    return len(
        {
            organisation_id
            for organisation_id, confirmed, part, part_since, state, stage, since in rows
            if confirmed is not None
            and year_of(confirmed) <= year
            and (part is PartnerState.CONFIRMED or year < year_of(part_since))
            and speaks_for(year, state, stage, year_of(since))
        }
    )


def _since(model: type[Project | Partner]) -> ScalarSelect[datetime]:
    """When the journal says that a row came into the state in which it is.

    What came in bulk left no trace there: the caller says what stands for it.
    """
    return (
        select(func.max(Change.at))
        .where(
            Change.entity == model.__name__,
            Change.entity_id == model.id,
            Change.fields[("state", 1)].as_string() == model.state,
        )
        .correlate(model)
        .scalar_subquery()
    )


def _is_own() -> ColumnElement[bool]:
    """Whether a collectivité of the territory gives or uses (ECi, 3.5.3: own activities)."""
    return (
        exists()
        .where(
            Organisation.id.in_((Exchange.giver_id, Exchange.user_id)),
            Organisation.kind == OrganisationKind.COLLECTIVITE,
            organisation_territory.c.organisation_id == Organisation.id,
            organisation_territory.c.territory_id == Project.territory_id,
        )
        .correlate(Project, Exchange)
    )
