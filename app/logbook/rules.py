"""Who reads which lines of the journal, and which of their values (docs/roles.md).

The query takes what a reader may see, `visible_part` judges each line and value again: both ask
the rooms below, so that the journal opens nothing that their pages keep closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.accounts.models import Membership, Organisation, Territory
from app.accounts.rules import visible_organisations, visible_territories
from app.core.tracking import Confidentiality
from app.core.viewer import Viewer
from app.journal.kinds import Action
from app.journal.models import Change
from app.journal.recorder import plain
from app.logbook.entries import HIDDEN, Entry, Line, Pair
from app.logbook.kinds import Audience
from app.logbook.words.lexicon import Lexicon, lexicons
from app.plans.kinds import PartnerState, ProjectState
from app.plans.models import Flow, Project, Step
from app.plans.rules import (
    acts_for,
    carried_then,
    lists_project,
    may_reopen_project,
    reads_steps,
    sees_amounts,
    visible_steps,
)
from app.plans.shelf import ProjectShelf


@dataclass(frozen=True)
class Standing:
    """How things stand now, as far as this viewer sees them.

    `rows` are entities by (name of the model, id), those of people, steps, places and
    organisations only where the rules show them; `projects` come with their partners. `launched`:
    when a project first left its draft, where the log knows; `last`: the latest line of a row that
    was removed; `amounts`: the line that last spoke of a flow's amounts; `persons` and `contacts`:
    whose own data, and which organisations' telephone, the viewer reads.
    """

    rows: Mapping[tuple[str, int], Any] = field(default_factory=dict)
    projects: Mapping[int, Project] = field(default_factory=dict)
    launched: Mapping[int, datetime] = field(default_factory=dict)
    last: Mapping[tuple[str, int], int] = field(default_factory=dict)
    amounts: Mapping[int, int] = field(default_factory=dict)
    persons: frozenset[int] = frozenset()
    contacts: frozenset[int] = frozenset()


def reads_line(viewer: Viewer, subject_id: int | None = None) -> ColumnElement[bool]:
    """The condition under which this viewer may read that a row of Change happened.

    `subject_id`: on the journal of this person, lines about themselves too.
    """
    projects = Change.project_id.in_(select(Project.id).where(lists_project(viewer)))
    seen = select(visible_territories(viewer).subquery().c.id)
    organisations = visible_organisations(viewer).with_only_columns(Organisation.id)
    ways: dict[Audience, ColumnElement[bool]] = {
        Audience.PROJECT: projects,
        Audience.INVOLVED: projects,
        Audience.COMMITTED: or_(
            projects, and_(Change.project_id.is_(None), Change.territory_id.in_(seen))
        ),
        Audience.STEP: Change.entity_id.in_(visible_steps(viewer).with_only_columns(Step.id)),
        Audience.TERRITORY: Change.territory_id.in_(seen),
        Audience.FOLLOWERS: Change.territory_id.in_(_followed(viewer)),
        Audience.ANIMATORS: Change.territory_id.in_(viewer.animates),
        Audience.PERSON: Change.entity_id == subject_id,
        Audience.MEMBERSHIP: Change.entity_id.in_(
            select(Membership.id).where(
                Membership.person_id == subject_id, Membership.organisation_id.in_(organisations)
            )
        ),
        Audience.ORGANISATION: Change.entity_id.in_(organisations),
    }
    return or_(
        *(and_(Change.entity.in_(names), ways[audience]) for audience, names in _entities().items())
    )


def _followed(viewer: Viewer) -> Any:
    return select(Territory.id) if viewer.is_operator else viewer.follows


def _entities() -> Mapping[Audience, list[str]]:
    found: dict[Audience, list[str]] = {}
    for name, lexicon in lexicons().items():
        found.setdefault(lexicon.audience, []).append(name)
    return found


def visible_part(entry: Entry, viewer: Viewer, standing: Standing) -> Entry | None:
    """What this viewer may read of an entry, None where that is nothing."""
    lines = [_readable(line, viewer, standing) for line in entry.lines]
    kept = tuple(line for line in lines if line is not None)
    return replace(entry, lines=kept) if kept else None


def _readable(line: Line, viewer: Viewer, standing: Standing) -> Line | None:
    lexicon = lexicons().get(line.entity)
    if lexicon is None:
        return None
    project = standing.projects.get(line.project_id or 0)
    if project is not None:
        return _in_project(line, lexicon, viewer, project, standing)
    if line.project_id is not None:
        return None
    if not _in_audience(line, lexicon.audience, viewer, standing, involved=False):
        return None
    return _with_values(line, lexicon, viewer, None, standing)


def _in_project(
    line: Line, lexicon: Lexicon, viewer: Viewer, project: Project, standing: Standing
) -> Line | None:
    """A line of a project that the viewer sees."""
    involved = reads_steps(viewer, project)
    if not _in_audience(line, lexicon.audience, viewer, standing, involved=involved):
        return None
    if line.entity == "Document" and not _reads_document(line, viewer, project, standing):
        return None
    shown = line if involved else _from_outside(line, standing)
    if shown is not None and _in_a_draft_unseen(line, viewer, project, standing):
        shown = replace(line, fields={}) if line.action is Action.CREATED else None
    return _with_values(shown, lexicon, viewer, project, standing) if shown else None


def _in_audience(
    line: Line, audience: Audience, viewer: Viewer, standing: Standing, *, involved: bool
) -> bool:
    """As `reads_line`, on one line and the rows that were found for this viewer."""
    if audience is Audience.COMMITTED:
        audience = Audience.INVOLVED if line.project_id is not None else Audience.TERRITORY
    match audience:
        case Audience.PROJECT:
            return line.project_id is not None
        case Audience.INVOLVED:
            return involved
        case Audience.TERRITORY:
            return any(place.id == line.territory_id for place in viewer.places)
        case Audience.FOLLOWERS:
            return viewer.is_operator or line.territory_id in viewer.follows
        case Audience.ANIMATORS:
            return line.territory_id in viewer.animates
        case _:
            return line.row in standing.rows


def _reads_document(line: Line, viewer: Viewer, project: Project, standing: Standing) -> bool:
    """A file may hold quantities: who may not open it is not told of it, as on its page."""
    document = standing.rows.get(line.row)
    return document is not None and ProjectShelf(viewer, project).reads(document)


def _in_a_draft_unseen(line: Line, viewer: Viewer, project: Project, standing: Standing) -> bool:
    """What was written in a draft stays between those who saw it: that a row began is all told."""
    launched = standing.launched.get(project.id)
    in_draft = launched is not None and line.at < launched
    return in_draft and not viewer.is_operator and not may_reopen_project(viewer, project)


def _from_outside(line: Line, standing: Standing) -> Line | None:
    """For who looks on: what the project's page shows them, and nobody's failure (domain.md §6)."""
    match line.entity:
        case "Project":
            return _project_from_outside(line)
        case "Partner":
            partner = standing.rows.get(line.row)
            stays = partner is not None and partner.state is not PartnerState.RETIRED
            back = line.after("state") not in (None, PartnerState.CONFIRMED, PartnerState.INVITED)
            if line.action is Action.UPDATED and back:
                line = _without(line, "state")
            empty = line.action is Action.UPDATED and not line.fields
            return line if stays and not empty else None
        case "Flow":
            there = line.row in standing.rows
            return line if there and line.action is Action.CREATED else None
    return line


def _project_from_outside(line: Line) -> Line | None:
    if ProjectState.ABANDONED in line.fields.get("state", ()):
        line = _without(line, "state")
    line = _without(line, "ended_reason", "description")
    return line if line.fields or line.action is Action.CREATED else None


def _without(line: Line, *names: str) -> Line:
    return replace(line, fields={k: pair for k, pair in line.fields.items() if k not in names})


def _with_values(
    line: Line, lexicon: Lexicon, viewer: Viewer, project: Project | None, standing: Standing
) -> Line | None:
    """The line with each value that the viewer may not read left out or hidden."""
    fields: dict[str, Pair] = {}
    for name, pair in line.fields.items():
        if name not in lexicon.fields:
            continue
        kind = lexicon.model.__tracked__.get(name)
        if kind is Confidentiality.SECRET:
            fields[name] = _secret(name, pair, line, viewer, project, standing)
        elif kind is Confidentiality.PERSONAL:
            fields[name] = pair if _own(line, standing) else (HIDDEN, HIDDEN)
        elif kind is Confidentiality.OPEN or _among_partners(line, viewer, project, standing):
            fields[name] = pair
    if not fields and line.action is Action.UPDATED:
        return None
    return replace(line, fields=fields)


def _own(line: Line, standing: Standing) -> bool:
    return line.entity == "Person" and line.entity_id in standing.persons


def _among_partners(
    line: Line, viewer: Viewer, project: Project | None, standing: Standing
) -> bool:
    if project is not None:
        return line.entity == "Step" or reads_steps(viewer, project)
    if line.entity == "Organisation":
        return line.entity_id in standing.contacts
    return line.entity == "Membership"


def _secret(
    name: str, pair: Pair, line: Line, viewer: Viewer, project: Project | None, standing: Standing
) -> Pair:
    """An amount with what this viewer may read of it, now and as it stood then."""
    nothing: Pair = (None if line.action is Action.CREATED else HIDDEN, HIDDEN)
    if project is None:
        return nothing
    if line.entity in ("Measurement", "Target"):
        return pair if carried_then(viewer, project, line.at) else nothing
    if line.entity != "Flow":
        return nothing
    if _declared(line, viewer, project, standing):
        return pair
    if _is_of_today(name, pair, line, viewer, project, standing):
        return None if pair[0] is None else HIDDEN, pair[1]
    return nothing


def _declared(line: Line, viewer: Viewer, project: Project, standing: Standing) -> bool:
    """The organisation that declared a flow reads all that it ever said of it."""
    flow: Flow | None = standing.rows.get(line.row)
    owner = flow.organisation_id if flow else line.before("organisation_id")
    owner = owner or line.after("organisation_id")
    return isinstance(owner, int) and acts_for(viewer, owner, project)


def _is_of_today(
    name: str, pair: Pair, line: Line, viewer: Viewer, project: Project, standing: Standing
) -> bool:
    """Others read the amount of today, from the line that brought it.

    What stood before may never have been opened to them, whoever they are today.
    """
    flow: Flow | None = standing.rows.get(line.row)
    if flow is None or standing.amounts.get(line.entity_id) != line.id:
        return False
    return sees_amounts(viewer, project, flow) and same(getattr(flow, name), pair[1])


def same(present: Any, recorded: Any) -> bool:
    """Whether a row's value is the one that the log keeps: 42 and "42.000" are one amount."""
    if plain(present) == recorded:
        return True
    if isinstance(present, Decimal) and recorded is not None:
        try:
            return present == Decimal(str(recorded))
        except InvalidOperation:
            return False
    if isinstance(present, datetime) and isinstance(recorded, str):
        return present == datetime.fromisoformat(recorded)
    return False
