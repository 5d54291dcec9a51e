"""Who sees which projects and steps, and who may do what there."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, false, not_, or_, select
from sqlalchemy.orm import aliased

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation, organisation_territory
from app.core.viewer import Viewer
from app.plans.kinds import PartnerRole, PartnerState, ProjectState
from app.plans.models import ActionPlan, Partner, Project, Step, Theme

OWNING = (PartnerRole.LEAD, PartnerRole.CO_OWNER)
CARRYING = (*OWNING, PartnerRole.CONTRIBUTOR)
ENDED = (ProjectState.ABANDONED, ProjectState.CLOSED)
PROPOSING = (
    OrganisationKind.COLLECTIVITE,
    OrganisationKind.CHAMBER,
    OrganisationKind.ASSOCIATION,
)


class _Beside(NamedTuple):
    """The rows beside a project's own that the conditions below look for."""

    part: Any
    theme: Any
    step: Any
    left: Any
    back: Any


@functools.cache
def _beside() -> _Beside:
    """Made once, when they are first asked for: copying every column takes longer than the rest."""
    return _Beside(*map(aliased, (Partner, Theme, Step, Partner, Partner)))


def sees_project(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which this viewer sees a Project row."""
    if viewer.is_operator:
        return Project.id.is_not(None)
    published = Project.state != ProjectState.DRAFT
    ways = [
        Project.territory_id.in_(viewer.animates),
        and_(Project.territory_id.in_(viewer.observes), published),
    ]
    if viewer.organisations:
        ways += [
            _leads_its_theme(viewer),
            and_(published, or_(_has_part_in(viewer, tuple(PartnerRole)), _leads_a_step(viewer))),
            and_(_acts(viewer), _has_part_in(viewer, OWNING, promised=True)),
        ]
    return or_(*ways)


def _has_part_in(
    viewer: Viewer,
    roles: tuple[PartnerRole, ...],
    *,
    promised: bool = False,
    confirmed: bool = False,
) -> ColumnElement[bool]:
    """`promised`: the lead, or whoever has at least been invited; a name on a list is no part."""
    part = _beside().part
    known = or_(part.role == PartnerRole.LEAD, part.state != PartnerState.APPROACHED)
    return (
        exists()
        .where(
            *([known] if promised else []),
            *([part.state == PartnerState.CONFIRMED] if confirmed else []),
            part.project_id == Project.id,
            part.organisation_id.in_(viewer.organisations),
            part.state != PartnerState.RETIRED,
            part.role.in_(roles),
        )
        .correlate(Project)
    )


def _leads_its_theme(viewer: Viewer) -> ColumnElement[bool]:
    """A theme is driven by the organisation that took it over, as the territory is by its pilot."""
    theme = _beside().theme
    led = exists().where(
        theme.id == Project.theme_id, theme.lead_organisation_id.in_(viewer.organisations)
    )
    return and_(_acts(viewer), led.correlate(Project))


def _leads_a_step(viewer: Viewer) -> ColumnElement[bool]:
    """Somebody else's project in which one of the viewer's organisations has a step to do."""
    step = _beside().step
    return (
        exists()
        .where(
            step.project_id == Project.id,
            step.lead_organisation_id.in_(viewer.organisations),
            not_(has_retired(step)),
        )
        .correlate(Project)
    )


def has_retired(step: Any) -> ColumnElement[bool]:
    """Whether a step's organisation has left the project: it is neither shown nor mailed to."""
    left, back = _beside().left, _beside().back

    def rows(part: Any) -> tuple[ColumnElement[bool], ...]:
        return (
            part.project_id == step.project_id,
            part.organisation_id == step.lead_organisation_id,
        )

    gone = exists().where(*rows(left), left.state == PartnerState.RETIRED).correlate(step)
    again = exists().where(*rows(back), back.state != PartnerState.RETIRED).correlate(step)
    return and_(gone, not_(again))


def edits_project(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `may_edit_project` holds for a Project row."""
    lives = Project.state.not_in(ENDED)
    if not viewer.organisations:
        return and_(lives, Project.territory_id.in_(viewer.animates))
    confirmed = _has_part_in(viewer, OWNING, confirmed=True)
    return and_(
        lives,
        or_(
            Project.territory_id.in_(viewer.animates),
            _leads_its_theme(viewer),
            and_(_acts(viewer), confirmed),
        ),
    )


def reopens_project(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `may_reopen_project` holds for a Project row."""
    if viewer.is_operator:
        return Project.id.is_not(None)
    return or_(
        Project.territory_id.in_(viewer.animates),
        _leads_its_theme(viewer),
        and_(_acts(viewer), _has_part_in(viewer, OWNING, confirmed=True)),
    )


def lists_project(viewer: Viewer) -> ColumnElement[bool]:
    """Among those seen, what a list shows: to whoever looks on, nobody's failure by its title."""
    looks_on = Project.territory_id.in_(viewer.observes)
    return and_(sees_project(viewer), or_(Project.state != ProjectState.ABANDONED, not_(looks_on)))


def visible_projects(viewer: Viewer) -> Select[Project]:
    """Projects of the territories the viewer drives; published ones elsewhere where involved."""
    return select(Project).where(sees_project(viewer))


def visible_steps(viewer: Viewer) -> Select[Step]:
    """Steps of visible projects that the viewer may read one by one (not the onlookers)."""
    return select(Step).join(Step.project).where(sees_step(viewer))


def carries_project(viewer: Viewer) -> ColumnElement[bool]:
    """The condition beside `reads_steps`: who drives the project or has a part in carrying it."""
    if viewer.is_operator:
        return Project.id.is_not(None)
    return or_(
        Project.territory_id.in_(viewer.animates),
        _leads_its_theme(viewer),
        and_(_acts(viewer), _has_part_in(viewer, CARRYING)),
    )


def sees_step(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which this viewer reads a Step row joined to its Project."""
    return and_(sees_project(viewer), _involved(viewer))


def visible_partners(viewer: Viewer) -> Select[Partner]:
    return select(Partner).join(Partner.project).where(sees_project(viewer))


def visible_plans(viewer: Viewer) -> Select[ActionPlan]:
    """Plans of the viewer's territories and of those their organisations belong to."""
    query = select(ActionPlan)
    if viewer.is_operator:
        return query
    linked = exists().where(
        organisation_territory.c.territory_id == ActionPlan.territory_id,
        organisation_territory.c.organisation_id.in_(viewer.organisations),
    )
    return query.where(or_(ActionPlan.territory_id.in_(viewer.follows), linked))


def proposable_plans(viewer: Viewer) -> Select[ActionPlan]:
    """Plans in which the viewer may open a project.

    Those of territories they drive, and of territories where their collectivité, chamber or
    association belongs: co-ownership begins with who may begin.
    """
    proposing = (
        exists()
        .where(
            organisation_territory.c.territory_id == ActionPlan.territory_id,
            organisation_territory.c.organisation_id == Organisation.id,
            Organisation.id.in_(viewer.organisations),
            Organisation.kind.in_(PROPOSING),
        )
        .correlate(ActionPlan)
        if viewer.organisations
        else false()
    )
    acts = ActionPlan.territory_id.not_in(viewer.observes)
    return select(ActionPlan).where(
        or_(ActionPlan.territory_id.in_(viewer.animates), and_(acts, proposing))
    )


def _involved(viewer: Viewer) -> ColumnElement[bool]:
    """Driving the territory, carrying the project, or leading the step: not merely looking on."""
    return or_(
        carries_project(viewer),
        and_(
            _acts(viewer),
            Step.lead_organisation_id.in_(viewer.organisations),
            not_(has_retired(Step)),
        ),
    )


def _acts(viewer: Viewer) -> ColumnElement[bool]:
    """An observer of a territory looks on there, whatever organisation she belongs to."""
    return Project.territory_id.not_in(viewer.observes)


def has_part(viewer: Viewer, project: Project, roles: tuple[PartnerRole, ...]) -> bool:
    return project.territory_id not in viewer.observes and any(
        partner.organisation_id in viewer.organisations
        and partner.role in roles
        and partner.state is PartnerState.CONFIRMED
        for partner in project.partners
    )


def drives(viewer: Viewer, project: Project) -> bool:
    """Who animates the territory, and the organisation that took the project's theme over."""
    if project.territory_id in viewer.animates:
        return True
    theme = project.theme
    return (
        theme is not None
        and theme.lead_organisation_id in viewer.organisations
        and project.territory_id not in viewer.observes
    )


def may_edit_project(viewer: Viewer, project: Project) -> bool:
    """Who drives the territory, and the confirmed co-owners; an ended project rests."""
    if project.state in ENDED:
        return False
    return may_reopen_project(viewer, project)


def may_reopen_project(viewer: Viewer, project: Project) -> bool:
    """The same people, also once the project has ended."""
    return drives(viewer, project) or has_part(viewer, project, OWNING)


def reads_steps(viewer: Viewer, project: Project) -> bool:
    """Onlookers (funder, elected, observer) get counts, not who is behind (domain.md §6)."""
    if viewer.is_operator or drives(viewer, project):
        return True
    return project.territory_id not in viewer.observes and any(
        partner.organisation_id in viewer.organisations
        and partner.role in CARRYING
        and partner.state is not PartnerState.RETIRED
        for partner in project.partners
    )


def reads_money(viewer: Viewer, project: Project) -> bool:
    """Budget and funders: for who carries the project, and who observes the territory."""
    return reads_steps(viewer, project) or project.territory_id in viewer.observes


def may_report(viewer: Viewer, step: Step) -> bool:
    """Say how a step is going: who edits the project, and whose step it is."""
    return may_report_on(
        viewer,
        step.lead_organisation_id,
        step.lead_person_id,
        may_edit=may_edit_project(viewer, step.project),
        ended=step.project.state in ENDED,
    )


def may_report_on(
    viewer: Viewer, organisation_id: int, person_id: int | None, *, may_edit: bool, ended: bool
) -> bool:
    """The same rule on bare ids, for lists that load no entities."""
    own = organisation_id in viewer.organisations or person_id == viewer.person_id
    return may_edit or (own and not ended)


def may_edit_step(viewer: Viewer, step: Step) -> bool:
    return may_edit_project(viewer, step.project)


def may_comment(viewer: Viewer, project: Project) -> bool:
    """Everybody who carries the project or drives the territory; onlookers read."""
    return drives(viewer, project) or has_part(viewer, project, CARRYING)


def acts_for(viewer: Viewer, organisation_id: int, project: Project) -> bool:
    """Whether the viewer speaks for an organisation here; an observer of the territory does not."""
    return organisation_id in viewer.organisations and project.territory_id not in viewer.observes


def may_retire(viewer: Viewer, organisation_id: int, project: Project) -> bool:
    """Take an organisation out of a project in its own name: its managers do."""
    return organisation_id in viewer.manages and acts_for(viewer, organisation_id, project)
