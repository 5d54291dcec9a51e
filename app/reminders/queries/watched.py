"""Running projects with who keeps an eye on them, and the lines that they were told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import (
    Absence,
    MailPreference,
    Membership,
    Organisation,
    Person,
    TerritoryRole,
)
from app.core.clock import local_day
from app.journal.kinds import Via
from app.journal.models import Change
from app.plans.kinds import PlanState, ProjectState
from app.plans.models import ActionPlan, Partner, Project
from app.plans.queries.addressees import default_contact
from app.reminders.kinds import Audience
from app.reminders.models import Relance
from app.reminders.queries.absences import Absences, absences_of
from app.reminders.queries.contacts import (
    project_lead,
    reachable,
    recipient_of,
)
from app.reminders.queries.pauses import person_rests_until, project_rests_until
from app.reminders.schedule.away import Gone, of_the_team
from app.reminders.schedule.facts import (
    PROJECT,
    WATCHED,
    Away,
    Entry,
    Occasion,
    ProjectFacts,
    Recipient,
    TerritoryFacts,
    audience_of,
)

# a line told longer ago is about something that has been dealt with, or never will be
REMEMBERED = timedelta(days=730)
_OF_A_PROJECT = (
    Project.id,
    Project.public_id,
    Project.title,
    Project.territory_id,
    Project.active_since,
    Partner.organisation_id,
    Organisation.kind,
)
_OF_A_PERSON = (
    Person.id.label("person_id"),
    Person.public_id.label("person_public_id"),
    Person.name.label("person_name"),
    reachable(),
    Person.time_zone,
    MailPreference.rhythm,
    MailPreference.paused_until,
)


class _Pilot(NamedTuple):
    recipient: Recipient | None
    rests_until: date | None
    away: tuple[Away, ...] = ()

    @property
    def people(self) -> set[int]:
        """Whoever keeps her eye on it, on one day or another."""
        known = {one.stand_in.id for one in self.away}
        return known | {self.recipient.id} if self.recipient else known


_NOBODY = _Pilot(None, None)


def project_facts(
    session: Session,
    known: Mapping[int, TerritoryFacts],
    project_ids: Collection[int] | None = None,
    watchers: Collection[int] | None = None,
) -> dict[int, ProjectFacts]:
    """The running projects of territories whose relances have started, by id: all, or these, or
    those on which one of these people keeps an eye."""
    started = [id_ for id_, one in known.items() if one.started_on is not None]
    pilots = _pilots(session, known, started)
    lead = aliased(Membership)
    rows = session.execute(
        select(
            *_OF_A_PROJECT,
            _heard_at().label("heard_at"),
            project_rests_until().label("rests_until"),
            person_rests_until(Project.territory_id, lead.person_id).label("person_rests_until"),
            *_OF_A_PERSON,
        )
        .join(ActionPlan, ActionPlan.id == Project.plan_id)
        .outerjoin(Partner, project_lead())
        .outerjoin(Organisation, Organisation.id == Partner.organisation_id)
        .outerjoin(lead, default_contact(lead, Partner.organisation_id))
        .outerjoin(Person, and_(Person.id == lead.person_id, Person.anonymised_at.is_(None)))
        .outerjoin(MailPreference, MailPreference.person_id == Person.id)
        .where(
            Project.territory_id.in_(started),
            Project.state == ProjectState.ACTIVE,
            ActionPlan.state == PlanState.ACTIVE,
            true() if project_ids is None else Project.id.in_(project_ids),
            true() if watchers is None else _is_watched(lead, pilots, watchers),
        )
    ).all()
    away = absences_of(session, {row.person_id for row in rows if row.person_id is not None})
    return {row.id: _fact(row, known[row.territory_id], pilots, away) for row in rows}


def _is_watched(
    lead: type[Membership], pilots: Mapping[int, _Pilot], people: Collection[int]
) -> ColumnElement[bool]:
    piloted = [id_ for id_, one in pilots.items() if not one.people.isdisjoint(people)]
    replaced = select(Absence.person_id).where(Absence.substitute_id.in_(people))
    return or_(
        lead.person_id.in_(people),
        lead.person_id.in_(replaced),
        Project.territory_id.in_(piloted),
    )


def _heard_at() -> Any:
    """When somebody last did anything about the Project row."""
    return (
        select(Change.at)
        .where(Change.project_id == Project.id, Change.via != Via.JOB)
        .order_by(Change.id.desc())
        .limit(1)
        .correlate(Project)
        .scalar_subquery()
    )


def _fact(
    row: Row[Any], territory: TerritoryFacts, pilots: Mapping[int, _Pilot], away: Absences
) -> ProjectFacts:
    known = [at for at in (row.heard_at, row.active_since) if at is not None]
    heard = local_day(max(known), territory.time_zone) if known else None
    lead = recipient_of(row, row.person_id, territory) if row.person_id is not None else None
    pilot = pilots.get(territory.id, _NOBODY)
    audience = audience_of(row.kind)
    return ProjectFacts(
        id=row.id,
        territory=territory,
        public_id=row.public_id,
        title=row.title,
        # nobody is told of a silence from before
        heard_on=max(heard, territory.started_on) if heard and territory.started_on else heard,
        lead_organisation_id=row.organisation_id,
        lead=lead,
        lead_gap=territory.policies[audience].gap,
        lead_firm_id=row.organisation_id if audience is Audience.COMPANY else None,
        lead_rests_until=_later(row.rests_until, row.person_rests_until),
        pilot=pilot.recipient,
        pilot_rests_until=_later(row.rests_until, pilot.rests_until),
        rests_until=row.rests_until,
        lead_away=away.of(lead.id, row.organisation_id, territory) if lead else (),
        pilot_away=pilot.away,
    )


def _later(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def _pilots(
    session: Session, known: Mapping[int, TerritoryFacts], territory_ids: list[int]
) -> dict[int, _Pilot]:
    """Each territory's pilot of longest standing, and who of those who animate it with her keeps
    her eye on it while she is away: nobody else may read all of it."""
    rests = person_rests_until(TerritoryRole.territory_id, Person.id)
    rows = session.execute(
        select(
            TerritoryRole.territory_id,
            TerritoryRole.role,
            rests.label("rests_until"),
            *_OF_A_PERSON,
            Absence.starts_on,
            Absence.ends_on,
            Absence.substitute_id,
        )
        .join(Person, Person.id == TerritoryRole.person_id)
        .outerjoin(MailPreference, MailPreference.person_id == Person.id)
        .outerjoin(Absence, Absence.person_id == Person.id)
        .where(
            TerritoryRole.territory_id.in_(territory_ids),
            TerritoryRole.role.in_((TerritoryRoleKind.PILOT, TerritoryRoleKind.FACILITATOR)),
            TerritoryRole.ended_on.is_(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(
            TerritoryRole.role != TerritoryRoleKind.PILOT,
            TerritoryRole.id,
            Absence.starts_on,
            Absence.id,
        )
    )
    teams: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        teams[row.territory_id].append(row)
    return {
        id_: _pilot_of(team, known[id_])
        for id_, team in teams.items()
        if team[0].role is TerritoryRoleKind.PILOT
    }


def _pilot_of(team: Sequence[Row[Any]], place: TerritoryFacts) -> _Pilot:
    """The first of a team, whose rows are one for each absence, with her stand-ins by day."""
    first = team[0]
    people = {row.person_id: recipient_of(row, row.person_id, place) for row in team}
    gone = [
        Gone(row.person_id, row.starts_on, row.ends_on, row.substitute_id)
        for row in team
        if row.starts_on is not None
    ]
    there = of_the_team([*people], gone)
    away = tuple(Away(one.first, one.last, people[one.person_id]) for one in there)
    return _Pilot(people[first.person_id], first.rests_until, away)


def told_lines(
    session: Session, known: Mapping[int, TerritoryFacts], last: date
) -> dict[Occasion, Entry]:
    """What was said to those who keep an eye on something, lately."""
    rows = session.execute(
        select(
            Relance.subject_kind,
            Relance.subject_id,
            Relance.basis,
            Relance.code,
            Relance.state,
            Relance.reason,
            Relance.recipient_id,
            Relance.mailed_on,
        ).where(
            Relance.former == 0,
            Relance.subject_kind.in_((WATCHED, PROJECT)),
            Relance.territory_id.in_(known),
            Relance.basis > last - REMEMBERED,
        )
    )
    return {
        Occasion(row.subject_kind, row.subject_id, row.basis, row.code): Entry(
            row.state, row.reason, row.recipient_id, on=row.mailed_on
        )
        for row in rows
    }
