"""An organisation adheres to the charter of a démarche: asked, given, noted, withdrawn.

One yes stands at a time, to one version; another version renews nothing by itself. The caller
checked rights and commits.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask, Organisation, Territory, TerritoryText
from app.accounts.queries.texts import current_charter
from app.accounts.services import asks
from app.accounts.services.territory_settings import hold_territory
from app.agreements import texts
from app.agreements.kinds import CommitmentKind, GivenBy
from app.agreements.models import Commitment
from app.agreements.queries.charter import belongs, open_question, standing
from app.agreements.services import questions
from app.agreements.services.parts import way
from app.agreements.subjects import CHARTER
from app.core.refusals import RefusedError

# long enough for a board that meets each month; nobody is chased for it meanwhile
LIFETIME = timedelta(days=60)
# a second tap within this time asks nothing again
SECOND_TAP = timedelta(hours=1)


def ask_adherence(
    session: Session, territory: Territory, organisation: Organisation, *, by: int, now: datetime
) -> Ask:
    """Ask an organisation by mail whether it adheres; asking again renews the mail.

    Raises RefusedError before the first charter, and for who adheres to this version already.
    """
    hold_territory(session, territory.id)
    current = _in_force(session, territory.id)
    _require_belonging(session, territory, organisation)
    given = standing(session, territory.id, organisation.id)
    if given is not None and given.text_version == texts.charter(current.version):
        raise RefusedError(f"{organisation.name} adhère déjà à la version en vigueur.")
    waiting = open_question(session, territory.id, organisation.id)
    if waiting is not None:
        if waiting.expires_at - LIFETIME < now - SECOND_TAP:
            waiting.asker_id, waiting.text_version = by, texts.charter(current.version)
            questions.remind(session, waiting, now=now, expires_at=now + LIFETIME)
        return waiting
    return questions.put(
        session,
        kind=AskKind.COMMITMENT,
        subject=(CHARTER, territory.id),
        organisation_id=organisation.id,
        asker_id=by,
        place=(territory.id, None),
        text_version=texts.charter(current.version),
        now=now,
        expires_at=now + LIFETIME,
    )


def adhere(
    session: Session,
    territory: Territory,
    organisation: Organisation,
    *,
    version: str,
    person_id: int | None,
    now: datetime,
    noted_by_id: int | None = None,
) -> None:
    """Keep a yes to this version, by a member or noted by who heard it; once more is harmless.

    `version` is the text that was on the page. Raises RefusedError where another one is in force.
    """
    hold_territory(session, territory.id)
    if version != texts.charter(_in_force(session, territory.id).version):
        raise RefusedError("La charte vient de changer : relisez d’abord la version en vigueur.")
    _require_belonging(session, territory, organisation)
    former = standing(session, territory.id, organisation.id)
    if former is not None:
        if former.text_version == version:
            return
        former.withdrawn_at = now
        # the former yes ends before the next begins
        session.flush()
    session.add(
        Commitment(
            territory_id=territory.id,
            kind=CommitmentKind.CHARTER,
            subject_id=territory.id,
            organisation_id=organisation.id,
            person_id=person_id,
            noted_by_id=noted_by_id,
            given_by=GivenBy.WORD if noted_by_id else way(session),
            text_version=version,
            given_at=now,
        )
    )
    waiting = open_question(session, territory.id, organisation.id)
    if waiting is not None:
        asks.withdraw(waiting)
    session.flush()


def leave_charter(
    session: Session, territory: Territory, organisation: Organisation, *, now: datetime
) -> None:
    """The yes ends today and stays in the history. Raises RefusedError where none stands."""
    hold_territory(session, territory.id)
    given = standing(session, territory.id, organisation.id)
    if given is None:
        raise RefusedError("Cette organisation n’adhère pas à la charte.")
    given.withdrawn_at = now
    session.flush()


def _in_force(session: Session, territory_id: int) -> TerritoryText:
    current = current_charter(session, territory_id)
    if current is None:
        raise RefusedError("Publiez d’abord la charte : il n’y a pas encore de texte à accepter.")
    return current


def _require_belonging(session: Session, territory: Territory, organisation: Organisation) -> None:
    if not belongs(session, territory.id, organisation.id):
        raise RefusedError(f"{organisation.name} ne fait plus partie du territoire.")


def _still_asked(session: Session, ask: Ask) -> bool:
    """Whether it is still there to be asked, and has not adhered by itself."""
    current = current_charter(session, ask.subject_id)
    organisation_id = ask.asked_organisation_id
    if current is None or organisation_id is None:
        return False
    given = standing(session, ask.subject_id, organisation_id)
    has_adhered = given is not None and given.text_version == texts.charter(current.version)
    return not has_adhered and belongs(session, ask.subject_id, organisation_id)


def _accepted(session: Session, ask: Ask, now: datetime) -> None:
    """`ask.text_version` is the text on whose page the button stood."""
    assert ask.state is AskState.ACCEPTED and ask.answered_by_id is not None
    adhere(
        session,
        session.get_one(Territory, ask.subject_id),
        session.get_one(Organisation, ask.asked_organisation_id),
        version=ask.text_version,
        person_id=ask.answered_by_id,
        now=now,
    )


HANDLER = asks.Handler(stands=_still_asked, run=_accepted)
