"""Counts over a territory's data that a framework's criteria may ask for by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import Territory, TerritoryRole
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Campaign, CampaignContact, Meeting, Results
from app.journal.models import Change
from app.maturity.kinds import MEETS_AS, Networking
from app.maturity.queries.working import engaged_in, synergies_in

_MEETINGS = {
    done: [kind for kind, meant in MEETS_AS.items() if meant is done]
    for done in dict.fromkeys(MEETS_AS.values())
}
_ANIMATING = (TerritoryRoleKind.PILOT, TerritoryRoleKind.FACILITATOR)


@dataclass(frozen=True)
class TerritoryFacts:
    """The territory's clock, and its counts by the name that `indicateur` gives them.

    `networking`: the latest year, up to the one asked for, in which each kind was done.
    """

    time_zone: str
    year: int
    counts: Mapping[str, int]
    networking: Mapping[Networking, int] = field(default_factory=dict)

    def within(self, cycle: int) -> Mapping[str, int]:
        """All counts; those of a cycle look at so many years, the one asked for included."""
        done = self.networked(cycle)
        return {**self.counts, "genres_action_reseau": len(done)}

    def networked(self, cycle: int) -> frozenset[Networking]:
        return frozenset(kind for kind, last in self.networking.items() if last > self.year - cycle)


def territory_facts(session: Session, territory_id: int, year: int) -> TerritoryFacts:
    """Three statements whatever the number of projects.

    Each count is that of the year asked for, by the dates that the rows and the journal tell:
    what happens later changes no earlier year. The rules stand in `app/maturity/working.py`.
    """
    zone, animating, held, *lasts = session.execute(
        select(Territory.time_zone, _animating(year), _held(year), *_networking(year)).where(
            Territory.id == territory_id
        )
    ).one()
    synergies = synergies_in(session, territory_id, year, zone)
    return TerritoryFacts(
        zone,
        year,
        {
            "animation_nommee": animating,
            "entreprises_engagees": engaged_in(session, territory_id, year, zone),
            "rencontres_tenues_annee": held,
            "synergies_operationnelles_annee": synergies.working,
            "synergies_collectivite": synergies.own,
        },
        _last_years(lasts),
    )


def _animating(year: int) -> ScalarSelect[int]:
    """People who animate on the year's last day: of a running year, whose role has not ended."""
    last = date(year, 12, 31)
    return (
        select(func.count(func.distinct(TerritoryRole.person_id)))
        .where(
            TerritoryRole.territory_id == Territory.id,
            TerritoryRole.role.in_(_ANIMATING),
            TerritoryRole.started_on <= last,
            or_(TerritoryRole.ended_on.is_(None), TerritoryRole.ended_on >= last),
        )
        .correlate(Territory)
        .scalar_subquery()
    )


def _held(year: int) -> ScalarSelect[int]:
    """Meetings that took place in the year; nobody meets in the hours between two zones' years."""
    return (
        select(func.count(Meeting.id))
        .where(
            Meeting.territory_id == Territory.id,
            Meeting.state == MeetingState.HELD,
            Meeting.starts_at >= datetime(year, 1, 1, tzinfo=UTC),
            Meeting.starts_at < datetime(year + 1, 1, 1, tzinfo=UTC),
        )
        .correlate(Territory)
        .scalar_subquery()
    )


def _networking(year: int) -> list[ScalarSelect[datetime | None]]:
    """When each kind of networking action was last done, in the order of `_last_years`.

    To inform is a campaign in which somebody was reached for the first time, or results that
    were mailed.
    """
    ends = datetime(year + 1, 1, 1, tzinfo=UTC)
    mailed = select(func.max(Results.sent_at)).where(
        Results.territory_id == Territory.id, Results.sent_at < ends
    )
    # mailed again, the row holds the last time alone
    mailed_before = select(func.max(Change.at)).where(
        Change.entity == Results.__name__,
        Change.territory_id == Territory.id,
        Change.fields[("sent_at", 1)].as_string().is_not(None),
        Change.at < ends,
    )
    reached = (
        select(func.max(CampaignContact.first_reached_at))
        .join(Campaign, Campaign.id == CampaignContact.campaign_id)
        .where(
            Campaign.territory_id == Territory.id,
            CampaignContact.first_reached_at < ends,
        )
    )
    met = [
        select(func.max(Meeting.starts_at)).where(
            Meeting.territory_id == Territory.id,
            Meeting.kind.in_(kinds),
            Meeting.state == MeetingState.HELD,
            Meeting.starts_at < ends,
        )
        for kinds in _MEETINGS.values()
    ]
    found = (mailed, mailed_before, reached, *met)
    return [one.correlate(Territory).scalar_subquery() for one in found]


def _last_years(lasts: Sequence[datetime | None]) -> dict[Networking, int]:
    kinds = (*(Networking.INFORM,) * 3, *_MEETINGS)
    found: dict[Networking, int] = {}
    for kind, last in zip(kinds, lasts, strict=True):
        if last is not None:
            found[kind] = max(found.get(kind, 0), last.year)
    return found
