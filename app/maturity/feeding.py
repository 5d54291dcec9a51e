"""Which projects feed which objective: by a link, or by their axis of the plan. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.folding import fold
from app.frameworks.format import NodeDraft, walk
from app.plans.kinds import ProjectState, Stage

_WORKING = (Stage.OPERATIONAL, Stage.LASTING)
# how several names stand in one text: in a framework's `alias`, and in a plan's axis
_PARTED = re.compile(r" · |\n")


@dataclass(frozen=True)
class PlannedProject:
    """A project as its reader sees it; `axis`: that of the plan, `axis_names`: its other names."""

    id: int
    public_id: str
    title: str
    stage: Stage
    state: ProjectState
    axis: str | None
    axis_names: str

    @property
    def is_operational(self) -> bool:
        return self.stage in _WORKING and self.state in (ProjectState.ACTIVE, ProjectState.CLOSED)


@dataclass(frozen=True)
class Feeder:
    """A project that feeds an objective. `link`: the public id of the proof, None by its axis."""

    project: PlannedProject
    link: str | None


@dataclass(frozen=True)
class Objective:
    ref: str
    title: str
    aliases: tuple[str, ...]
    sections: Mapping[str, str]
    feeders: tuple[Feeder, ...]

    @property
    def launched(self) -> int:
        """Drafts are seen by few and count for nobody: everybody reads the same number."""
        return sum(one.project.state is not ProjectState.DRAFT for one in self.feeders)

    @property
    def operational(self) -> int:
        return sum(one.project.is_operational for one in self.feeders)


def objectives(
    roots: Sequence[NodeDraft],
    projects: Sequence[PlannedProject],
    links: Iterable[tuple[str, int, str]],
) -> tuple[Objective, ...]:
    """The leaves in their order. `links`: (ref, project id, public id of the proof).

    An axis of the plan means an objective when one of its names is one of the objective's,
    accents, capitals and punctuation aside. A project counts once, by its link first.
    """
    linked: dict[str, dict[int, str]] = {}
    for ref, project_id, link in links:
        linked.setdefault(ref, {}).setdefault(project_id, link)
    return tuple(
        _objective(node, projects, linked.get(node.id, {}))
        for node in walk(roots)
        if not node.children
    )


def _objective(
    node: NodeDraft, projects: Sequence[PlannedProject], linked: Mapping[int, str]
) -> Objective:
    aliases = _names(node.keys.get("alias", ""))
    own = {fold(name) for name in (node.title, *aliases)}
    feeders = [
        Feeder(project, linked.get(project.id))
        for project in projects
        if project.id in linked
        or any(fold(name) in own for name in (project.axis or "", *_names(project.axis_names)))
    ]
    feeders.sort(key=lambda one: not one.project.is_operational)
    return Objective(node.id, node.title, aliases, node.sections, tuple(feeders))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in _PARTED.split(text) if name.strip())
