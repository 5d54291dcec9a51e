"""Whose names the journal's filter may offer: of lines that the reader reads for sure.

`reads_line` lets a page be read; `visible_part` then leaves lines out of it one by one. A name is
offered before that, so this condition is the narrower of the two: a line that it lets through is
shown, some that are shown it leaves aside.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select
from sqlalchemy.orm import aliased

from app.core.tracking import Confidentiality
from app.core.viewer import Viewer
from app.journal.kinds import Action
from app.journal.models import Change
from app.logbook.kinds import Audience
from app.logbook.words.lexicon import lexicons
from app.plans.kinds import PartnerState, ProjectState
from app.plans.models import Flow, Partner, Project
from app.plans.rules import carries_project, reopens_project

# told to onlookers in part, or with a value alone
_IN_PART = frozenset({"Project", "Partner", "Flow"})


def names_actor(viewer: Viewer) -> ColumnElement[bool]:
    """Beside `reads_line`: the condition under which who did a line may be offered by name."""
    carried = Change.project_id.in_(select(Project.id).where(carries_project(viewer)))
    return and_(
        # who reads a file hangs on when it was opened, and to whom
        Change.entity != "Document",
        or_(Change.project_id.is_(None), carried, _told_outside()),
        or_(Change.entity != "Organisation", Change.action != Action.UPDATED, _changes(_open())),
        not_(_in_a_draft_unseen(viewer)),
    )


def _told_outside() -> ColumnElement[bool]:
    """As `visible_part` shows a project to who looks on."""
    whole = [name for name, one in lexicons().items() if one.audience is Audience.PROJECT]
    begun = Change.action == Action.CREATED
    partner = exists().where(Partner.id == Change.entity_id, Partner.state != PartnerState.RETIRED)
    flow = exists().where(Flow.id == Change.entity_id)
    state = Change.fields["state"].as_string()
    public = ("title", "kind", "synergy_type", "stage", "theme_id", "zone_id")
    launched = and_(state.is_not(None), not_(state.contains(ProjectState.ABANDONED)))
    return or_(
        Change.entity.in_(sorted(set(whole) - _IN_PART)),
        and_(Change.entity == "Project", or_(begun, launched, _changes(public))),
        and_(Change.entity == "Partner", begun, partner.correlate(Change)),
        and_(Change.entity == "Flow", begun, flow.correlate(Change)),
    )


def _in_a_draft_unseen(viewer: Viewer) -> ColumnElement[bool]:
    """Written before the project left its draft, by the eyes of who was not there."""
    there = Change.project_id.in_(select(Project.id).where(reopens_project(viewer)))
    launch = aliased(Change)
    later = exists().where(
        launch.entity == "Project",
        launch.entity_id == Change.project_id,
        launch.at > Change.at,
        launch.fields[("state", 0)].as_string() == ProjectState.DRAFT,
    )
    unseen = and_(Change.project_id.is_not(None), not_(there))
    return and_(unseen, Change.action != Action.CREATED, later.correlate(Change))


def _open() -> tuple[str, ...]:
    lexicon = lexicons()["Organisation"]
    tracked = lexicon.model.__tracked__
    return tuple(name for name in lexicon.fields if tracked.get(name) is Confidentiality.OPEN)


def _changes(names: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(false(), *(Change.fields[name].as_string().is_not(None) for name in names))
