"""A calendar address as entries: titles, days, hours; no quantity, no note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from app.core.calendar_feed import DayEntry, TimedEntry, calendar_feed
from app.core.calendar_file import Event
from app.core.viewer import Viewer
from app.initiatives.models import Meeting
from app.overview.queries.dates import feed_dates
from app.overview.queries.feed import (
    CANCELLED_FOR,
    FeedStep,
    GoneStep,
    feed_steps,
    gone_steps,
    is_of,
    is_off,
    is_theirs,
    last_changes,
    meetings_about,
    own_meetings,
)
from app.plans.kinds import ProjectState, StepStatus
from app.plans.models import Project, Step

TAKEN_AWAY = "Étape retirée de votre calendrier"


@dataclass(frozen=True)
class Reading:
    """One reading of one address: for whom, when, and where this site is."""

    session: Session
    viewer: Viewer
    now: datetime
    base_url: str

    def uid(self, public_id: str) -> str:
        """The same through all the life of what it names, on every page and in every mail."""
        return f"{public_id}@{urlsplit(self.base_url).hostname}"

    def is_recent(self, instant: datetime) -> bool:
        return instant >= self.now - CANCELLED_FOR


def own_calendar(reading: Reading) -> str:
    """A person's steps and meetings, and the dates of the programmes that they follow."""
    session, viewer, now = reading.session, reading.viewer, reading.now
    steps = feed_steps(session, viewer, is_theirs(viewer), now)
    gone = gone_steps(session, viewer, None, [step.id for step in steps], now)
    days = [*_days(reading, steps, gone), *_programmes(reading)]
    meetings = own_meetings(session, viewer, now)
    return calendar_feed(f"Maillage – {viewer.name}", days, _timed(reading, meetings))


def project_calendar(reading: Reading, project: Project) -> str:
    """A project's steps, its end, and the meetings about it."""
    session, viewer, now = reading.session, reading.viewer, reading.now
    steps = feed_steps(session, viewer, is_of(project.id), now)
    gone = gone_steps(session, viewer, project.id, [step.id for step in steps], now)
    days = [*_days(reading, steps, gone), *_end(reading, project)]
    meetings = meetings_about(session, viewer, project.id, now)
    return calendar_feed(f"Maillage – {project.title}", days, _timed(reading, meetings))


def _days(
    reading: Reading, steps: Sequence[FeedStep], gone: Sequence[GoneStep]
) -> Iterator[DayEntry]:
    everything = [*steps, *(one.step for one in gone)]
    said = last_changes(reading.session, Step.__name__, [step.id for step in everything])
    of_projects = {step.project_id for step in everything}
    projects = last_changes(reading.session, Project.__name__, sorted(of_projects))

    def changed(step: FeedStep) -> datetime:
        known = (said.get(step.id), projects.get(step.project_id), step.created_at)
        return max(one for one in known if one is not None)

    for step in steps:
        is_cancelled = _is_called_off(step)
        if not is_cancelled or reading.is_recent(changed(step)):
            yield _day(reading, step, changed(step), is_cancelled=is_cancelled)
    for one in gone:
        entry = _day(reading, one.step, changed(one.step), is_cancelled=True)
        yield entry if one.is_read else _unnamed(entry)


def _is_called_off(step: FeedStep) -> bool:
    return StepStatus.ABANDONED is step.status or (
        step.state is ProjectState.ABANDONED and step.status is not StepStatus.DONE
    )


def _day(reading: Reading, step: FeedStep, changed_at: datetime, *, is_cancelled: bool) -> DayEntry:
    mark = "✓ " if step.status is StepStatus.DONE else ""
    kind = "Jalon : " if step.is_milestone else ""
    return DayEntry(
        uid=reading.uid(step.public_id),
        sequence=step.version,
        day=step.due_on,
        title=f"{mark}{kind}{step.title}",
        changed_at=changed_at,
        description=f"Projet : {step.project}",
        url=f"{reading.base_url}/projets/{step.project_public_id}#step-{step.public_id}",
        is_cancelled=is_cancelled,
    )


def _unnamed(entry: DayEntry) -> DayEntry:
    """Of a step that the reader may read no more, only that it is off."""
    return DayEntry(
        uid=entry.uid,
        sequence=entry.sequence,
        day=entry.day,
        title=TAKEN_AWAY,
        changed_at=entry.changed_at,
        is_cancelled=True,
    )


def _programmes(reading: Reading) -> Iterator[DayEntry]:
    for one in feed_dates(reading.session, reading.viewer, reading.now):
        if one.is_off and not reading.is_recent(one.changed_at):
            continue
        known = one.item
        mark = "✓ " if known and known.is_done else ""
        kind = "Livrable : " if known and known.is_deliverable else ""
        yield DayEntry(
            uid=reading.uid(f"{one.assessment}-{one.ref}"),
            sequence=one.sequence,
            day=one.day,
            title=f"{mark}{kind}{one.title}",
            changed_at=one.changed_at,
            description=f"Programme : {known.programme}" if known else "",
            url=f"{reading.base_url}{known.page}" if known else "",
            is_cancelled=one.is_off,
        )


def _end(reading: Reading, project: Project) -> Iterator[DayEntry]:
    if project.ends_on is None:
        return
    said = last_changes(reading.session, Project.__name__, [project.id])
    yield DayEntry(
        uid=reading.uid(f"fin-{project.public_id}"),
        sequence=project.version,
        day=project.ends_on,
        title=f"Fin du projet : {project.title}",
        changed_at=said.get(project.id, project.created_at),
        url=f"{reading.base_url}/projets/{project.public_id}",
        is_cancelled=project.state is ProjectState.ABANDONED,
    )


def _timed(reading: Reading, meetings: Sequence[Meeting]) -> Iterator[TimedEntry]:
    said = last_changes(reading.session, Meeting.__name__, [one.id for one in meetings])
    for meeting in meetings:
        changed_at = said.get(meeting.id, meeting.created_at)
        if is_off(meeting) and not reading.is_recent(changed_at):
            continue
        event = Event(
            uid=reading.uid(meeting.public_id),
            sequence=meeting.version,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            zone=meeting.territory.time_zone,
            title=meeting.title,
            written_at=changed_at,
            place=meeting.place or meeting.video_url or "",
            url=f"{reading.base_url}/rencontres/{meeting.public_id}",
        )
        yield TimedEntry(event, is_off(meeting))
