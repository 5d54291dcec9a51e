"""The programmes and objectives that a project can feed, with their texts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy.orm import Session

from app.frameworks.format import NodeDraft
from app.frameworks.kinds import FrameworkKind
from app.frameworks.queries import is_of_kind, kind_of, latest_versions
from app.maturity.queries.years import trees_of


@dataclass(frozen=True)
class TextBeside:
    """The latest text of a framework without levels."""

    public_id: str
    key: str
    kind: FrameworkKind
    roots: tuple[NodeDraft, ...]

    @property
    def title(self) -> str:
        return self.roots[0].title


def texts_beside(session: Session) -> list[TextBeside]:
    """Programmes, then objectives; two statements, one where there are none."""
    wanted = (FrameworkKind.PROGRAMME, FrameworkKind.OBJECTIVES)
    versions = session.scalars(
        latest_versions().where(or_(*(is_of_kind(kind) for kind in wanted)))
    ).all()
    if not versions:
        return []
    trees = trees_of(session, [version.id for version in versions])
    found = [
        TextBeside(one.framework.public_id, one.framework.key, kind_of(roots), roots)
        for one in versions
        if (roots := trees.get(one.id, ()))
    ]
    return sorted(found, key=lambda one: wanted.index(one.kind))
