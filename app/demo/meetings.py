"""The meetings of the story: a steering group, a workshop that left steps, a COPIL to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from app.core.clock import local_instant
from app.demo.chronicle import MOVING, OPENING, PLANNING, SAYING, Chronicle, public_id
from app.demo.days import TIME_ZONE
from app.demo.ground import Ground
from app.initiatives.kinds.meetings import CONVOCATION, RESULTS, GroupKind, MeetingKind, Rsvp
from app.initiatives.models import Attendee, Meeting, WorkingGroup
from app.initiatives.queries.people import Place
from app.initiatives.queries.results import drafted
from app.initiatives.services.attendance import take_attendance, walk_in
from app.initiatives.services.convening import convene, invite
from app.initiatives.services.groups import About, add_members, found_group
from app.initiatives.services.meetings import Particulars, add_item, hold_meeting, plan_meeting
from app.initiatives.services.minutes import NOTHING_YET, decide, write_minutes
from app.initiatives.services.replies import reply
from app.initiatives.services.results import send_results, write_results
from app.journal.kinds import Via
from app.outbox.kinds import MailState
from app.outbox.models import Mail

_FOUNDED, _WORKSHOP, _TOLD, _ASKED, _NEXT = -180, -31, -29, -8, 4
_MEMBERS = (
    ("collectivite", "mireille"),
    ("collectivite", "anne"),
    ("cci", "bastien"),
    ("conserverie", "sophie"),
    ("fournil", "nadege"),
    ("voisins", "odile"),
    ("region", "laurent"),
)
_CAME = (("fournil", "nadege"), ("conserverie", "sophie"), ("lycee", "samira"), ("cci", "ines"))
_MINUTES = """\
## Ce qui s’est dit

Le tri en cuisine tient ; les erreurs viennent des remplaçants du samedi.
La conserverie garde un bac de plus tout l’été.

## Sur le poster

