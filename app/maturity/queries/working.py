"""What a territory's projects come to in a year: synergies that work, companies engaged."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, exists, func, select, type_coerce
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation, organisation_territory
from app.core.clock import local_day
from app.maturity.queries.past import NOT_YET, came_into, told_before, year_ended
from app.maturity.working import lasts_in, speaks_for, works_in
from app.plans.conditions import Use
from app.plans.kinds import PartnerState, ProjectKind, ProjectState, Stage
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
            *_project_then(year, zone),
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
        speaks = speaks_for(year, *_as_then(state, stage), local_day(since, zone).year)
        if speaks and works_in(year, synergy_type, [use for use, _is_own in uses]):
            working += 1
            own += any(is_own and lasts_in(year, use) for use, is_own in uses)
    return Synergies(working, own)


def engaged_in(session: Session, territory_id: int, year: int, zone: str) -> int:
    """Companies whose part in carrying a project that counts for the year was confirmed by its
    end, and not ended by then (eci_19). One statement."""
    ended = year_ended(year, zone)
    rows = session.execute(
        select(
            Partner.organisation_id,
            Partner.confirmed_at,
            told_before(Partner, "state", ended),
            *_project_then(year, zone),
        )
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .join(Project, Project.id == Partner.project_id)
        .where(
            Partner.territory_id == territory_id,
            _then(Partner, "state", ended) == PartnerState.CONFIRMED,
            _then(Partner, "role", ended).in_(CARRYING),
            Organisation.kind == OrganisationKind.COMPANY,
            Project.state != ProjectState.DRAFT,
        )
    )
    return len(
        {
            organisation_id
            for organisation_id, confirmed, told, state, stage, since in rows
            # what the journal tells of then goes before the row, which may be confirmed anew
            if (told is not None or local_day(confirmed, zone).year <= year)
            and speaks_for(year, *_as_then(state, stage), local_day(since, zone).year)
        }
    )


def _project_then(year: int, zone: str) -> tuple[ColumnElement[Any], ...]:
    """A project's state and stage at the year's end, and when it came into that state."""
    ended = year_ended(year, zone)
    state = _then(Project, "state", ended)
    since = func.coalesce(came_into(Project, state, ended), Project.created_at)
    return state, _then(Project, "stage", ended), since


def _then(model: type[Project | Partner], field: str, by: datetime) -> ColumnElement[str]:
    now = type_coerce(getattr(model, field), String)
    return func.coalesce(told_before(model, field, by), now)


def _as_then(state: str, stage: str) -> tuple[ProjectState, Stage]:
    """What was not launched by the year's end tells of it by the days that it holds, as what was
    typed later does: it speaks as a running one."""
    if state in (NOT_YET, ProjectState.DRAFT):
        return ProjectState.ACTIVE, Stage.DISCUSSION
    return ProjectState(state), Stage(stage)


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
