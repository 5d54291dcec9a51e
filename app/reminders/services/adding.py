"""A word, a figure, a file, given from a mail: the verbs of plans and files run by its reader.

They answer nothing and silence nothing. Each is safe to repeat; the caller says who acts and
commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.sessions import viewer_of
from app.core.french import of
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.files.services import Upload, give_document
from app.files.store import Store
from app.outbox.models import Mail
from app.plans.kinds import MeasureMethod
from app.plans.models import Indicator, Measurement, Project, Step
from app.plans.periods import Span, whole_year
from app.plans.queries.project import editable_steps
from app.plans.rules import ENDED, may_comment, may_measure, offers_sources
from app.plans.services.measuring import ValueText, measure
from app.plans.services.projects import say
from app.plans.shelf import ProjectShelf
from app.reminders.models import Relance
from app.reminders.queries.mail import answerable
from app.reminders.schedule.facts import STEP
from app.reminders.services.answering import Answerer

NOT_YOURS = "Cela ne peut plus être ajouté par ce lien : rien n’a été changé."


@dataclass(frozen=True)
class Place:
    """A step of the mail, and its reader with their present rights there."""

    viewer: Viewer
    step: Step

    @property
    def project(self) -> Project:
        return self.step.project


def place_of(session: Session, mail: Mail, step_public_id: str, person_id: int) -> Place:
    """Raises RefusedError where the step is not theirs any more, or its project has ended."""
    viewer = viewer_of(session, person_id)
    step_id = session.scalar(
        select(Step.id)
        .join(Relance, Relance.subject_id == Step.id)
        .where(
            Relance.mail_id == mail.id,
            Relance.subject_kind == STEP,
            Relance.former == 0,
            Step.public_id == step_public_id,
        )
    )
    if viewer is None or step_id is None or not answerable(session, person_id, [step_id]):
        raise RefusedError(NOT_YOURS)
    found = session.scalars(editable_steps(viewer).where(Step.id == step_id))
    step = found.unique().one_or_none()
    if step is None or step.project.state in ENDED:
        raise RefusedError(NOT_YOURS)
    return Place(viewer, step)


def add_word(
    session: Session, place: Place, *, body: str, answerer: Answerer | None, now: datetime
) -> None:
    """A message on the step, by its reader, or by the colleague who answers in their place."""
    _require(may_comment(place.viewer, place.project))
    author_id = place.viewer.person_id
    if answerer is not None and answerer.person_id is not None:
        author_id = answerer.person_id
    elif answerer is not None and body.strip():
        body = f"{answerer.name} (à la place {of(place.viewer.name)})\u00a0: {body.strip()}"
    say(session, place.project, author_id=author_id, body=body, now=now, step_id=place.step.id)


def add_figure(
    session: Session,
    place: Place,
    *,
    indicator_public_id: str,
    year: int,
    value: Decimal,
    now: datetime,
    today: date,
) -> None:
    """A year's value of an indicator, as the word of the organisation that leads the step."""
    source = place.step.lead_organisation_id
    _require(may_measure(place.viewer, place.project))
    _require(source in offers_sources(place.viewer, place.project))
    # locked before what stands is read: of two taps at once, the second finds the first
    indicator = session.scalar(
        select(Indicator)
        .where(
            Indicator.project_id == place.project.id,
            Indicator.public_id == indicator_public_id,
            Indicator.removed_at.is_(None),
        )
        .with_for_update()
    )
    if indicator is None:
        raise RefusedError(NOT_YOURS)
    text = ValueText(whole_year(year), value, MeasureMethod.DECLARED, organisation_id=source)
    if not _stands(session, indicator, text):
        measure(session, indicator, text, now=now, today=today)


def _stands(session: Session, indicator: Indicator, text: ValueText) -> bool:
    """Whether they have said exactly this before."""
    rows = session.execute(
        select(Measurement.starts_on, Measurement.ends_on, Measurement.value).where(
            Measurement.indicator_id == indicator.id,
            Measurement.method == text.method,
            Measurement.organisation_id == text.organisation_id,
            Measurement.removed_at.is_(None),
        )
    )
    return any(Span(row[0], row[1]) == text.span and row[2] == text.value for row in rows)


def add_file(
    session: Session, store: Store, place: Place, *, upload: Upload, now: datetime
) -> None:
    """A document of the project, given by the organisation that leads the step where it carries."""
    shelf = ProjectShelf(place.viewer, place.project)
    _require(shelf.may_give)
    givers = [organisation_id for organisation_id, _name in shelf.givers]
    own = place.step.lead_organisation_id
    giver = own if own in givers else next(iter(givers), None)
    give_document(
        session,
        store,
        shelf,
        upload=upload,
        title="",
        organisation_id=giver,
        person_id=place.viewer.person_id,
        now=now,
    )


def _require(may: bool) -> None:
    if not may:
        raise RefusedError(NOT_YOURS)
