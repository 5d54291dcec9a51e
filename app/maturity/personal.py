"""What maturity says about people: who confirmed a criterion, who linked a proof."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.personal import Holding, PersonalData, Record, Section
from app.maturity.models import Assessment, Criterion, Deadline, Evidence, SharedReading


def _confirmed(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Criterion.ref, Criterion.status, Criterion.comment, Criterion.confirmed_at)
    query = select(*columns).where(Criterion.confirmed_by_id == person_id).order_by(Criterion.id)
    yield from (row._asdict() for row in session.execute(query))


def _proved(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Evidence.framework_key, Evidence.ref, Evidence.note, Evidence.added_at)
    query = select(*columns).where(Evidence.added_by_id == person_id).order_by(Evidence.id)
    yield from (row._asdict() for row in session.execute(query))


def _frozen(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Assessment.year, Assessment.frozen_at)
    query = select(*columns).where(Assessment.frozen_by_id == person_id).order_by(Assessment.id)
    yield from (row._asdict() for row in session.execute(query))


def _agreed(session: Session, person_id: int) -> Iterator[Record]:
    query = select(SharedReading.agreed_at).where(SharedReading.agreed_by_id == person_id)
    yield from (row._asdict() for row in session.execute(query.order_by(SharedReading.id)))


PERSONAL = PersonalData(
    holdings=(
        Holding(
            Assessment,
            what="maturité : qui a figé une année",
            kept="aussi longtemps que l’évaluation, sans nom après effacement",
            pointers="frozen_by_id",
            neutral="public_id kept",
        ),
        Holding(
            Criterion,
            what="maturité : qui a confirmé un critère, avec son commentaire",
            kept="aussi longtemps que l’évaluation, sans nom après effacement",
            text="comment",
            pointers="confirmed_by_id",
            neutral="ref fractions",
        ),
        Holding(
            Evidence,
            what="maturité : qui a relié une preuve, avec sa note",
            kept="aussi longtemps que l’évaluation, sans nom après effacement",
            text="note",
            pointers="added_by_id",
            neutral="public_id framework_key ref subject_id proved_on",
        ),
        Holding(Deadline, neutral="ref due_on"),
        Holding(
            SharedReading,
            what="maturité : qui a accepté la lecture côte à côte",
            kept="jusqu’au retrait de l’accord, sans nom après effacement",
            pointers="agreed_by_id",
        ),
    ),
    sections=(
        Section(
            "criteria_confirmed",
            "Les critères de maturité que vous avez confirmés",
            "criterion",
            {
                "ref": "critère",
                "status": "statut",
                "comment": "commentaire",
                "confirmed_at": "confirmé le",
            },
            _confirmed,
        ),
        Section(
            "years_frozen",
            "Les années de maturité que vous avez figées",
            "assessment",
            {"year": "année", "frozen_at": "figée le"},
            _frozen,
        ),
        Section(
            "readings_shared",
            "Vos accords pour lire la maturité côte à côte",
            "maturity_shared_reading",
            {"agreed_at": "donné le"},
            _agreed,
        ),
        Section(
            "evidence_added",
            "Les preuves que vous avez reliées",
            "evidence",
            {
                "framework_key": "référentiel",
                "ref": "critère",
                "note": "note",
                "added_at": "reliée le",
            },
            _proved,
        ),
    ),
)