- Une affiche par cuisine, en images
- Peser encore une fois avant la saison
- Deux restaurants du bourg demandent à entrer
"""
# (text, organisation, days from today)
_DECIDED = (
    ("Coller une affiche de tri en images dans chaque cuisine", "lycee", 18),
    ("Peser les biodéchets une semaine avant la saison", "fournil", 34),
)
_ANSWERS = (
    ("mireille", Rsvp.YES, None),
    ("bastien", Rsvp.YES, None),
    ("sophie", Rsvp.NO, "Nous sommes en pleine saison, je lirai le compte rendu."),
    ("odile", Rsvp.SUBSTITUTE, "notre trésorier"),
)


def tell_meetings(ground: Ground, chronicle: Chronicle) -> None:
    """Note them in the order of the story: founded, met, told, asked, answered."""
    days = ground.story.days
    told: tuple[tuple[int, int, str, Callable[[Ground, datetime], None]], ...] = (
        (_FOUNDED, OPENING, "steering group", _found),
        (_WORKSHOP - 14, PLANNING, "workshop planned", _plan_workshop),
        (_WORKSHOP, MOVING, "workshop held", _hold_workshop),
        (_TOLD, SAYING, "workshop told", _tell_workshop),
        (_ASKED, PLANNING, "copil planned", _plan_copil),
    )
    for distance, hour, what, deed in told:
        chronicle.on(days.at(distance), hour, what, "anne", Via.PAGE, partial(deed, ground))
    for number, (person, answer, words) in enumerate(_ANSWERS):
        said = partial(_answer, ground, person, answer, words)
        day = days.at(_ASKED + 1 + number)
        chronicle.on(day, SAYING, f"rsvp {person}", person, Via.MAIL_LINK, said)


def _places(ground: Ground, keys: Sequence[tuple[str, str]]) -> list[Place]:
    return [(ground.organisations[firm].id, ground.people[who].id) for firm, who in keys]


def _found(ground: Ground, at: datetime) -> None:
    about = About(
        kind=GroupKind.STEERING,
        title="Comité de pilotage EIT",
        purpose="Décide des priorités du plan, deux fois par an.",
        rapporteur=_places(ground, [("cci", "bastien")])[0],
    )
    group = found_group(ground.session, ground.territory, about, now=at)
    group.public_id = public_id("steering group")
    add_members(ground.session, group, _places(ground, _MEMBERS), today=at.date())


def _particulars(day: date, kind: MeetingKind, title: str) -> Particulars:
    starts = local_instant(day, 14, TIME_ZONE)
    return Particulars(
        kind=kind, title=title, starts_at=starts, ends_at=starts + timedelta(hours=2)
    )


def _plan_workshop(ground: Ground, at: datetime) -> None:
    day = ground.story.days.at(_WORKSHOP)
    plain = _particulars(day, MeetingKind.WORKSHOP, "Atelier biodéchets d’avant-saison")
    project = ground.projects["biodechets"].id
    said = replace(plain, place="Lycée Jeanne-Orvain, cuisine", project_ids=[project])
    items = ("Ce que disent les pesées", "Poster à quatre colonnes")
    _plan(ground, said, "workshop", _CAME, items, at)


def _plan_copil(ground: Ground, at: datetime) -> None:
    day = ground.story.days.at(_NEXT)
    plain = _particulars(day, MeetingKind.STEERING, "COPIL de la démarche EIT")
    said = replace(
        plain,
        place="Communauté de communes, salle du Lavoir",
        group_id=_steering(ground).id,
        message="Une heure sur les projets, une heure pour décider ensemble.",
    )
    items = ("Tour de table", "Où en sont les projets", "Budget de l’animation")
    _plan(ground, said, "copil", _MEMBERS, items, at)


def _plan(
    ground: Ground,
    said: Particulars,
    key: str,
    guests: Sequence[tuple[str, str]],
    items: Sequence[str],
    at: datetime,
) -> None:
    """Planned and convened on the same day; what was mailed then has long been read."""
    session, anne = ground.session, ground.people["anne"].id
    meeting = plan_meeting(session, ground.territory, said, organiser_id=anne, now=at)
    meeting.public_id = public_id(f"meeting {key}")
    for item in items:
        add_item(session, meeting, title=item, minutes=None)
    invite(session, meeting, _places(ground, guests))
    convene(session, meeting, asker_id=anne, now=at)
    _deliver(ground, CONVOCATION, at)


def _deliver(ground: Ground, kind: str, at: datetime) -> None:
    waiting = select(Mail).where(Mail.kind == kind, Mail.state == MailState.WAITING)
    for mail in ground.session.scalars(waiting):
        mail.state, mail.ended_at = MailState.SENT, at


def _steering(ground: Ground) -> WorkingGroup:
    wanted = WorkingGroup.public_id == public_id("steering group")
    return ground.session.scalars(select(WorkingGroup).where(wanted)).one()


def _meeting(ground: Ground, key: str) -> Meeting:
    wanted = Meeting.public_id == public_id(f"meeting {key}")
    return ground.session.scalars(select(Meeting).where(wanted)).one()


def _hold_workshop(ground: Ground, at: datetime) -> None:
    session, meeting = ground.session, _meeting(ground, "workshop")
    hold_meeting(meeting, now=at)
    listed = [one.public_id for one in meeting.attendees]
    take_attendance(session, meeting, present=listed[:-1], listed=listed)
    firm = ground.organisations["brasserie"].id
    walk_in(session, meeting, organisation_id=firm, person_id=ground.people["yann"].id, guest=None)
    write_minutes(session, meeting, body=_MINUTES, seen_version=NOTHING_YET)
    for text, organisation, distance in _DECIDED:
        decide(
            session,
            meeting,
            text=text,
            project=ground.projects["biodechets"],
            organisation_id=ground.organisations[organisation].id,
            due_on=ground.story.days.at(distance),
            due_text=None,
            now=at,
        )


def _tell_workshop(ground: Ground, at: datetime) -> None:
    session, meeting = ground.session, _meeting(ground, "workshop")
    body = drafted(session, meeting, at.date())
    kept = write_results(session, meeting, body=body, seen_version=NOTHING_YET)
    send_results(session, kept, now=at)
    _deliver(ground, RESULTS, at)


def _answer(ground: Ground, person: str, answer: Rsvp, words: str | None, at: datetime) -> None:
    meeting, person_id = _meeting(ground, "copil"), ground.people[person].id
    place: Attendee = next(one for one in meeting.attendees if one.person_id == person_id)
    reply(ground.session, place, answer=answer, words=words, person_id=person_id, now=at)
