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
    DECIDED_ABOVE = "decided_above"


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
    if any(map(_is_in_parts_above, origins)):
        return None, Asked.DECIDED_ABOVE
    return _agreed([one for origin in origins for one in _heard(origin)])


def _agreed(heard: Sequence[Said | None]) -> tuple[Said | None, Asked | None]:
    """The latest of words that all say the same."""
    spoken = [one for one in heard if one is not None]
    if not spoken:
        return None, Asked.NOTHING_SAID
    if len({one.says for one in spoken}) > 1 or len(spoken) < len(heard):
        return None, Asked.DISAGREE
    return max(spoken, key=lambda one: one.at), None


def _heard(origin: From) -> list[Said | None]:
    """What stands of a node: what was said of it or above it, else of each criterion below it."""
    own = _standing(origin.source, origin.ref)
    node = _node(origin.source, origin.ref)
    if own is not None or node is None:
        return [own]
    return [_standing(origin.source, leaf.id) for leaf in walk([node]) if not leaf.children]


def _standing(source: Source, ref: str) -> Said | None:
    """What decides of a node, as the score has it: « non concerné » from above goes before all,
    then the outermost status of its own (docs/framework-format.md)."""
    spoken = [one for above in (*_above(source, ref), ref) if (one := _spoken(source, above))]
    decided = [one for one in spoken if one.status is not CriterionStatus.UNSET]
    apart = [one for one in spoken if not one.concerned]
    return next(iter((*apart, *decided)), None)


def _is_in_parts_above(origin: From) -> bool:
    """What decides stands above and is « détaillé »: which part of it this is nobody said."""
    said = _standing(origin.source, origin.ref)
    in_parts = said is not None and said.concerned and said.status is CriterionStatus.DETAILED
    return in_parts and said is not _spoken(origin.source, origin.ref)


def _above(source: Source, ref: str) -> list[str]:
    """The nodes above this one, the outermost first."""
    nodes = {node.id: node for node in walk(source.roots)}
    found: list[str] = []
    while (node := nodes.get(ref)) is not None and node.parent is not None:
        found.insert(0, ref := node.parent)
    return found


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
