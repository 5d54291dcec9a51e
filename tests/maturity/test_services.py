"""Opening a year, confirming, freezing, linking and unlinking proofs."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError, StaleError
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.maturity.kinds import CriterionStatus, EvidenceKind
from app.maturity.models import Assessment, Criterion, Evidence
from app.maturity.services.assessing import confirm_status, freeze, open_assessment
from app.maturity.services.evidence import link_evidence, relink_evidence, unlink_evidence
from app.web.database import db
from tests.cast import NOW, Cast
from tests.maturity.samples import KEY, LADDER, assess, import_ladder

DONE, PLANNED = CriterionStatus.DONE, CriterionStatus.PLANNED
LATER = NOW + timedelta(days=1)


@pytest.fixture
def assessment(writing: Session, here: Cast) -> Assessment:
    return assess(writing, here)


def confirm(
    session: Session, assessment: Assessment, ref: str = "7.1", **more: object
) -> Criterion:
    said: dict[str, object] = {"status": DONE, "seen_version": None, "person_id": None, "now": NOW}
    return confirm_status(session, assessment, ref=ref, **{**said, **more})  # type: ignore[arg-type]


def link(session: Session, here: Cast, ref: str = "7.1", **more: object) -> Evidence:
    known: dict[str, object] = {
        "territory_id": here.territory().id,
        "framework_key": KEY,
        "subject": here.project(),
        "person_id": None,
        "now": NOW,
    }
    return link_evidence(session, ref=ref, **{**known, **more})  # type: ignore[arg-type]


def test_a_year_is_opened_once_and_pins_the_latest_version(
    writing: Session, here: Cast, assessment: Assessment
) -> None:
    import_ladder(writing, LADDER.replace("Chercher", "Trouver"))
    assert assess(writing, here).id == assessment.id
    assert (assessment.version.number, assess(writing, here, 2027).version.number) == (1, 2)


def test_a_new_year_begins_with_what_the_last_one_confirmed(
    writing: Session, here: Cast, assessment: Assessment
) -> None:
    confirm(writing, assessment, comment="Votée", person_id=here.person("Anne").id)
    confirm(writing, assessment, "7.2.1", status=PLANNED)
    import_ladder(writing, LADDER.replace("7.2.1", "7.2.9"))
    following = assess(writing, here, 2027)
    (kept,) = writing.scalars(
        select(Criterion).where(Criterion.assessment_id == following.id)
    ).all()
    assert (kept.ref, kept.status, kept.comment, kept.confirmed_at) == ("7.1", DONE, "Votée", NOW)


def test_a_new_year_takes_the_last_one_that_said_anything_whole(
    writing: Session, here: Cast
) -> None:
    """Years may be opened out of order: 2025 after 2026, which nobody filled in."""
    assess(writing, here, 2026)
    earlier = assess(writing, here, 2025)
    confirm(writing, earlier)
    confirm(writing, earlier, "7.2.1")
    assert _said(writing, assess(writing, here, 2027)) == {"7.1": DONE, "7.2.1": DONE}
    confirm(writing, assess(writing, here, 2026), status=PLANNED)
    assert _said(writing, assess(writing, here, 2026)) == {"7.1": PLANNED}
    assert _said(writing, assess(writing, here, 2028)) == {"7.1": DONE, "7.2.1": DONE}


def _said(session: Session, assessment: Assessment) -> dict[str, CriterionStatus]:
    rows = select(Criterion).where(Criterion.assessment_id == assessment.id)
    return {row.ref: row.status for row in session.scalars(rows)}


def test_a_framework_that_is_not_there_cannot_be_assessed(writing: Session, here: Cast) -> None:
    with pytest.raises(RefusedError, match="pas chargé"):
        open_assessment(
            writing, territory_id=here.territory().id, framework_key="nowhere", year=2026
        )


def test_four_people_who_open_a_year_at_once_share_it(
    app: Flask, writing: Session, here: Cast
) -> None:
    territory_id = here.territory().id
    writing.rollback()
    with app.app_context():
        engine = db.engine
    start, found = threading.Barrier(4), []

    def work() -> None:
        with Session(engine) as own:
            acting(own, None, Via.PAGE, NOW)
            start.wait()
            made = open_assessment(own, territory_id=territory_id, framework_key=KEY, year=2026)
            own.commit()
            found.append(made.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_status_is_confirmed_by_somebody_and_journalled(
    writing: Session, here: Cast, assessment: Assessment
) -> None:
    anne = here.person("Anne").id
    row = confirm(writing, assessment, person_id=anne, comment="  Votée en mars. ")
    assert (row.status, row.comment, row.confirmed_by_id, row.version) == (
        DONE,
        "Votée en mars.",
        anne,
        1,
    )
    change = writing.scalars(select(Change).where(Change.entity == "Criterion")).one()
    assert change.actor_id == anne
    assert change.territory_id == here.territory().id
    assert change.fields["status"] == [None, "done"]


def test_who_saw_an_older_status_is_told_and_changes_nothing(
    writing: Session, assessment: Assessment
) -> None:
    first = confirm(writing, assessment)
    confirm(writing, assessment, status=PLANNED, seen_version=first.version)
    for stale in (None, 1):
        with pytest.raises(StaleError):
            confirm(writing, assessment, seen_version=stale)
    assert (first.status, first.version) == (PLANNED, 2)


def test_detailed_carries_exact_parts_that_make_one(
    writing: Session, assessment: Assessment
) -> None:
    detailed = CriterionStatus.DETAILED
    parts = (Decimal("0.1"), Decimal("0.2"), Decimal("0.7"))
    row = confirm(writing, assessment, status=detailed, fractions=parts)
    writing.commit()
    assert row.fractions == ["0.1", "0.2", "0.7"]
    confirm(writing, assessment, seen_version=1)
    writing.commit()
    assert row.fractions is None
    for wrong in (None, (Decimal(1),), (Decimal("0.6"), Decimal("0.6"), Decimal("-0.2"))):
        with pytest.raises(RefusedError, match="100"):
            confirm(writing, assessment, status=detailed, fractions=wrong, seen_version=2)


def test_a_criterion_that_is_not_in_the_framework_is_refused(
    writing: Session, here: Cast, assessment: Assessment
) -> None:
    with pytest.raises(RefusedError, match="pas dans ce référentiel"):
        confirm(writing, assessment, "9.9")
    with pytest.raises(RefusedError, match="pas dans ce référentiel"):
        link(writing, here, "9.9")


def test_a_frozen_year_no_longer_changes(writing: Session, assessment: Assessment) -> None:
    freeze(writing, assessment, now=NOW)
    writing.commit()
    assert assessment.frozen_at == NOW
    with pytest.raises(RefusedError, match="figée"):
        confirm(writing, assessment)
    with pytest.raises(RefusedError, match="figée"):
        freeze(writing, assessment, now=LATER)


def test_a_project_and_its_step_prove_a_criterion_once_each(
    writing: Session, here: Cast, assessment: Assessment
) -> None:
    whole, part = link(writing, here), link(writing, here, subject=here.step(), note=" Relevé ")
    assert (whole.kind, whole.subject_id) == (EvidenceKind.PROJECT, here.project().id)
    assert (part.kind, part.subject_id, part.note) == (
        EvidenceKind.STEP,
        here.step().id,
        "Relevé",
    )
    for again in ({}, {"subject": here.step()}):
        with pytest.raises(RefusedError, match="déjà reliée"):
            link(writing, here, **again)


def test_a_project_of_another_territory_proves_nothing_here(
    writing: Session, here: Cast, assessment: Assessment
) -> None:
    with pytest.raises(RefusedError, match="pas de ce territoire"):
        link(writing, here, subject=here.project("Sciure pour la chaufferie"))
    with pytest.raises(RefusedError, match="pas de ce territoire"):
        link(writing, here, subject=here.step("Chiffrer le transport"))


def test_a_removed_proof_is_kept_and_comes_back_unless_it_was_linked_anew(
    writing: Session, here: Cast, assessment: Assessment
) -> None:
    proof = link(writing, here)
    unlink_evidence(writing, proof, now=LATER)
    relink_evidence(writing, proof)
    assert proof.removed_at is None
    unlink_evidence(writing, proof, now=LATER)
    link(writing, here)
    with pytest.raises(RefusedError, match="déjà reliée"):
        relink_evidence(writing, proof)
    writing.commit()
    assert proof.removed_at == LATER


def test_two_who_give_a_level_its_first_status_at_once_do_not_overwrite_each_other(
    app: Flask, writing: Session, assessment: Assessment
) -> None:
    assessment_id = assessment.id
    writing.rollback()
    with app.app_context():
        engine = db.engine
    start, found = threading.Barrier(2), []

    def work(status: CriterionStatus) -> None:
        with Session(engine) as own:
            acting(own, None, Via.PAGE, NOW)
            start.wait()
            try:
                confirm(own, own.get_one(Assessment, assessment_id), "7.2", status=status)
                own.commit()
                found.append(status)
            except StaleError:
                own.rollback()
                found.append(None)

    threads = [threading.Thread(target=work, args=(one,)) for one in (DONE, PLANNED)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    row = writing.scalars(select(Criterion).where(Criterion.ref == "7.2")).one()
    assert found.count(None) == 1 and row.status in found and row.version == 1
