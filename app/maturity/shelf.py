"""The files that prove criteria in a year: given by the facilitation, read by all who follow it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.viewer import Viewer
from app.files.models import Document
from app.maturity.models import Assessment
from app.maturity.rules import may_assess, visible_assessments

KIND = "assessment"


@dataclass(frozen=True)
class AssessmentShelf:
    """The files of one year, for this viewer. A year that is frozen takes and loses none."""

    viewer: Viewer
    assessment: Assessment
    kind: str = KIND
    project_id: int | None = None

    @property
    def subject_id(self) -> int:
        return self.assessment.id

    @property
    def territory_id(self) -> int:
        return self.assessment.territory_id

    @property
    def title(self) -> str:
        return f"Maturité {self.assessment.year}"

    @property
    def page(self) -> str:
        territory = self.assessment.territory.public_id
        return f"/territoires/{territory}/maturite?annee={self.assessment.year}"

    @property
    def address(self) -> str:
        return f"/maturite/{self.assessment.public_id}/documents"

    @property
    def place(self) -> Territory:
        return self.assessment.territory

    @property
    def zone(self) -> str:
        return self.assessment.territory.time_zone

    @property
    def promise(self) -> str:
        return "Lu par toutes les personnes qui suivent le territoire, élus et financeurs compris."

    @property
    def may_give(self) -> bool:
        is_open = self.assessment.frozen_at is None
        return is_open and may_assess(self.viewer, self.assessment.territory)

    @property
    def givers(self) -> list[tuple[int, str]]:
        """The facilitation gives in its own name."""
        return []

    def reads(self, document: Document) -> bool:
        return document.subject_id == self.assessment.id

    def readers(self, _document: Document) -> list[str]:
        return ["les personnes qui suivent le territoire"]

    def newcomers(self, _document: Document) -> list[str]:
        return []

    def may_open(self, _document: Document) -> bool:
        return False

    def may_remove(self, _document: Document) -> bool:
        return self.may_give


def shelf_by_id(session: Session, viewer: Viewer, assessment_id: int) -> AssessmentShelf | None:
    """As the files' room asks for it, None where the territory is not followed."""
    found = session.scalar(visible_assessments(viewer).where(Assessment.id == assessment_id))
    return AssessmentShelf(viewer, found) if found else None
