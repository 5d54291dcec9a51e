"""Contact campaigns: how far each is, every company of one, the ambassadors of a territory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Membership, Organisation, Person, organisation_territory
from app.initiatives.kinds.campaigns import ContactState
from app.initiatives.models import Campaign, CampaignContact

PAGE = 50
# written out: PostgreSQL groups by an expression that holds no parameter
stands: ColumnElement[Any] = func.coalesce(
    CampaignContact.state, literal_column(f"'{ContactState.TO_CONTACT.value}'")
)


@dataclass(frozen=True)
class Progress:
    """A campaign, and how many of its companies are in each state."""

    campaign: Campaign
    counts: dict[ContactState, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def reached(self) -> int:
        return self.total - self.counts[ContactState.TO_CONTACT]


@dataclass(frozen=True)
class ContactLine:
    """One company of a campaign, and whom to call there."""

    id: int
    public_id: str
    search_key: str
    name: str
    city: str | None
    contact: str | None
    phone: str | None
    state: ContactState


def _in_scope() -> ColumnElement[bool]:
    """The Organisation row is a company of the Campaign row's zone, or has a state there."""
    of_zone = or_(Campaign.zone_id.is_(None), Organisation.zone_id == Campaign.zone_id)
    company = and_(Organisation.kind == OrganisationKind.COMPANY, of_zone)
    return or_(company, CampaignContact.id.is_not(None))


def _companies(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """From campaigns to the companies of their territory, each with its state where it has one."""
    of = organisation_territory.c
    return (
        query.select_from(Campaign)
        .join(organisation_territory, of.territory_id == Campaign.territory_id)
        .join(Organisation, Organisation.id == of.organisation_id)
        .outerjoin(
            CampaignContact,
            and_(
                CampaignContact.campaign_id == Campaign.id,
                CampaignContact.organisation_id == Organisation.id,
            ),
        )
        .where(_in_scope())
    )


def progress(session: Session, territory_id: int, campaign_id: int | None = None) -> list[Progress]:
    """The territory's campaigns, open ones first, the latest first; two statements."""
    wanted = [Campaign.territory_id == territory_id]
    if campaign_id is not None:
        wanted.append(Campaign.id == campaign_id)
    counted: Select[*tuple[Any, ...]] = select(Campaign.id, stands, func.count())
    rows = session.execute(_companies(counted).where(*wanted).group_by(Campaign.id, stands))
    counts: dict[int, dict[ContactState, int]] = defaultdict(lambda: dict.fromkeys(ContactState, 0))
    for found_id, state, number in rows:
        counts[found_id][ContactState(state)] = number
    campaigns = session.scalars(
        select(Campaign)
        .options(joinedload(Campaign.zone))
        .where(*wanted)
        .order_by(Campaign.closed_on.is_not(None), Campaign.opened_on.desc(), Campaign.id.desc())
    )
    return [Progress(one, counts[one.id]) for one in campaigns]


def contact_lines(
    session: Session,
    campaign_id: int,
    state: ContactState | None = None,
    after: tuple[str, int] | None = None,
    limit: int | None = PAGE,
) -> list[ContactLine]:
    """In alphabetical order, one more than `limit` as a sign of more; one statement."""
    columns: Select[*tuple[Any, ...]] = select(
        Organisation.id,
        Organisation.public_id,
        Organisation.search_key,
        Organisation.name,
        Organisation.city,
        Person.name,
        func.coalesce(Person.phone, Organisation.phone),
        stands,
    )
    query = (
        _with_contact(_companies(columns))
        .where(Campaign.id == campaign_id)
        .order_by(Organisation.search_key, Organisation.id)
    )
    if state is not None:
        query = query.where(stands == state.value)
    if after is not None:
        query = query.where(tuple_(Organisation.search_key, Organisation.id) > after)
    rows = session.execute(query.limit(limit + 1) if limit else query)
    return [_line(row) for row in rows]


def _line(row: Any) -> ContactLine:
    values = list(row)
    values[-1] = ContactState(values[-1])
    return ContactLine(*values)


def _with_contact(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """With the first contact of the Organisation row, where it has one."""
    first = and_(
        Membership.organisation_id == Organisation.id,
        Membership.is_default,
        Membership.ended_on.is_(None),
    )
    here = and_(Person.id == Membership.person_id, Person.anonymised_at.is_(None))
    return query.outerjoin(Membership, first).outerjoin(Person, here)


@dataclass(frozen=True)
class Ambassador:
    """A company that speaks for the démarche: for the steering group."""

    public_id: str
    name: str
    contact: str | None
    phone: str | None


def ambassadors(session: Session, territory_id: int) -> list[Ambassador]:
    """Those of any campaign of the territory, in French order."""
    said = (
        select(CampaignContact.organisation_id)
        .join(Campaign, Campaign.id == CampaignContact.campaign_id)
        .where(
            Campaign.territory_id == territory_id,
            CampaignContact.state == ContactState.AMBASSADOR,
        )
    )
    columns: Select[*tuple[Any, ...]] = select(
        Organisation.public_id,
        Organisation.name,
        Person.name,
        func.coalesce(Person.phone, Organisation.phone),
    )
    query = _with_contact(columns.select_from(Organisation)).where(Organisation.id.in_(said))
    return [Ambassador(*row) for row in session.execute(query.order_by(Organisation.search_key))]


def company_of(session: Session, campaign: Campaign, public_id: str) -> Organisation | None:
    """A company of the campaign."""
    query: Select[*tuple[Any, ...]] = select(Organisation)
    found: Organisation | None = session.scalar(
        _companies(query).where(Campaign.id == campaign.id, Organisation.public_id == public_id)
    )
    return found
