"""What this room itself holds about people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.personal import Holding, PersonalData, Record, Section
from app.privacy.models import ContactReview, Erasure, PrivacyNotice, PrivacyText


def _notices(session: Session, person_id: int) -> Iterator[Record]:
    columns = (
        Territory.name.label("territory"),
        PrivacyNotice.means,
        PrivacyNotice.text_version,
        PrivacyNotice.told_at,
    )
    query = select(*columns).join(Territory, Territory.id == PrivacyNotice.territory_id)
    for row in session.execute(
        query.where(PrivacyNotice.person_id == person_id).order_by(PrivacyNotice.id)
    ):
        yield row._asdict()


def _requests(session: Session, person_id: int) -> Iterator[Record]:
    columns = (Erasure.cause, Erasure.asked_at, Erasure.due_at, Erasure.cancelled_at)
    query = select(*columns).where(Erasure.person_id == person_id).order_by(Erasure.id)
    yield from (row._asdict() for row in session.execute(query))


def _seen_since(moment: datetime) -> Select[int | None]:
    """Whoever keeps their account by the link of the warning has answered."""
    return select(Erasure.person_id).where(Erasure.cancelled_at >= moment)


PERSONAL = PersonalData(
    holdings=(
        Holding(
            PrivacyText,
            what="textes d’information d’un territoire : qui les a écrits, délégué nommé",
            kept="aussi longtemps que le territoire, sans nom après effacement",
            text="contact dpo",
            published="controller address purposes legal_basis complement",
            pointers="written_by_id",
        ),
        Holding(
            PrivacyNotice,
            what="information donnée : quand, comment, quel texte",
            kept="aussi longtemps que la fiche ; ensuite par numéro seul, comme preuve",
            whose="person_id",
            pointers="noted_by_id",
            neutral="text_version",
        ),
        Holding(
            Erasure,
            what="registre des effacements : numéros et dates, jamais de nom",
            kept="aussi longtemps qu’une sauvegarde peut revenir",
            whose="person_id",
            pointers="asked_by_id",
            neutral="public_id person_public_id",
        ),
        Holding(
            ContactReview,
            what="contacts silencieux que l’animation garde : jusqu’à quand",
            kept="jusqu’à l’effacement",
            whose="person_id",
            pointers="reviewed_by_id",
            removed=True,
            unexported="ne dit rien de la personne que sa fiche ne dise",
        ),
    ),
    sections=(
        Section(
            "privacy_notices",
            "Ce qui vous a été dit de vos données",
            "privacy_notice privacy_text",
            {
                "territory": "territoire",
                "means": "comment (invitation, first_mail, information, phone, page)",
                "text_version": "version du texte",
                "told_at": "quand",
            },
            _notices,
        ),
        Section(
            "erasure_requests",
            "Les demandes d’effacement qui vous concernent",
            "erasure",
            {
                "cause": "cause (own : vous, pilot, operator : un autre, idle : silence)",
                "asked_at": "demandé le",
                "due_at": "prend effet le",
                "cancelled_at": "retiré le",
            },
            _requests,
        ),
    ),
    seen_since=_seen_since,
)
