"""What people do in contact campaigns. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.initiatives.kinds.campaigns import ContactState
from app.initiatives.kinds.notes import NoteKind
from app.initiatives.models import Campaign, CampaignContact

# what a note brings a company to, and from where alone
_BY_NOTE = {
    NoteKind.CALL: (ContactState.CALLED, (ContactState.TO_CONTACT,)),
    NoteKind.VISIT: (ContactState.MET, (ContactState.TO_CONTACT, ContactState.CALLED)),
}


def open_campaign(
    session: Session, *, territory_id: int, zone_id: int | None, title: str, today: date
) -> Campaign:
    """Every company of the zone begins « à contacter », those that come later as well."""
    words = " ".join(title.split())[:200]
    if not words:
        raise RefusedError("Donnez un titre à la campagne.")
    campaign = Campaign(territory_id=territory_id, zone_id=zone_id, title=words, opened_on=today)
    session.add(campaign)
    session.flush()
    return campaign


def close_campaign(session: Session, campaign: Campaign, *, today: date) -> None:
    """It stays readable; said twice, it stays closed on the first day."""
    campaign.closed_on = campaign.closed_on or today
    session.flush()


def reopen_campaign(session: Session, campaign: Campaign) -> None:
    campaign.closed_on = None
    session.flush()


def move_company(
    session: Session,
    campaign: Campaign,
    *,
    organisation_id: int,
    state: ContactState,
    person_id: int,
    now: datetime,
) -> ContactState:
    """Say how far it is with a company; the state that it had before."""
    if campaign.closed_on is not None:
        raise RefusedError("Cette campagne est close : rouvrez-la d’abord.")
    row = _row(session, campaign, organisation_id)
    before = row.state if row else ContactState.TO_CONTACT
    if row is None:
        row = CampaignContact(campaign_id=campaign.id, organisation_id=organisation_id)
        session.add(row)
    row.state, row.changed_at, row.changed_by_id = state, now, person_id
    row.first_reached_at = _first_reached(row, now)
    session.flush()
    return before


def _first_reached(row: CampaignContact, now: datetime) -> datetime | None:
    """Once, but for a slip: who is « à contacter » again in the same year was not reached in it."""
    first = row.first_reached_at
    if row.state is not ContactState.TO_CONTACT:
        return first or now
    return first if first and first.year < now.year else None


def move_by_note(
    session: Session,
    campaign: Campaign,
    *,
    organisation_id: int,
    kind: NoteKind,
    person_id: int,
    now: datetime,
) -> None:
    """A call or a visit moves on who was not yet as far; nobody is moved back."""
    row = _row(session, campaign, organisation_id)
    state, before = _BY_NOTE.get(kind, (None, ()))
    present = row.state if row else ContactState.TO_CONTACT
    if state is None or present not in before or campaign.closed_on is not None:
        return
    move_company(
        session,
        campaign,
        organisation_id=organisation_id,
        state=state,
        person_id=person_id,
        now=now,
    )


def _row(session: Session, campaign: Campaign, organisation_id: int) -> CampaignContact | None:
    """Under a lock of the campaign, so that two taps at once make one row."""
    session.execute(select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    return session.scalar(
        select(CampaignContact).where(
            CampaignContact.campaign_id == campaign.id,
            CampaignContact.organisation_id == organisation_id,
        )
    )
