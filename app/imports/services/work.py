"""What the verbs of one import share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, Person, Territory
from app.core.folding import fold
from app.imports.models import Import
from app.plans.models import ActionPlan, Theme, TrackingSheet
from app.plans.services.projects import add_theme


@dataclass
class Work:
    """What the verbs of one import share: who is known, and when it is.

    `sheets` has the plan's tracking sheets by project and step, so that none is looked for row by
    row; the contacts of an organisation are read once.
    """

    session: Session
    found: Import
    plan: ActionPlan
    territory: Territory
    default_lead_id: int
    now: datetime
    today: date
    organisations: dict[str, Organisation] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    sheets: dict[tuple[int, int | None], TrackingSheet] = field(default_factory=dict)
    asker_id: int | None = None
    asks_by_mail: bool = False
    _contacts: dict[int, list[Person]] = field(default_factory=dict)

    def organisation_id(self, name: str) -> int:
        return self.organisations[fold(name)].id

    def is_called(self, organisation_id: int, name: str) -> bool:
        known = self.organisations.get(fold(name))
        return known is not None and known.id == organisation_id

    def contacts(self, organisation_id: int) -> list[Person]:
        """Who is there now, the oldest first; whoever is added is appended by who adds them."""
        found = self._contacts.get(organisation_id)
        if found is None:
            own = (Membership.organisation_id == organisation_id) & Membership.ended_on.is_(None)
            query = select(Person).join(Membership).where(own).order_by(Person.id)
            found = self._contacts[organisation_id] = list(self.session.scalars(query))
        return found

    def theme_id(self, title: str) -> int | None:
        """The axis of this title or of one of its other names, made where there is none."""
        if not title:
            return None
        theme = self.themes.get(fold(title))
        if theme is None:
            theme = self.themes[fold(title)] = add_theme(self.session, self.plan, title=title)
        return theme.id
