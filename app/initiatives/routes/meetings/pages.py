"""The meetings of a territory, one meeting, and its calendar file."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.calendar_file import Guest, Method
from app.core.french import listing
from app.initiatives import words
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.mails.calendar import meeting_file
from app.initiatives.models import Attendee, Decision, Meeting
from app.initiatives.news import date_key
from app.initiatives.queries.agenda import Arriving, arriving
from app.initiatives.queries.groups import group_lines
from app.initiatives.queries.hosts import host_of
from app.initiatives.queries.meetings import counts_of, meeting_list
from app.initiatives.queries.people import contacts
from app.initiatives.queries.results import decisions_of, results_of
from app.initiatives.queries.told import unreached
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings.reaching import links, meeting_here, territory_here
from app.initiatives.rules.meetings import may_answer, may_run_meeting, reads_minutes
from app.initiatives.services.convening import by_phone, unconvened
from app.initiatives.services.minutes import minutes_of
from app.plans.models import Project
from app.plans.rules import visible_projects
from app.web.database import db
from app.web.gate import viewer
from app.web.settings import settings


@initiatives.get("/territoires/<public_id>/rencontres")
def meetings(public_id: str) -> ResponseReturnValue:
    territory, session, now = territory_here(public_id), db.session(), clock.now()
    return render_template(
        "initiatives/meetings.html",
        place=territory,
        zone=territory.time_zone,
        listed=meeting_list(session, viewer(), territory.id, now),
        groups=group_lines(session, viewer(), territory.id),
        may_run=territory.id in viewer().animates,
        when=words.when,
    )


@initiatives.get("/rencontres/<public_id>")
def meeting(public_id: str) -> ResponseReturnValue:
    """All of it for who takes part; to who looks on, what was mailed of it."""
    found, session, who, now = meeting_here(public_id), db.session(), viewer(), clock.now()
    zone = found.territory.time_zone
    reads, runs = reads_minutes(who, found), may_run_meeting(who, found)
    decisions = decisions_of(session, found.id) if reads else []
    seen, results = _seen(found, decisions), results_of(session, found)
    return render_template(
        "initiatives/meeting.html",
        meeting=found,
        zone=zone,
        when=words.when(found.starts_at, found.ends_at, zone),
        vue=date_key(found.starts_at, found.ends_at),
        reads=reads,
        may_run=runs,
        is_due=clock.local_day(now, zone) >= clock.local_day(found.starts_at, zone),
        is_ahead=found.state is MeetingState.PLANNED and found.ends_at > now,
        counts=counts_of(found.attendees),
        unconvened=unconvened(found),
        own=_own_places(found),
        projects=[one for one in seen if one in found.projects],
        seen={one.id for one in seen},
        arriving=arriving(session, who, found, now) if reads else Arriving([], []),
        minutes=minutes_of(session, found) if reads else None,
        decisions=decisions,
        results=results,
        unreached=unreached(session, found, results.sent_number if results else 0) if runs else [],
        phones=_phones(found) if runs else {},
        to_call=_to_call(found) if runs and found.state is MeetingState.CANCELLED else None,
    )


def _seen(found: Meeting, decisions: Sequence[Decision]) -> list[Project]:
    """Projects that it concerns or decided on, which the viewer sees: a draft's title is its
    owners'."""
    ids = {one.id for one in found.projects} | {one.project_id for one in decisions}
    query = visible_projects(viewer()).where(Project.id.in_(ids - {None}))
    return list(db.session.scalars(query.order_by(Project.rank, Project.id)))


def _own_places(found: Meeting) -> list[Attendee]:
    """The place at the viewer's own name, else those of their organisation."""
    places = [one for one in found.attendees if may_answer(viewer(), one)]
    return [one for one in places if one.person_id == viewer().person_id] or places


def _to_call(found: Meeting) -> str | None:
    """Who was convened to what was cancelled, and reads no mail."""
    names = [one.person.name if one.person else one.organisation.name for one in by_phone(found)]
    return listing(names) if names else None


def _phones(found: Meeting) -> dict[int, str]:
    """{attendee: whom to call} for who has said nothing: their own number before the firm's."""
    silent = [one for one in found.attendees if one.answer is None]
    known = contacts(db.session(), [one.organisation_id for one in silent if not one.person_id])
    numbers = {}
    for one in silent:
        person = one.person or known.get(one.organisation_id)
        number = (person.phone if person else None) or one.organisation.phone
        if number:
            numbers[one.id] = number
    return numbers


@initiatives.get("/rencontres/<public_id>/rencontre.ics")
def calendar(public_id: str) -> ResponseReturnValue:
    """For one's own calendar: it asks nobody anything."""
    found = meeting_here(public_id, reads_minutes)
    cancelled = found.state is MeetingState.CANCELLED
    host = host_of(db.session(), found)
    file = meeting_file(
        found,
        Method.CANCEL if cancelled else Method.PUBLISH,
        base_url=links().base_url,
        written_at=clock.now(),
        organiser=Guest(host.name, host.email or settings().mail_from),
    )
    answer = Response(file, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{public_id}.ics"'
    return answer
