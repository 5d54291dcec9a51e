"""A project's documents: who gives, reads, opens and removes them (docs/roles.md)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Territory
from app.core.viewer import Viewer
from app.files.kinds import Audience
from app.files.models import Document
from app.plans.kinds import PartnerRole
from app.plans.models import Partner, Project
from app.plans.rules import (
    ENDED,
    carriers,
    had_confirmed,
    may_comment,
    may_edit_project,
    visible_projects,
)

KIND = "project"


@dataclass(frozen=True)
class ProjectShelf:
    """The documents of a project whose partners are loaded, as this viewer may use them.

    A file may hold quantities: it is read as a flow's quantity is, by the organisation that gave
    it and by the partners that carried the project when it was opened last; not by the pilot as
    such, and by onlookers only once it is open to everybody (domain.md §5, §6).
    """

    viewer: Viewer
    project: Project
    kind: str = KIND

    @property
    def subject_id(self) -> int:
        return self.project.id

    @property
    def territory_id(self) -> int:
        return self.project.territory_id

    @property
    def project_id(self) -> int | None:
        return self.project.id

    @property
    def title(self) -> str:
        return self.project.title

    @property
    def page(self) -> str:
        return f"/projets/{self.project.public_id}"

    @property
    def address(self) -> str:
        return f"{self.page}/documents"

    @property
    def place(self) -> Territory:
        return self.project.territory

    @property
    def zone(self) -> str:
        return self.project.territory.time_zone

    @property
    def promise(self) -> str:
        return (
            "Lu par les partenaires confirmés qui portent le projet, et par eux seuls tant que "
            "vous ne l’ouvrez pas à d’autres."
        )

    @property
    def may_give(self) -> bool:
        """Who drives the territory and the confirmed carriers; an ended project rests."""
        return self.project.state not in ENDED and may_comment(self.viewer, self.project)

    @property
    def givers(self) -> list[tuple[int, str]]:
        """One's organisations that carry the project, its lead first."""
        own = [p for p in carriers(self.project) if p.organisation_id in self.viewer.organisations]
        own.sort(key=lambda partner: partner.role is not PartnerRole.LEAD)
        return [(partner.organisation_id, partner.organisation.name) for partner in own]

    def reads(self, document: Document) -> bool:
        if document.audience is Audience.EVERYONE:
            return True
        if self.project.territory_id in self.viewer.observes:
            return False
        readers = {
            p.organisation_id
            for p in carriers(self.project)
            if had_confirmed(p, document.opened_at)
        }
        return self._gave(document) or bool(self.viewer.organisations & readers)

    def readers(self, document: Document) -> list[str]:
        return [
            p.organisation.name
            for p in self._others(document)
            if had_confirmed(p, document.opened_at)
        ]

    def newcomers(self, document: Document) -> list[str]:
        return [
            p.organisation.name
            for p in self._others(document)
            if not had_confirmed(p, document.opened_at)
        ]

    def may_open(self, document: Document) -> bool:
        """Only whoever gave it shows it to more people."""
        return self._gave(document)

    def may_remove(self, document: Document) -> bool:
        """Its giver, at any time: their own affair. Who edits the project: that shows nothing."""
        return self._gave(document) or may_edit_project(self.viewer, self.project)

    def _gave(self, document: Document) -> bool:
        if document.organisation_id is None:
            return self.project.territory_id in self.viewer.animates
        looks_on = self.project.territory_id in self.viewer.observes
        return document.organisation_id in self.viewer.organisations and not looks_on

    def _others(self, document: Document) -> list[Partner]:
        return [p for p in carriers(self.project) if p.organisation_id != document.organisation_id]


def shelved_projects(viewer: Viewer) -> Select[Project]:
    """The projects that this viewer sees, with the names that a list of documents says."""
    return visible_projects(viewer).options(
        joinedload(Project.territory),
        joinedload(Project.partners).joinedload(Partner.organisation),
    )


def shelf_by_id(session: Session, viewer: Viewer, project_id: int) -> ProjectShelf | None:
    """As the files' room asks for it, None where the project is not seen."""
    found = session.scalars(shelved_projects(viewer).where(Project.id == project_id))
    project = found.unique().one_or_none()
    return ProjectShelf(viewer, project) if project else None
