"""The mails about meetings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from app.initiatives.kinds.meetings import CANCELLED, CONVOCATION, RESULTS, MeetingKind
from app.initiatives.models import Meeting
from app.initiatives.services.convening import convene
from app.initiatives.services.meetings import (
    Particulars,
    add_item,
    cancel_meeting,
    describe_meeting,
    hold_meeting,
    reopen_meeting,
)
from app.initiatives.services.results import NOTHING_YET, send_results, write_results
from app.outbox.models import Mail
from tests.initiatives.gatherings import convened, delivered, planned, said
from tests.mails.scene import LONG_TITLE, Occasion, Scene

FIRM = "Le Fournil"
HOUR = timedelta(hours=1)
SAID = said(
    message="Le café est prêt dès 13 h 45. Merci d’apporter **vos pesées de mars**.",
    video_url="https://visio.example.org/salle/copil-du-val-d-aubrive",
)
RESULT = (
    "## Décidé\n\n- **Peser les invendus** chaque soir : Le Fournil, avant le 17 avril.\n"
    "- Trouver douze caisses : Atelier Bois, avant le 30 avril.\n\n"
    "## À savoir\n\nLa CCI visite la plateforme de compostage : qui vient ?\n\n"
    "Prochaine rencontre : jeudi 21 mai.\n"
)


def _convened(scene: Scene, particulars: Particulars = SAID) -> Meeting:
    meeting = convened(scene.session, scene.cast, FIRM, **vars(particulars))
    add_item(scene.session, meeting, title="Tour de table", minutes=15)
    add_item(scene.session, meeting, title="Les invendus : ce que disent les pesées", minutes=30)
    return meeting


def convocation(scene: Scene) -> Mail:
    _convened(scene)
    return scene.mail(CONVOCATION)


def convocation_of_long_words(scene: Scene) -> Mail:
    place = "Maison intercommunale des associations, salle Anticonstitutionnellement, 3e étage"
    _convened(scene, replace(SAID, title=LONG_TITLE, place=place))
    return scene.mail(CONVOCATION)


def another_date(scene: Scene) -> Mail:
    meeting = _convened(scene)
    delivered(scene.session)
    later = timedelta(days=6)
    _describe(
        scene,
        meeting,
        replace(SAID, starts_at=SAID.starts_at + later, ends_at=SAID.ends_at + later),
    )
    return scene.mail(CONVOCATION)


def another_place(scene: Scene) -> Mail:
    meeting = _convened(scene)
    delivered(scene.session)
    _describe(scene, meeting, replace(SAID, place="Maison du projet, Aubrive"))
    return scene.mail(CONVOCATION)


def _describe(scene: Scene, meeting: Meeting, particulars: Particulars) -> None:
    describe_meeting(
        scene.session, meeting, particulars, seen_version=meeting.version, now=scene.now + HOUR
    )


def _cancelled(scene: Scene) -> Meeting:
    meeting = _convened(scene)
    delivered(scene.session)
    words = "La salle est inondée : nous proposerons une autre date en mai."
    cancel_meeting(scene.session, meeting, words=words, now=scene.now)
    return meeting


def cancelled(scene: Scene) -> Mail:
    _cancelled(scene)
    return scene.mail(CANCELLED)


def after_all(scene: Scene) -> Mail:
    meeting = _cancelled(scene)
    delivered(scene.session)
    later = scene.now + HOUR
    reopen_meeting(scene.session, meeting, now=later)
    convene(scene.session, meeting, asker_id=scene.acts(), now=later)
    return scene.mail(CONVOCATION)


def results(scene: Scene) -> Mail:
    session, began = scene.session, scene.now - timedelta(days=5)
    meeting = planned(
        session,
        scene.cast,
        FIRM,
        kind=MeetingKind.WORKSHOP,
        title="Atelier « Invendus et emballages »",
        starts_at=began,
        ends_at=began + timedelta(hours=2),
    )
    for place in meeting.attendees:
        place.attended = True
    hold_meeting(meeting, now=scene.now)
    kept = write_results(session, meeting, body=RESULT, seen_version=NOTHING_YET)
    send_results(session, kept, now=scene.now)
    return scene.mail(RESULTS)


OCCASIONS: Mapping[str, Occasion] = {
    "convocation": convocation,
    "convocation-long-words": convocation_of_long_words,
    "convocation-another-date": another_date,
    "convocation-another-place": another_place,
    "convocation-after-all": after_all,
    "cancelled-meeting": cancelled,
    "results": results,
}
