"""Frameworks, what proves their criteria and what feeds an objective, for the access matrix."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core import clock
from app.frameworks.models import Framework, FrameworkVersion, Node
from app.maturity.kinds import EvidenceKind
from app.maturity.models import Assessment, Evidence
from tests.cast import BEGINNING, Cast


def new_proof(session: Session, cast: Cast, framework: Framework) -> Evidence:
    project = cast.project()
    proof = Evidence(
        territory_id=project.territory_id,
        framework_key=framework.key,
        ref="9.9",
        kind=EvidenceKind.PROJECT,
        subject_id=project.id,
        project_id=project.id,
        added_at=BEGINNING,
    )
    session.add_all(
        [
            proof,
            Assessment(
                territory_id=project.territory_id,
                version_id=framework.versions[0].id,
                year=clock.now().year,
            ),
        ]
    )
    session.flush()
    return proof


def load_framework(session: Session) -> Framework:
    framework = Framework(key="essai", title="Essai")
    version = FrameworkVersion(
        framework=framework, number=1, content_hash="0" * 64, imported_at=BEGINNING
    )
    node = Node(
        version=version,
        position=0,
        depth=0,
        ref="9.9",
        title="Essai",
        keys={},
        sections={},
        file="essai.md",
        line=1,
    )
    session.add_all([framework, version, node])
    session.flush()
    return framework


def load_as(session: Session, cast: Cast, genre: str) -> Framework:
    """A framework of one question and one item, followed by the territory."""
    framework = Framework(key=genre, title=genre)
    version = FrameworkVersion(
        framework=framework, number=1, content_hash=genre[:1] * 64, imported_at=BEGINNING
    )
    shared = {"sections": {}, "file": "essai.md", "line": 1, "version": version}
    session.add_all(
        [
            Node(position=0, depth=0, ref="p", title="P", keys={"genre": genre}, **shared),
            Node(
                position=1,
                depth=1,
                ref="p.1",
                parent_ref="p",
                title="Q",
                keys={"question": "Q"},
                **shared,
            ),
            Node(position=2, depth=1, ref="p.2", parent_ref="p", title="I", keys={}, **shared),
        ]
    )
    session.flush()
    session.add(
        Assessment(territory_id=cast.territory().id, version_id=version.id, year=clock.now().year)
    )
    session.flush()
    return framework


def new_feeding(session: Session, cast: Cast) -> Evidence:
    project = cast.project()
    link = Evidence(
        territory_id=project.territory_id,
        framework_key="objectifs",
        ref="p.2",
        kind=EvidenceKind.PROJECT,
        subject_id=project.id,
        project_id=project.id,
        added_at=BEGINNING,
    )
    session.add(link)
    session.flush()
    return link
