"""A meeting's documents, and the photos of its posters: two shelves, read by who takes part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.viewer import Viewer
from app.files.models import Document
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Meeting
from app.initiatives.queries.meetings import whole_meetings
from app.initiatives.rules.meetings import may_run_meeting, reads_minutes

DOCUMENTS, POSTERS = "meeting", "meeting_poster"
PLACES = {DOCUMENTS: "documents", POSTERS: "affiches"}


@dataclass(frozen=True)
class MeetingShelf:
    """What lies with a meeting, for this viewer: the facilitation gives, who takes part reads.

    An attendance sheet bears names and signatures: who merely looks on does not read it.
    """

    viewer: Viewer
    meeting: Meeting
    kind: str = DOCUMENTS
    project_id: int | None = None

    @property
    def subject_id(self) -> int:
        return self.meeting.id

    @property
    def territory_id(self) -> int:
        return self.meeting.territory_id

    @property
    def title(self) -> str:
        return self.meeting.title

    @property
    def page(self) -> str:
        return f"/rencontres/{self.meeting.public_id}"

    @property
    def address(self) -> str:
        return f"{self.page}/{PLACES[self.kind]}"

    @property
    def place(self) -> Territory:
        return self.meeting.territory

    @property
    def zone(self) -> str:
        return self.meeting.territory.time_zone

    @property
    def promise(self) -> str:
        return "Lu par les invités de la rencontre, son groupe et l’animation du territoire."

    @property
    def may_give(self) -> bool:
        cancelled = self.meeting.state is MeetingState.CANCELLED
        return may_run_meeting(self.viewer, self.meeting) and not cancelled

    @property
    def givers(self) -> list[tuple[int, str]]:
        """The facilitation gives in its own name."""
        return []

    def reads(self, document: Document) -> bool:
        return document.subject_id == self.meeting.id and reads_minutes(self.viewer, self.meeting)

    def readers(self, _document: Document) -> list[str]:
        return ["les invités", "le groupe"] if self.meeting.group_id else ["les invités"]

    def newcomers(self, _document: Document) -> list[str]:
        return []

    def may_open(self, _document: Document) -> bool:
        return False

    def may_remove(self, _document: Document) -> bool:
        return may_run_meeting(self.viewer, self.meeting)


def shelf_by_id(
    kind: str, session: Session, viewer: Viewer, meeting_id: int
) -> MeetingShelf | None:
    """As the files' room asks for it, None where the meeting is not seen."""
    found = session.scalars(whole_meetings(viewer).where(Meeting.id == meeting_id))
    meeting = found.unique().one_or_none()
    return MeetingShelf(viewer, meeting, kind) if meeting else None


FINDERS = {kind: partial(shelf_by_id, kind) for kind in PLACES}
