"""What the partners of the story have just put to each other."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import select

from app.accounts.models import Ask
from app.agreements.kinds import ANSWERED, QUESTION, ProposalKind
from app.agreements.models import Proposal
from app.agreements.services import proposals
from app.agreements.services.proposals import Wanted
from app.demo.chronicle import MOVING, SAYING, Chronicle
from app.demo.ground import Ground
from app.journal.kinds import Via
from app.outbox.bundling import WINDOW
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.models import Partner, Project

# (project, days ago) of what waits for its answers, and of what the next meeting will settle
_WAITING = ("mobilite", -3)
_OBJECTED = ("parking", -9)
_REASON = "Le plan d’urbanisme attendra l’exercice prochain : nous n’avons plus de calendrier."
_OBJECTION = "L’étude reste valable un an. Mettons en pause plutôt que d’arrêter."


def tell_agreements(ground: Ground, chronicle: Chronicle) -> None:
    """Note a hand-over of the lead that waits, and a stop that somebody objects to."""
    days = ground.story.days
    for (key, distance), deed in ((_WAITING, _hand_on), (_OBJECTED, _stop)):
        what = f"proposal {key}"
        act = partial(deed, ground, key)
        chronicle.on(days.at(distance), MOVING, what, "anne", Via.PAGE, act)
    key, distance = _OBJECTED
    object_ = partial(_object, ground, key)
    chronicle.on(days.at(distance), SAYING, f"no {key}", "camille", Via.MAIL_LINK, object_)


def _hand_on(ground: Ground, key: str, at: datetime) -> None:
    project = ground.projects[key]
    _propose(
        ground, project, Wanted(ProposalKind.LEAD, _partner(ground, project, "transports")), at
    )


def _stop(ground: Ground, key: str, at: datetime) -> None:
    _propose(ground, ground.projects[key], Wanted(ProposalKind.ABANDON, reason=_REASON), at)
    _was_read(ground, QUESTION, at)


def _was_read(ground: Ground, kind: str, at: datetime) -> None:
    """What was asked, and answered, so long ago."""
    for mail in ground.session.scalars(select(Mail).where(Mail.kind == kind)):
        mail.state, mail.ended_at = MailState.SENT, at


def _propose(ground: Ground, project: Project, wanted: Wanted, at: datetime) -> None:
    proposals.propose(
        ground.session,
        project,
        wanted,
        person_id=ground.people["anne"].id,
        speaks_for={ground.organisations["collectivite"].id},
        now=at,
    )


def _object(ground: Ground, key: str, at: datetime) -> None:
    session, firm = ground.session, ground.organisations["plasturgie"].id
    project_id = ground.projects[key].id
    proposal = session.scalars(select(Proposal).where(Proposal.project_id == project_id)).one()
    ask: Ask = next(
        one for one in proposals.asks_of(session, proposal) if one.asked_organisation_id == firm
    )
    proposals.speak(
        session,
        proposal,
        ask,
        agrees=False,
        words=_OBJECTION,
        person_id=ground.people["camille"].id,
        now=at,
    )
    _was_read(ground, ANSWERED, at + WINDOW)


def _partner(ground: Ground, project: Project, organisation: str) -> Partner:
    wanted = ground.organisations[organisation].id
    return next(one for one in project.partners if one.organisation_id == wanted)
