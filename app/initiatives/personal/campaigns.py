"""What contact campaigns say about people: who moved a company on."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.personal import Holding, Record, Section
from app.initiatives.models import Campaign, CampaignContact


def _moved(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(
            Campaign.title.label("campaign"),
            Organisation.name.label("organisation"),
            CampaignContact.state,
            CampaignContact.changed_at,
        )
        .join(Campaign, Campaign.id == CampaignContact.campaign_id)
        .join(Organisation, Organisation.id == CampaignContact.organisation_id)
        .where(CampaignContact.changed_by_id == person_id)
        .order_by(CampaignContact.id)
    )
    yield from (row._asdict() for row in session.execute(query))


HOLDINGS = (
    Holding(Campaign, text="title", neutral="public_id"),
    Holding(
        CampaignContact,
        what="campagnes de premiers contacts : qui a noté où en est une entreprise, quand",
        kept="aussi longtemps que le territoire, sans nom après effacement",
        pointers="changed_by_id",
    ),
)
SECTIONS = (
    Section(
        "campaign_contacts",
        "Les entreprises que vous avez fait avancer dans une campagne",
        "campaign_contact",
        {
            "campaign": "campagne",
            "organisation": "entreprise",
            "state": "état (to_contact : à contacter, called : appelée, met : rencontrée, "
            "interested : intéressée, ambassador : ambassadrice, refused : refus)",
            "changed_at": "noté le",
        },
        _moved,
    ),
)
