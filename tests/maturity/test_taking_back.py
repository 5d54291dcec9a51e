"""A take-over is undone by one click: what nobody touched since goes, the rest is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.models import Framework
from app.journal.models import Change
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment, Criterion, Evidence
from app.maturity.queries import standing
from app.maturity.services.assessing import confirm_status
from app.maturity.services.evidence import link_evidence
from tests.cast import NOW, Cast
from tests.maturity.conftest import TUESDAY
from tests.maturity.samples import KEY, SUCCESSOR_KEY, assess, import_successor

As = Callable[[str], FlaskClient]


@pytest.fixture
def base(opened: Assessment, session: Session, cast: Cast) -> str:
    """7.1 confirmed, 7.1 and 7.2.1 proved; what comes after them is opened: its address."""
    confirm_status(
        session,
        opened,
        ref="7.1",
        status=CriterionStatus.DONE,
        person_id=cast.person("Anne").id,
        now=NOW,
        seen_version=None,
    )
    for ref in ("7.1", "7.2.1"):
        link_evidence(
            session,
            territory_id=cast.territory().id,
            framework_key=KEY,
            ref=ref,
            subject=cast.step(),
            person_id=None,
            now=NOW,
        )
    session.commit()
    import_successor(session)
    assess(session, cast, key=SUCCESSOR_KEY)
    framework = session.scalars(
        select(Framework.public_id).where(Framework.key == SUCCESSOR_KEY)
    ).one()
    session.rollback()
    return f"/territoires/{cast.territory().public_id}/maturite/{framework}"


def taken_over(session: Session) -> tuple[list[str], list[str]]:
    """The criteria that have a status and those that have a live proof."""
    session.rollback()
    own = Criterion.ref.startswith("9")
    statuses = session.scalars(select(Criterion.ref).where(own).order_by(Criterion.ref))
    proofs = select(Evidence.ref).where(
        Evidence.framework_key == SUCCESSOR_KEY, Evidence.removed_at.is_(None)
    )
    return list(statuses), list(session.scalars(proofs.order_by(Evidence.ref)))


def undo_in(page: str) -> str:
    return re.findall('formaction="([^"]+/annuler[^"]*)"', page)[0].replace("&amp;", "&")


def take(anne: FlaskClient, base: str) -> str:
    """Take over; the address that undoes it, as the message shows it."""
    answer = anne.post(f"{base}/reprendre", data={"annee": "2026"})
    shown = anne.get(answer.headers["Location"]).text
    assert "C’est repris\u00a0: 1\u00a0statut et 3\u00a0preuves." in shown
    return undo_in(shown)


def test_one_click_takes_it_all_back_and_it_can_be_taken_over_again(
    as_: As, base: str, session: Session
) -> None:
    anne = as_("Anne")
    undo = take(anne, base)
    assert taken_over(session) == (["9.1"], ["9.1", "9.2", "9.3"])
    answer = anne.post(undo)
    assert answer.status_code == 303
    shown = anne.get(answer.headers["Location"]).text
    assert "La reprise est annulée\u00a0: 1\u00a0statut et 3\u00a0preuves." in shown
    assert taken_over(session) == ([], [])
    # nothing of it is left that a second take-over would stumble upon
    assert (
        session.scalars(select(Evidence).where(Evidence.framework_key == SUCCESSOR_KEY)).all() == []
    )
    take(anne, base)
    assert taken_over(session) == (["9.1"], ["9.1", "9.2", "9.3"])


def test_the_journal_says_what_the_undo_takes_back(as_: As, base: str, session: Session) -> None:
    anne = as_("Anne")
    undo = take(anne, base)
    anne.post(undo)
    session.rollback()
    (batch,) = set(session.scalars(select(Change.undoes).where(Change.undoes.is_not(None))))
    assert batch is not None and f"/{batch}/" in undo


def test_what_was_confirmed_or_linked_anew_since_stays_and_is_named(
    as_: As, base: str, session: Session
) -> None:
    anne = as_("Anne")
    undo = take(anne, base)
    anne.post(f"{base}/9.1", data={"status": "planned", "version": "1", "comment": "À revoter"})
    session.rollback()
    proofs = select(Evidence).where(Evidence.framework_key == SUCCESSOR_KEY)
    ids = {one.ref: one.public_id for one in session.scalars(proofs)}
    session.rollback()
    for verb in ("retirer", "remettre"):
        anne.post(f"/preuves/{ids['9.2']}/{verb}", data={"annee": "2026"})
    answer = anne.post(undo)
    assert taken_over(session) == (["9.1"], ["9.2"])
    shown = anne.get(answer.headers["Location"]).text
    assert "La reprise est annulée\u00a0: 2\u00a0preuves." in shown
    assert (
        "Changé depuis, donc gardé\u00a0: 9.1 – Vouloir encore, la preuve de 9.2 – Faire encore."
        in shown
    )


def test_where_everything_was_changed_since_nothing_is_undone_and_it_is_said(
    as_: As, base: str, session: Session
) -> None:
    anne = as_("Anne")
    undo = take(anne, base)
    anne.post(f"{base}/9.1", data={"status": "planned", "version": "1", "comment": "À revoter"})
    session.rollback()
    proofs = select(Evidence.public_id).where(Evidence.framework_key == SUCCESSOR_KEY)
    ids = session.scalars(proofs).all()
    session.rollback()
    for one in ids:
        anne.post(f"/preuves/{one}/retirer", data={"annee": "2026"})
    answer = anne.post(undo)
    assert taken_over(session) == (["9.1"], [])
    shown = anne.get(answer.headers["Location"]).text
    assert "Rien n’est annulé." in shown and "9.1 – Vouloir encore" in shown


def test_a_take_over_is_undone_once_and_by_who_animates(
    as_: As, base: str, session: Session
) -> None:
    anne = as_("Anne")
    undo = take(anne, base)
    assert as_("Sylvie").post(undo).status_code == 403
    assert as_("Paul").post(undo).status_code == 404
    assert taken_over(session)[0] == ["9.1"]
    anne.post(undo)
    again = anne.post(undo)
    assert "déjà annulé" in anne.get(again.headers["Location"]).text


@pytest.mark.parametrize("why", ["frozen", "old"])
def test_a_frozen_year_and_an_old_take_over_stay(
    as_: As, base: str, session: Session, why: str
) -> None:
    anne = as_("Anne")
    undo, when = take(anne, base), TUESDAY
    if why == "frozen":
        anne.post(f"{base}/figer", data={"annee": "2026"})
    else:
        when += timedelta(days=31)
    with time_machine.travel(when, tick=False):
        as_("Anne").post(undo)
    assert taken_over(session) == (["9.1"], ["9.1", "9.2", "9.3"])


def test_no_other_act_can_be_undone_by_this_address(as_: As, base: str, session: Session) -> None:
    anne = as_("Anne")
    anne.post(f"{base}/9.4", data={"status": "done", "comment": "Fait hors du plan"})
    session.rollback()
    made = select(Change.batch).where(Change.entity == "Criterion").order_by(Change.id.desc())
    batch = session.scalars(made.limit(1)).one()
    session.rollback()
    answer = anne.post(f"{base}/reprendre/{batch}/annuler?annee=2026")
    assert "déjà annulé" in anne.get(answer.headers["Location"]).text
    assert taken_over(session) == (["9.4"], [])


def test_a_year_frozen_since_keeps_the_proofs_that_it_was_frozen_with(
    as_: As, base: str, session: Session, cast: Cast
) -> None:
    past = assess(session, cast, 2025, key=SUCCESSOR_KEY)
    past_id, place = past.id, cast.territory().id
    session.rollback()
    anne = as_("Anne")
    undo = take(anne, base)
    with time_machine.travel(TUESDAY + timedelta(minutes=5), tick=False):
        anne.post(f"{base}/figer", data={"annee": "2025"})
        anne.post(undo)
    assert taken_over(session) == ([], [])
    assert session.get_one(Assessment, past_id).frozen_at is not None
    read = standing(session, place, SUCCESSOR_KEY, 2025)
    assert read and [len(one.proofs) for one in read.criteria] == [1, 1, 1, 0]
