"""The text that counts now in a territory."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.privacy.models import PrivacyText
from app.privacy.texts import Statement


def statements_of(session: Session, territory_ids: Collection[int]) -> dict[int, Statement]:
    """Each territory's newest text, or the default one; in one query."""
    newest = (
        select(PrivacyText.territory_id, func.max(PrivacyText.number).label("number"))
        .where(PrivacyText.territory_id.in_(territory_ids))
        .group_by(PrivacyText.territory_id)
        .subquery()
    )
    rows = session.execute(
        select(Territory, PrivacyText)
        .outerjoin(newest, newest.c.territory_id == Territory.id)
        .outerjoin(
            PrivacyText,
            (PrivacyText.territory_id == Territory.id) & (PrivacyText.number == newest.c.number),
        )
        .where(Territory.id.in_(territory_ids))
        .order_by(Territory.name, Territory.id)
    )
    return {territory.id: _statement(territory, text) for territory, text in rows}


def statement_of(session: Session, territory: Territory) -> Statement:
    return statements_of(session, [territory.id])[territory.id]


def _statement(territory: Territory, text: PrivacyText | None) -> Statement:
    if text is None:
        return Statement(territory.name, territory.public_id, controller=territory.name)
    return Statement(
        territory.name,
        territory.public_id,
        controller=text.controller,
        address=text.address,
        contact=text.contact,
        dpo=text.dpo,
        purposes=text.purposes,
        legal_basis=text.legal_basis,
        complement=text.complement,
        idle_years=text.idle_years,
        contact_years=text.contact_years,
        number=text.number,
    )
