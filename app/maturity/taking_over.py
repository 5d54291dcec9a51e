"""What an assessment can begin with from those of earlier frameworks, by the crosswalk. Pure.

Nothing that somebody confirmed is ever replaced, and doing it twice does nothing more.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.frameworks.crosswalk import CarriesOver, Crosswalk, Origin
from app.frameworks.format import NodeDraft, walk
from app.maturity.kinds import CriterionStatus, EvidenceKind

Subject = tuple[EvidenceKind, int]


class Asked(enum.StrEnum):
    """Why a status has to be asked again."""

    NEW = "new"
    NOT_ASSESSED = "not_assessed"
    PROOFS_ALONE = "proofs_alone"
    NOTHING_SAID = "nothing_said"
    DISAGREE = "disagree"


@dataclass(frozen=True)
class Said:
    """What somebody confirmed, with who and when."""

    status: CriterionStatus
    fractions: tuple[str, ...] | None
    concerned: bool
    comment: str | None
    by_id: int | None
    by: str | None
    at: datetime

    @property
    def says(self) -> tuple[object, ...]:
        """What has to be the same for two to agree."""
        return self.status, self.fractions, self.concerned

    @property
    def is_blank(self) -> bool:
        return self.status is CriterionStatus.UNSET and self.concerned


@dataclass(frozen=True)
class Link:
    """A proof of a source: what it is about, and the public id of its row."""

    public_id: str
    ref: str
    subject: Subject


@dataclass(frozen=True)
class Source:
    """An earlier framework in the latest year in which the territory assessed it."""

    key: str
    title: str
    year: int
    roots: tuple[NodeDraft, ...]
    said: Mapping[str, Said]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class From:
    """A node that something comes from."""

    source: Source
    ref: str
    title: str


@dataclass(frozen=True)
class Taken:
    """One criterion: what carries over to it, or why its status is asked again.

    `is_confirmed`: somebody has said something here already; that stays.
    """

    ref: str
    title: str
    origins: tuple[From, ...]
    said: Said | None
    asked: Asked | None
    links: tuple[Link, ...]
    is_confirmed: bool

    @property
    def changes(self) -> bool:
        return self.said is not None or bool(self.links)


@dataclass(frozen=True)
class Target:
    """The assessment that begins: its tree, what was confirmed there, what was ever linked."""

    roots: tuple[NodeDraft, ...]
    confirmed: Collection[str]
    linked: Collection[tuple[str, Subject]]


@dataclass(frozen=True)
class Kept:
    """What stays when a take-over is undone: somebody changed it since."""

    ref: str
    title: str
    is_proof: bool


@dataclass(frozen=True)
class TakenBack:
    """How many statuses and proofs went, and what stays."""

    statuses: int
    proofs: int
    kept: tuple[Kept, ...]


def plan(crosswalk: Crosswalk, sources: Mapping[str, Source], target: Target) -> list[Taken]:
    """Every criterion of the target in reading order. `sources` by the crosswalk's short names;
    those that the territory never assessed are not in it."""
    successors = {one.ref: one for one in crosswalk.successors}
    found = []
    for node in walk(target.roots):
        successor = successors.get(node.id)
        if successor is None:
            if not node.children:
                found.append(_taken(node, (), None, Asked.NEW, (), target))
            continue
        origins = tuple(_origins(successor.origins, sources))
        said, asked = _status(successor.carries, successor.origins, origins)
        found.append(_taken(node, origins, said, asked, _links(node, origins, target), target))
    return found


def _taken(
    node: NodeDraft,
    origins: tuple[From, ...],
    said: Said | None,
    asked: Asked | None,
    links: tuple[Link, ...],
    target: Target,
) -> Taken:
    if node.id in target.confirmed:
        return Taken(node.id, node.title, origins, None, None, links, is_confirmed=True)
    return Taken(node.id, node.title, origins, said, asked, links, is_confirmed=False)


def _origins(declared: Iterable[Origin], sources: Mapping[str, Source]) -> Iterable[From]:
    """Those that the territory has assessed, and that are in the text it was assessed by."""
    for one in declared:
        source = sources.get(one.source)
        node = _node(source, one.ref) if source else None
        if source and node:
            yield From(source, one.ref, node.title)


def _status(
    carries: CarriesOver, declared: Sequence[Origin], origins: Sequence[From]
) -> tuple[Said | None, Asked | None]:
    """What all origins say alike; else why nothing carries over."""
    if not origins:
        return None, Asked.NOT_ASSESSED
    if carries is CarriesOver.PROOFS:
        return None, Asked.PROOFS_ALONE
    if len(origins) < len(declared):
        return None, Asked.NOT_ASSESSED
    heard = [one for origin in origins for one in _heard(origin)]
    spoken = [one for one in heard if one is not None]
    if not spoken:
        return None, Asked.NOTHING_SAID
    if len({one.says for one in spoken}) > 1 or len(spoken) < len(heard):
        return None, Asked.DISAGREE
    return max(spoken, key=lambda one: one.at), None


def _heard(origin: From) -> list[Said | None]:
    """What was said of a node: of itself, else of each criterion below it."""
    own = _spoken(origin.source, origin.ref)
    node = _node(origin.source, origin.ref)
    if own is not None or node is None:
        return [own]
    return [_spoken(origin.source, leaf.id) for leaf in walk([node]) if not leaf.children]


def _spoken(source: Source, ref: str) -> Said | None:
    said = source.said.get(ref)
    return None if said is None or said.is_blank else said


def _links(node: NodeDraft, origins: Sequence[From], target: Target) -> tuple[Link, ...]:
    """Proofs of the origins and of all below them, each thing once, where it never was linked."""
    found: dict[Subject, Link] = {}
    for origin in origins:
        top = _node(origin.source, origin.ref)
        refs = {below.id for below in walk([top])} if top else set()
        for link in origin.source.links:
            if link.ref in refs and (node.id, link.subject) not in target.linked:
                found.setdefault(link.subject, link)
    return tuple(found.values())


def _node(source: Source, ref: str) -> NodeDraft | None:
    return next((node for node in walk(source.roots) if node.id == ref), None)
