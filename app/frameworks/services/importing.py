"""Writing frameworks into the database: whole or not at all, never over an older version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.frameworks.format import Diagnostic, NodeDraft, walk
from app.frameworks.kinds import DiagnosticLevel
from app.frameworks.models import Framework, FrameworkVersion, Node
from app.frameworks.services.gathering import Gathered, gather
from app.frameworks.services.sources import Source, open_sources

_TRIES = 5


@dataclass(frozen=True)
class ImportedFramework:
    """What stands in the database now: `changed` is False where this content was there already.

    `version` and `changed` are None after a check, which opens no database.
    """

    key: str
    version: int | None
    roots: tuple[str, ...]
    nodes: int
    changed: bool | None


@dataclass(frozen=True)
class ImportReport:
    """Without an error every framework was written; with one, none was."""

    frameworks: tuple[ImportedFramework, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def nodes(self) -> int:
        return sum(framework.nodes for framework in self.frameworks)

    @property
    def has_errors(self) -> bool:
        return any(d.level is DiagnosticLevel.ERROR for d in self.diagnostics)


def check_files(
    paths: Sequence[Path], *, as_key: str | None = None, overlays: Sequence[Path] = ()
) -> ImportReport:
    """What an import would read and say. Raises UnreadableSourceError, as the import does."""
    gathering = gather(open_sources(paths), as_key, open_sources(overlays))
    found = () if gathering.has_errors else gathering.frameworks
    return ImportReport(
        tuple(_described(one, None, changed=None) for one in found), gathering.diagnostics
    )


def import_files(
    session: Session,
    paths: Sequence[Path],
    *,
    as_key: str | None = None,
    overlays: Sequence[Path] = (),
    now: datetime,
) -> ImportReport:
    """Read files or folders of the official format and keep what they say; the caller commits.

    The key is `referentiel` of the root, else the file's or folder's name; `as_key` overrides.
    Overlays are files of the same format whose keys are added by id, to one framework.
    The same content changes nothing, another one is a new version, an error keeps everything
    out. Raises UnreadableSourceError for a path or key that cannot be taken.
    """
    return import_sources(
        session,
        open_sources(paths),
        as_key=as_key,
        overlays=open_sources(overlays),
        now=now,
    )


def import_sources(
    session: Session,
    sources: Sequence[Source],
    *,
    as_key: str | None = None,
    overlays: Sequence[Source] = (),
    now: datetime,
) -> ImportReport:
    """The same for files that do not lie on a disk."""
    gathering = gather(sources, as_key, overlays)
    if gathering.has_errors:
        return ImportReport((), gathering.diagnostics)
    kept = tuple(_keep(session, one, now) for one in gathering.frameworks)
    return ImportReport(kept, gathering.diagnostics)


def _described(one: Gathered, version: int | None, *, changed: bool | None) -> ImportedFramework:
    roots = tuple(root.id for root in one.roots)
    return ImportedFramework(one.key, version, roots, one.size, changed)


def _keep(session: Session, one: Gathered, now: datetime) -> ImportedFramework:
    """One importer at a time writes a framework: the others wait, then find it there."""
    framework = _framework(session, one)
    known = session.scalar(
        select(FrameworkVersion.number).where(
            FrameworkVersion.framework_id == framework.id,
            FrameworkVersion.content_hash == one.content_hash,
        )
    )
    if known is not None:
        return _described(one, known, changed=False)
    last = session.scalar(
        select(func.max(FrameworkVersion.number)).where(
            FrameworkVersion.framework_id == framework.id
        )
    )
    version = FrameworkVersion(
        framework_id=framework.id,
        number=(last or 0) + 1,
        content_hash=one.content_hash,
        imported_at=now,
    )
    framework.title = one.roots[0].title
    session.add(version)
    session.flush()
    session.execute(
        insert(Node), [_row(version.id, at, node) for at, node in enumerate(walk(one.roots))]
    )
    return _described(one, version.number, changed=True)


def _framework(session: Session, one: Gathered) -> Framework:
    """The row of this key, locked until the caller commits; made where there is none yet."""
    query = select(Framework).where(Framework.key == one.key).with_for_update()
    for _ in range(_TRIES):
        found = session.scalar(query.execution_options(populate_existing=True))
        if found is not None:
            return found
        try:
            with session.begin_nested():
                session.add(Framework(key=one.key, title=one.roots[0].title))
        except IntegrityError:
            continue  # another importer made it while this one waited: take theirs
    raise RuntimeError(f"framework {one.key} can be neither found nor made")


def _row(version_id: int, position: int, node: NodeDraft) -> dict[str, object]:
    return {
        "version_id": version_id,
        "parent_ref": node.parent,
        "position": position,
        "depth": node.depth,
        "ref": node.id,
        "title": node.title,
        "points": _written(node.points),
        "percentage": _written(node.percentage),
        "category": node.category,
        "keys": dict(node.keys),
        "sections": dict(node.sections),
        "file": node.file,
        "line": node.line,
    }


def _written(weight: Decimal | None) -> str | None:
    return None if weight is None else f"{weight:f}"
