"""What the territory said of itself in the référentiels, and what proves it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.chronicle import OPENING, SAYING, Chronicle, public_id
from app.demo.criteria import ProofTale, Reading, YearTale
from app.demo.ground import Ground
from app.demo.story import SEEDS
from app.frameworks.models import Framework, FrameworkVersion
from app.frameworks.services import import_files
from app.journal.kinds import Via
from app.maturity.models import Assessment, Criterion, Evidence
from app.maturity.services.assessing import freeze

CATALOGUE = SEEDS / "frameworks"


def import_catalogue(session: Session, now: datetime, folder: Path = CATALOGUE) -> None:
    """Read the catalogue's own files into the database; what is known already changes nothing."""
    import_files(session, sorted(folder.glob("*.md")), now=now)
    session.flush()


def tell_readings(ground: Ground, chronicle: Chronicle) -> None:
    """Note each year's assessment and each proof, for the frameworks of the catalogue."""
    for reading in ground.story.readings:
        version = _newest(ground.session, reading.framework)
        for year in reading.years:
            what = f"{ground.story.key}{reading.framework} {year.year}"
            deed = partial(_assess, ground, reading, version.id, year)
            chronicle.on(year.confirmed_on, OPENING, what, reading.person, Via.PAGE, deed)
            if year.frozen_on:
                end = partial(_freeze, ground, reading, year)
                chronicle.on(year.frozen_on, SAYING, what, reading.person, Via.PAGE, end)
        for number, proof in enumerate(reading.proofs):
            what = f"{ground.story.key}{reading.framework} proof {number}"
            deed = partial(_prove, ground, reading, number, proof)
            chronicle.on(proof.added_on, SAYING, what, proof.person, Via.PAGE, deed)


def _newest(session: Session, key: str) -> FrameworkVersion:
    return session.scalars(
        select(FrameworkVersion)
        .join(Framework)
        .where(Framework.key == key)
        .order_by(FrameworkVersion.number.desc())
        .limit(1)
    ).one()


def _assessment_id(ground: Ground, reading: Reading, year: YearTale) -> str:
    what = f"assessment {reading.framework} {year.frozen_on is None} {year.year}"
    return public_id(f"{ground.story.key}{what}")


def _assess(
    ground: Ground, reading: Reading, version_id: int, year: YearTale, at: datetime
) -> None:
    assessment = Assessment(
        public_id=_assessment_id(ground, reading, year),
        territory_id=ground.territory.id,
        version_id=version_id,
        year=year.year,
    )
    ground.session.add(assessment)
    ground.session.flush()
    for tale in year.criteria:
        ground.session.add(
            Criterion(
                assessment_id=assessment.id,
                territory_id=ground.territory.id,
                ref=tale.ref,
                status=tale.status,
                fractions=[str(one) for one in tale.fractions] if tale.fractions else None,
                concerned=tale.is_concerned,
                comment=tale.comment,
                text_id=version_id,
                confirmed_by_id=ground.people[reading.person].id,
                confirmed_at=at,
            )
        )


def _freeze(ground: Ground, reading: Reading, year: YearTale, at: datetime) -> None:
    wanted = _assessment_id(ground, reading, year)
    made = ground.session.scalars(select(Assessment).where(Assessment.public_id == wanted)).one()
    freeze(ground.session, made, now=at, person_id=ground.people[reading.person].id)


def _prove(ground: Ground, reading: Reading, number: int, tale: ProofTale, at: datetime) -> None:
    project = ground.projects[tale.project]
    ground.session.add(
        Evidence(
            public_id=public_id(f"{ground.story.key}evidence {reading.framework} {number}"),
            territory_id=ground.territory.id,
            framework_key=reading.framework,
            ref=tale.ref,
            kind=tale.kind,
            subject_id=ground.step_by_key(tale.project, tale.step).id if tale.step else project.id,
            project_id=project.id,
            note=tale.note,
            added_by_id=ground.people[tale.person].id,
            added_at=at,
        )
    )
