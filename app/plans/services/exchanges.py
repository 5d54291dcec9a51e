"""What is exchanged or shared for real. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.plans.kinds import PartnerState
from app.plans.models import Exchange, Project

_NOT_A_PARTNER = "Seules les organisations partenaires du projet y figurent : ajoutez-la d’abord."


def note_exchange(
    session: Session,
    project: Project,
    *,
    giver_id: int | None,
    user_id: int,
    label: str,
    since: date,
    today: date,
) -> Exchange:
    """Say that it works: who gives (None for what is shared), who receives or uses, since when.

    Said twice of the same, it stands once, since the earlier of the two days.
    """
    _require_sense(project, giver_id, user_id, since, today)
    session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    words = label.strip()
    standing = _standing(session, project.id, giver_id, user_id, words)
    if standing is not None:
        standing.since = min(standing.since, since)
        return standing
    made = Exchange(
        project_id=project.id,
        territory_id=project.territory_id,
        giver_id=giver_id,
        user_id=user_id,
        label=words,
        since=since,
    )
    session.add(made)
    session.flush()
    return made


def _require_sense(
    project: Project, giver_id: int | None, user_id: int, since: date, today: date
) -> None:
    partners = {
        one.organisation_id for one in project.partners if one.state is not PartnerState.RETIRED
    }
    if not {user_id, giver_id or user_id} <= partners:
        raise RefusedError(_NOT_A_PARTNER)
    if giver_id == user_id:
        raise RefusedError("Celui qui fournit et celui qui reçoit sont deux organisations.")
    if since > today:
        raise RefusedError("Notez-le une fois que cela a lieu : cette date est à venir.")


def _standing(
    session: Session, project_id: int, giver_id: int | None, user_id: int, label: str
) -> Exchange | None:
    """The same while it lasts; what is shared is one thing, whatever it is called."""
    return session.scalar(
        select(Exchange).where(
            Exchange.project_id == project_id,
            Exchange.giver_id.is_not_distinct_from(giver_id),
            Exchange.user_id == user_id,
            Exchange.until.is_(None),
            *([Exchange.label == label] if giver_id is not None else []),
        )
    )


def end_exchange(exchange: Exchange, *, until: date) -> None:
    """It no longer takes place; what it was stays in the history."""
    if exchange.until is not None:
        raise RefusedError("C’est déjà terminé.")
    if until < exchange.since:
        raise RefusedError("La fin ne peut pas précéder le début.")
    exchange.until = until


def resume_exchange(session: Session, exchange: Exchange) -> None:
    """Take an end back. Raises RefusedError where the same began anew since."""
    project_id = exchange.project_id
    session.execute(select(Project.id).where(Project.id == project_id).with_for_update())
    again = _standing(session, project_id, exchange.giver_id, exchange.user_id, exchange.label)
    if again is not None and again is not exchange:
        raise RefusedError("Cela a repris depuis : la ligne en cours suffit.")
    exchange.until = None


def forget_exchange(session: Session, exchange: Exchange) -> None:
    """It was noted by mistake."""
    session.delete(exchange)
