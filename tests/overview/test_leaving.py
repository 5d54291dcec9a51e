"""Somebody who is erased leaves no view and no calendar of their own behind."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.overview.models import CalendarFeed, SavedView
from tests.cast import NOW, Cast
from tests.privacy.conftest import erased


def view(session: Session, cast: Cast, who: str, name: str, *, is_shared: bool) -> SavedView:
    plan = cast.plan()
    kept = SavedView(
        territory_id=plan.territory_id,
        plan_id=plan.id,
        author_id=cast.person(who).id,
        name=name,
        query="statut=todo",
        is_shared=is_shared,
        saved_at=NOW,
    )
    session.add(kept)
    session.flush()
    return kept


def test_what_they_shared_stays_and_what_was_theirs_goes(session: Session, cast: Cast) -> None:
    lucie = cast.person("Lucie")
    view(session, cast, "Lucie", "À moi", is_shared=False)
    view(session, cast, "Lucie", "À tous", is_shared=True)
    session.add(CalendarFeed(person_id=lucie.id, created_at=NOW))
    session.flush()
    assert erased(session, lucie) is not None
    assert session.scalars(select(SavedView.name)).all() == ["À tous"]
    assert session.scalars(select(CalendarFeed)).all() == []


def test_two_views_that_differed_by_their_name_alone_stay_two(session: Session, cast: Cast) -> None:
    for name in ("Suivi de Lucie Perrin", "Suivi de Perrin Lucie"):
        view(session, cast, "Anne", name, is_shared=True)
    assert erased(session, cast.person("Lucie")) is not None
    session.expire_all()
    names = session.scalars(select(SavedView.name)).all()
    assert len(set(names)) == 2
    assert not any("Lucie" in name or "Perrin" in name for name in names)
