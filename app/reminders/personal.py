"""What relances say about people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, and_, func, not_, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.personal import Holding, Leaving, PersonalData, Record, Section
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.outbox.personal import ERASED
from app.plans.models import Project, Step
from app.reminders.kinds import Reason, RelanceState
from app.reminders.models import (
    Relance,
    RelanceManner,
    RelancePatience,
    RelancePause,
    RelancePolicy,
    RelanceSetting,
)
from app.reminders.schedule.facts import PROJECT, STEP, WATCHED


def _let_go(session: Session, leaving: Leaving) -> None:
    """What was to be told to them and has not left is decided again, for whoever comes next."""
    unsent = select(Mail.id).where(
        Mail.recipient_id == leaving.person_id,
        Mail.state == MailState.SKIPPED,
        Mail.last_error == ERASED,
        Mail.ended_at == leaving.now,
    )
    session.execute(
        update(Relance)
        .where(Relance.mail_id.in_(unsent), Relance.state == RelanceState.TOLD)
        .values(state=RelanceState.RELEASED, reason=Reason.FACTS_CHANGED)
        .execution_options(synchronize_session=False)
    )


def _read(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Step.title.label("step"),
        Relance.basis.label("due_on"),
        Relance.code.label("occasion"),
        Relance.mailed_on,
        Relance.state,
        Relance.answer,
        Relance.answered_at,
    )
    query = (
        select(*columns)
        .join(Step, Step.id == Relance.subject_id)
        .where(Relance.recipient_id == person_id, Relance.subject_kind == STEP)
        .order_by(Relance.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _noticed(session: Session, person_id: int) -> Iterator[Record]:
    of_step = and_(Relance.subject_kind == WATCHED, Step.id == Relance.subject_id)
    of_project = and_(Relance.subject_kind == PROJECT, Project.id == Relance.subject_id)
    query = (
        select(
            Step.title.label("step"),
            Project.title.label("project"),
            Relance.code.label("about"),
            Relance.basis.label("since"),
            Relance.mailed_on,
            Relance.state,
        )
        .outerjoin(Step, of_step)
        .outerjoin(Project, or_(of_project, Project.id == Step.project_id))
        .where(Relance.recipient_id == person_id, Relance.subject_kind.in_((WATCHED, PROJECT)))
        .order_by(Relance.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _started(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Territory.name.label("territory"), RelanceSetting.started_at)
        .join(Territory, Territory.id == RelanceSetting.territory_id)
        .where(RelanceSetting.started_by_id == person_id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _paused(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Territory.name.label("territory"), RelancePause.until)
        .join(Territory, Territory.id == RelancePause.territory_id)
        .where(RelancePause.person_id == person_id)
        .order_by(RelancePause.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _answered_for_others(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Step.title.label("step"), Relance.answer, Relance.answered_at)
        .join(Step, Step.id == Relance.subject_id)
        .where(Relance.answered_by_id == person_id, Relance.subject_kind == STEP)
        .order_by(Relance.id)
    )
    yield from (row._asdict() for row in session.execute(query))


def _seen_since(moment: datetime) -> Select[int | None]:
    """Who answered: the recipient, or whoever did so in their place."""
    answerer = func.coalesce(Relance.answered_by_id, Relance.recipient_id)
    passed_on = Relance.answered_as.is_not(None)
    return select(answerer).where(
        Relance.answered_at >= moment, answerer.is_not(None), not_(passed_on)
    )


PERSONAL = PersonalData(
    holdings=(
        Holding(
            Relance,
            what="rappels et relances : pour quelle étape, quand, quelle réponse, qui l’a donnée",
            kept="aussi longtemps que le projet, sans nom après effacement",
            text="answered_as",
            pointers="recipient_id answered_by_id",
            neutral="subject_kind subject_id code",
        ),
        Holding(
            RelanceSetting,
            what="qui a démarré les relances d’un territoire",
            kept="aussi longtemps que le territoire, sans nom après effacement",
            pointers="started_by_id",
        ),
        Holding(RelancePolicy),
        Holding(RelancePatience),
        Holding(RelanceManner),
        Holding(
            RelancePause,
            what="pauses des relances décidées par qui anime : pour qui, jusqu’à quand",
            kept="jusqu’à la reprise, au plus tard jusqu’à l’effacement",
            whose="person_id",
            removed=True,
        ),
    ),
    sections=(
        Section(
            "relances",
            "Les rappels et relances qui vous concernent, et vos réponses",
            "relance",
            {
                "step": "étape",
                "due_on": "échéance dont il était question",
                "occasion": "occasion (J-7, J-1, J+5 : jours avant ou après l’échéance)",
                "mailed_on": "jour du message",
                "state": "état (told : dit, dropped : non envoyé, released : à redire)",
                "answer": "votre réponse",
                "answered_at": "répondu le",
            },
            _read,
        ),
        Section(
            "relances_noticed",
            "Les points qui vous ont été signalés sur les projets que vous suivez",
            "relance",
            {
                "step": "étape",
                "project": "projet",
                "about": "de quoi (bloque, muet : sans réponse, silence : sans nouvelles)",
                "since": "échéance, ou jour depuis lequel",
                "mailed_on": "jour du message",
                "state": "état (told : dit, released : à redire)",
            },
            _noticed,
        ),
        Section(
            "relances_answered_for_others",
            "Les relances auxquelles vous avez répondu à la place de quelqu’un",
            "relance",
            {"step": "étape", "answer": "votre réponse", "answered_at": "répondu le"},
            _answered_for_others,
        ),
        Section(
            "relances_paused",
            "Les pauses des relances décidées pour vous par qui anime un territoire",
            "relance_pause",
            {"territory": "territoire", "until": "jusqu’au"},
            _paused,
        ),
        Section(
            "relances_started",
            "Les relances que vous avez démarrées",
            "relance_setting",
            {"territory": "territoire", "started_at": "démarrées le"},
            _started,
        ),
    ),
    let_go=_let_go,
    seen_since=_seen_since,
)
