"""An action of the tracker as a project of the plan."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import select

from app.core.folding import fold
from app.imports.kinds import Status
from app.imports.rows import Item
from app.imports.services import texts
from app.imports.services.work import Work
from app.plans.kinds import PartnerRole, PartnerState, Priority, ProjectKind, ProjectState, Stage
from app.plans.models import Funding, Project
from app.plans.services.funding import write_fundings
from app.plans.services.projects import (
    abandon_project,
    close_project,
    describe_project,
    launch_project,
    name_partner,
    open_project,
    pause_project,
)

_BEGUN = frozenset({Status.RUNNING, Status.LATE, Status.BLOCKED})
STOPPED = "Noté « Abandonné » dans le tableau de suivi importé."


def create(work: Work, item: Item) -> Project:
    """A draft, with everything its row says; nobody is told of it."""
    said = item.said
    lead = said.get("lead")
    project = open_project(
        work.session,
        plan=work.plan,
        title=said["title"],
        kind=ProjectKind.ACTION,
        synergy_type=None,
        lead_organisation_id=work.organisation_id(lead) if lead else work.default_lead_id,
        now=work.now,
        description=said.get("description", ""),
        theme_id=work.theme_id(said.get("theme", "")),
    )
    _write(work, project, {name: value for name, value in said.items() if name != "lead"})
    return project


def change(work: Work, project: Project, said: Mapping[str, str]) -> None:
    """Let these values stand; others stay."""
    if {"title", "description", "theme"} & set(said):
        describe_project(
            project,
            seen_version=project.version,
            title=said.get("title", project.title),
            description=said.get("description", project.description),
            kind=project.kind,
            synergy_type=project.synergy_type,
            theme_id=work.theme_id(said["theme"]) if "theme" in said else project.theme_id,
            zone_id=project.zone_id,
        )
    _write(work, project, said)
    if "status" in said:
        settle(work, project, said["status"])


def _write(work: Work, project: Project, said: Mapping[str, str]) -> None:
    if "priority" in said:
        project.priority = Priority(said["priority"])
    if "budget" in said:
        project.budget_cents = int(said["budget"])
    if "start" in said:
        project.starts_on = texts.day(said["start"])
    if "end" in said:
        project.ends_on = texts.day(said["end"])
    _name_partners(work, project, said)
    if "fundings" in said:
        _fund(work, project, said["fundings"])
    texts.write(work, project.id, None, said)


def _name_partners(work: Work, project: Project, said: Mapping[str, str]) -> None:
    """Those named are added, « pressenti »; a lead changes by its own yes alone."""
    wanted = [(name, PartnerRole.CO_OWNER) for name in _listed(said, "owners")]
    wanted += [(name, PartnerRole.CONTRIBUTOR) for name in _listed(said, "partners")]
    wanted += [(name, PartnerRole.CO_OWNER) for name in _listed(said, "lead")]
    live = {
        part.organisation_id for part in project.partners if part.state is not PartnerState.RETIRED
    }
    for name, role in wanted:
        organisation_id = work.organisation_id(name)
        if organisation_id not in live:
            live.add(organisation_id)
            name_partner(work.session, project, organisation_id=organisation_id, role=role)


def _listed(said: Mapping[str, str], name: str) -> list[str]:
    return said[name].split("\n") if name in said else []


def _fund(work: Work, project: Project, told: str) -> None:
    """The funders as the file has them, each tied to the organisation of its name, if any.

    A line that was tied by hand stays so: the file knows no more than a name.
    """
    own = (
        select(Funding)
        .where(Funding.project_id == project.id, Funding.removed_at.is_(None))
        .order_by(Funding.rank, Funding.id)
    )
    wanted = [(funder, cents) for funder, cents in json.loads(told)]
    write_fundings(work.session, project, list(work.session.scalars(own)), wanted, now=work.now)
    for line in work.session.scalars(own):
        organisation = work.organisations.get(fold(line.funder))
        if organisation:
            line.organisation_id = organisation.id


def settle(work: Work, project: Project, status: str) -> None:
    """Where the row says that it is; a draft is launched only where she chose so."""
    if project.state is not ProjectState.DRAFT:
        return
    if status in _BEGUN:
        project.stage = Stage.IMPLEMENTATION
    if status == Status.DONE:
        close_project(project)
    elif status == Status.ABANDONED:
        abandon_project(project, reason=STOPPED)
    elif work.found.launches:
        launch_project(project, now=work.now)
        if status == Status.PAUSED:
            pause_project(project)
