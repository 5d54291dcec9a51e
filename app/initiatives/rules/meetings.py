"""Who sees which meetings, what of them, and who runs them (docs/roles.md)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import TerritoryRole
from app.core.viewer import Viewer
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import AgendaItem, Attendee, Decision, Meeting, WorkingGroup
from app.initiatives.rules.groups import belongs_to_group, is_of_group


def takes_part(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which a Meeting is the viewer's: convened to it, or of its group.

    Nobody learns of being on a list before the convocations were sent. Who observes the territory
    is invited by name or not at all.
    """
    convened = exists().where(
        Attendee.meeting_id == Meeting.id,
        or_(Attendee.told_sequence.is_not(None), Attendee.attended.is_(True)),
        _is_own(viewer),
    )
    of_its_group = exists().where(WorkingGroup.id == Meeting.group_id, belongs_to_group(viewer))
    return or_(convened.correlate(Meeting), of_its_group.correlate(Meeting))


def _is_own(viewer: Viewer) -> ColumnElement[bool]:
    """The condition beside `is_convened`. Who has left an organisation spoke in its name."""
    by_name = Attendee.person_id == viewer.person_id
    return and_(
        Attendee.organisation_id.in_(viewer.organisations),
        or_(by_name, Attendee.territory_id.not_in(viewer.observes)),
    )


def hosts(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which a Meeting is the viewer's to call together: they planned it, or
    they pilot its territory where who planned it animates no more."""
    animates = exists().where(
        TerritoryRole.person_id == Meeting.organiser_id,
        TerritoryRole.territory_id == Meeting.territory_id,
        TerritoryRole.role != TerritoryRoleKind.OBSERVER,
        TerritoryRole.ended_on.is_(None),
    )
    return or_(
        Meeting.organiser_id == viewer.person_id,
        and_(Meeting.territory_id.in_(viewer.pilots), ~animates.correlate(Meeting)),
    )


def visible_meetings(viewer: Viewer) -> Select[Meeting]:
    """All of territories that the viewer animates, held ones where they observe, and their own."""
    query = select(Meeting)
    if viewer.is_operator:
        return query
    return query.where(
        or_(
            Meeting.territory_id.in_(viewer.animates),
            and_(Meeting.territory_id.in_(viewer.observes), Meeting.state == MeetingState.HELD),
            takes_part(viewer),
        )
    )


def is_convened(viewer: Viewer, attendee: Attendee) -> bool:
    """Whether this place at a meeting is the viewer's to speak of."""
    by_name = attendee.person_id == viewer.person_id
    observes = attendee.territory_id in viewer.observes
    return attendee.organisation_id in viewer.organisations and (by_name or not observes)


def takes_part_in(viewer: Viewer, meeting: Meeting) -> bool:
    """The predicate beside `takes_part`; attendees, group and its members are loaded."""
    convened = any(
        (one.told_sequence is not None or one.attended) and is_convened(viewer, one)
        for one in meeting.attendees
    )
    return convened or (meeting.group is not None and is_of_group(viewer, meeting.group))


def may_see_meeting(viewer: Viewer, meeting: Meeting) -> bool:
    """The predicate beside `visible_meetings`."""
    if viewer.is_operator or may_run_meeting(viewer, meeting):
        return True
    looks_on = meeting.territory_id in viewer.observes and meeting.state is MeetingState.HELD
    return looks_on or takes_part_in(viewer, meeting)


def may_run_meeting(viewer: Viewer, meeting: Meeting) -> bool:
    """Everything about a meeting: who animates the territory."""
    return meeting.territory_id in viewer.animates


def reads_minutes(viewer: Viewer, meeting: Meeting) -> bool:
    """Minutes, documents, who comes: who takes part. Who looks on reads the results alone."""
    return viewer.is_operator or may_run_meeting(viewer, meeting) or takes_part_in(viewer, meeting)


def may_answer(viewer: Viewer, attendee: Attendee) -> bool:
    """Say whether one comes: the person invited, and any member for their organisation."""
    return attendee.told_sequence is not None and is_convened(viewer, attendee)


def own_attendances(viewer: Viewer) -> Select[Attendee]:
    """Places at meetings that the viewer may answer for."""
    return select(Attendee).where(Attendee.told_sequence.is_not(None), _is_own(viewer))


def kept_attendees(viewer: Viewer) -> Select[Attendee]:
    """Those of meetings that the viewer sees; who runs the meeting changes them."""
    return select(Attendee).where(Attendee.meeting_id.in_(_seen(viewer)))


def kept_decisions(viewer: Viewer) -> Select[Decision]:
    return select(Decision).where(Decision.meeting_id.in_(_seen(viewer)))


def kept_items(viewer: Viewer) -> Select[AgendaItem]:
    return select(AgendaItem).where(AgendaItem.meeting_id.in_(_seen(viewer)))


def _seen(viewer: Viewer) -> Select[int]:
    return visible_meetings(viewer).with_only_columns(Meeting.id)


def may_keep(viewer: Viewer, row: AgendaItem | Attendee | Decision) -> bool:
    """The predicate on a row of a meeting, as `may_run_meeting` on the meeting."""
    return row.territory_id in viewer.animates
