"""What pages and commands read of frameworks: lists, versions, and trees for scoring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.frameworks.format import NodeDraft
from app.frameworks.format.vocabulary import genre
from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import Framework, FrameworkVersion, Node

GENRE = "genre"


@dataclass(frozen=True)
class VersionLine:
    """One version as a list shows it."""

    number: int
    imported_at: datetime
    nodes: int


@dataclass(frozen=True)
class FrameworkLine:
    """A framework with its versions, the latest first."""

    public_id: str
    key: str
    title: str
    versions: tuple[VersionLine, ...]


def frameworks(session: Session) -> list[FrameworkLine]:
    """Every framework by its key, in one statement."""
    rows = session.execute(
        select(
            Framework.public_id,
            Framework.key,
            Framework.title,
            FrameworkVersion.number,
            FrameworkVersion.imported_at,
            func.count(Node.id),
        )
        .join(FrameworkVersion, FrameworkVersion.framework_id == Framework.id)
        .outerjoin(Node, Node.version_id == FrameworkVersion.id)
        .group_by(Framework.id, FrameworkVersion.id)
        .order_by(Framework.key, FrameworkVersion.number.desc())
    )
    lines: dict[str, tuple[str, str, list[VersionLine]]] = {}
    for public_id, key, title, number, imported_at, nodes in rows:
        _, _, versions = lines.setdefault(public_id, (key, title, []))
        versions.append(VersionLine(number, imported_at, nodes))
    return [
        FrameworkLine(public_id, key, title, tuple(versions))
        for public_id, (key, title, versions) in lines.items()
    ]


def visible_frameworks() -> Select[Framework]:
    """Frameworks are published texts: everybody who signs in reads them all."""
    return select(Framework)


def latest_versions() -> Select[FrameworkVersion]:
    """The newest version of every framework, with its framework."""
    newer = aliased(FrameworkVersion)
    newest = (
        select(func.max(newer.number))
        .where(newer.framework_id == FrameworkVersion.framework_id)
        .correlate(FrameworkVersion)
        .scalar_subquery()
    )
    return (
        select(FrameworkVersion)
        .join(FrameworkVersion.framework)
        .where(FrameworkVersion.number == newest)
        .options(joinedload(FrameworkVersion.framework))
        .order_by(Framework.key)
    )


def is_of_kind(kind: FrameworkKind) -> ColumnElement[bool]:
    """Whether the first root of a FrameworkVersion says this genre; levels are the default."""
    said = (
        select(func.lower(func.trim(Node.keys[GENRE].as_string())))
        .where(Node.version_id == FrameworkVersion.id, Node.position == 0)
        .correlate(FrameworkVersion)
        .scalar_subquery()
    )
    if kind is not FrameworkKind.MATURITY:
        return said == kind.value
    others = [one.value for one in FrameworkKind if one is not kind]
    return func.coalesce(said, "").not_in(others)


def kind_of(roots: Sequence[NodeDraft]) -> FrameworkKind:
    """The same of a tree."""
    raw = roots[0].keys.get(GENRE, "") if roots else ""
    return genre(raw) or FrameworkKind.MATURITY


def version_of(session: Session, key: str, number: int | None = None) -> FrameworkVersion | None:
    """A version of the framework of this key: the one numbered so, else the latest."""
    if number is None:
        return session.scalar(latest_versions().where(Framework.key == key))
    return session.scalar(
        select(FrameworkVersion)
        .join(FrameworkVersion.framework)
        .where(Framework.key == key, FrameworkVersion.number == number)
        .options(joinedload(FrameworkVersion.framework))
    )


def numbers_of(session: Session, framework_id: int) -> Sequence[int]:
    """The numbers of a framework's versions, the latest first."""
    return session.scalars(
        select(FrameworkVersion.number)
        .where(FrameworkVersion.framework_id == framework_id)
        .order_by(FrameworkVersion.number.desc())
    ).all()


def named(session: Session, name: str) -> Sequence[FrameworkVersion]:
    """Latest versions that a person may mean by a key or by the id of a root (6.3.1, 3.5).

    Where several have this root, one whose key ends with the id is meant (`cae-6.3.1`);
    several are answered when that does not decide either.
    """
    by_key = version_of(session, name)
    if by_key is not None:
        return [by_key]
    has_root = (
        select(Node.id)
        .where(Node.version_id == FrameworkVersion.id, Node.parent_ref.is_(None), Node.ref == name)
        .exists()
    )
    found = session.scalars(latest_versions().where(has_root)).all()
    closest = [version for version in found if version.framework.key.endswith(f"-{name}")]
    return closest if len(closest) == 1 else found


def nodes_of(session: Session, *version_ids: int) -> Sequence[Node]:
    """The nodes of these versions, each in reading order."""
    return session.scalars(
        select(Node)
        .where(Node.version_id.in_(version_ids))
        .order_by(Node.version_id, Node.position)
    ).all()


def tree_of(session: Session, version_id: int) -> tuple[NodeDraft, ...]:
    """The roots of a version as the reader gave them, for scoring. One statement."""
    return planted(nodes_of(session, version_id))


@dataclass
class _Branch:
    node: Node
    children: list[NodeDraft] = field(default_factory=list)


def planted(nodes: Iterable[Node]) -> tuple[NodeDraft, ...]:
    """Rows of one version in reading order → roots. Children first, so that nothing recurs."""
    branches = {node.ref: _Branch(node) for node in nodes}
    roots: list[NodeDraft] = []
    for branch in reversed(branches.values()):
        draft = _draft(branch.node, tuple(reversed(branch.children)))
        above = branches.get(draft.parent) if draft.parent is not None else None
        (above.children if above else roots).append(draft)
    return tuple(reversed(roots))


def _draft(node: Node, children: tuple[NodeDraft, ...]) -> NodeDraft:
    return NodeDraft(
        id=node.ref,
        title=node.title,
        parent=node.parent_ref,
        children=children,
        points=_decimal(node.points),
        percentage=_decimal(node.percentage),
        category=node.category,
        keys=node.keys,
        sections=node.sections,
        file=node.file,
        line=node.line,
        depth=node.depth,
    )


def _decimal(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)
