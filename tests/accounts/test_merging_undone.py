"""What parting two records again gives back, and what it leaves as it has become."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.accounts.kinds import (
    AskKind,
    MembershipRole,
    NafEdition,
)
from app.accounts.models import (
    Ask,
    Claim,
    Membership,
    Organisation,
)
from app.accounts.services.merging import (
    forget_over,
    undo_merge,
)
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.models import Partner, Step
from tests.accounts.merging import DATABASE, everything, join, pointing_at, second, somebody_acts
from tests.cast import NOW, TODAY, Cast

__all__ = ["somebody_acts"]  # fixtures
parts = st.none() | st.tuples(
    st.sampled_from(list(PartnerRole)[1:]), st.sampled_from(list(PartnerState))
)
places = st.sets(st.sampled_from(["Marc", "Lucie", "Anne"]))


@DATABASE
@given(
    theirs=parts,
    leads=st.booleans(),
    people=places,
    manages=st.booleans(),
    first=st.booleans(),
    fields=st.sets(st.sampled_from(["name", "siret", "naf", "phone", "place", "zone_id", "kind"])),
    both_territories=st.booleans(),
    claims=st.booleans(),
)
def test_parting_two_organisations_again_leaves_everything_as_it_was(
    session: Session,
    cast: Cast,
    theirs: tuple[PartnerRole, PartnerState] | None,
    leads: bool,
    people: set[str],
    manages: bool,
    first: bool,
    fields: set[str],
    both_territories: bool,
    claims: bool,
) -> None:
    session.rollback()
    acting(session, None, Via.COMMAND, NOW)
    kept = cast.organisation("Le Fournil")
    gone = second(
        session,
        cast,
        siret="73282932000074",
        naf="10.71C",
        naf_edition=NafEdition.REV2,
        city="Aubrive",
        named_publicly=False,
        naming_decided_at=NOW,
    )
    if claims:
        gone.sole_siret = None
        session.flush()
        kept.siret = "73282932000074"
    if both_territories:
        gone.territories.append(cast.territory("Plaine de Sorne"))
    for place, name in enumerate(sorted(people)):
        session.add(
            Membership(
                person_id=cast.person(name).id,
                organisation_id=gone.id,
                role=MembershipRole.MANAGER if manages else MembershipRole.MEMBER,
                is_default=first and place == 0,
                started_on=TODAY,
            )
        )
    project = cast.project()
    if theirs is not None:
        role, state = theirs
        session.add(
            Partner(
                project_id=project.id,
                territory_id=project.territory_id,
                organisation_id=gone.id,
                role=role,
                state=state,
                confirmed_at=NOW if state is PartnerState.CONFIRMED else None,
            )
        )
    if leads:
        cast.step().lead_organisation_id = gone.id
    if claims:
        session.add(
            Claim(
                territory_id=cast.territory().id,
                local_id=gone.id,
                known_id=kept.id,
                asked_at=NOW,
                asked_by_id=1,
                accepted_at=NOW,
            )
        )
    session.add(
        Ask(
            kind=AskKind.INVITATION,
            subject_kind="organisation",
            subject_id=gone.id,
            asker_id=1,
            asked_organisation_id=gone.id,
            text_version="1",
            asked_at=NOW,
            expires_at=NOW,
        )
    )
    session.flush()
    gone_id, before = gone.id, everything(session)
    merge = join(session, kept, gone, *fields, by_claim=claims)
    assert pointing_at(session, "organisation", gone_id) == []
    assert session.get(Organisation, gone_id) is None
    undo_merge(session, merge, person_id=1, now=NOW + timedelta(hours=3))
    assert everything(session) == before


def test_what_was_edited_since_keeps_its_edit(session: Session, cast: Cast) -> None:
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    step, gone_id = cast.step("Fabriquer les caisses"), gone.id
    moved, stays = step.id, cast.step("Réunir les partenaires").id
    merge = join(session, kept, gone, "phone", "name")
    kept.name = "Fournil et Atelier"
    session.get_one(Step, moved).title = "Fabriquer vingt caisses"
    # this one is given to the kept record only now
    session.get_one(Step, stays).lead_organisation_id = kept.id
    session.flush()
    undo_merge(session, merge, person_id=1, now=NOW + timedelta(hours=23))
    assert session.get_one(Organisation, kept.id).name == "Fournil et Atelier"
    assert session.get_one(Organisation, gone_id).name == "Atelier Bois"
    step = session.get_one(Step, moved)
    assert (step.title, step.lead_organisation_id) == ("Fabriquer vingt caisses", gone_id)
    assert session.get_one(Step, stays).lead_organisation_id == kept.id


def test_a_step_handed_on_since_stays_with_whom_it_was_handed_to(
    session: Session, cast: Cast
) -> None:
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    step, other = cast.step("Fabriquer les caisses"), cast.organisation("CCI des Deux Rives").id
    merge = join(session, kept, gone)
    step.lead_organisation_id = other
    session.flush()
    undo_merge(session, merge, person_id=1, now=NOW)
    assert cast.step("Fabriquer les caisses").lead_organisation_id == other


def test_where_there_is_no_way_back_nothing_is_undone_and_it_is_said(
    session: Session, cast: Cast
) -> None:
    kept = cast.organisation("Le Fournil")
    gone = second(session, cast, siret="73282932000074")
    merge = join(session, kept, gone)
    assert kept.siret == "73282932000074"
    kept.siret = kept.siren = None
    session.flush()
    second(session, cast, "Une autre", siret="73282932000074")
    before = everything(session)
    with pytest.raises(RefusedError, match="rien n’est défait"):
        undo_merge(session, merge, person_id=1, now=NOW)
    assert everything(session) == before


def test_after_a_day_there_is_no_undo_and_nothing_is_kept_for_it(
    session: Session, cast: Cast
) -> None:
    merge = join(session, cast.organisation("Le Fournil"), cast.organisation("Atelier Bois"))
    later = NOW + timedelta(days=1, seconds=1)
    with pytest.raises(RefusedError, match="Plus d’un jour"):
        undo_merge(session, merge, person_id=1, now=later)
    assert forget_over(session, NOW + timedelta(hours=23)) == 0
    assert forget_over(session, later) == 1
    session.expire_all()
    assert merge.moves is None


def test_undoing_twice_changes_nothing(session: Session, cast: Cast) -> None:
    merge = join(session, cast.organisation("Le Fournil"), cast.organisation("Atelier Bois"))
    undo_merge(session, merge, person_id=1, now=NOW)
    before = everything(session)
    undo_merge(session, merge, person_id=1, now=NOW)
    assert everything(session) == before


def test_merges_are_undone_the_last_one_first(session: Session, cast: Cast) -> None:
    fournil, atelier = cast.organisation("Le Fournil"), cast.organisation("Atelier Bois")
    agency, before = cast.organisation("Agence du Cycle"), everything(session)
    one = join(session, fournil, atelier)
    other = join(session, agency, fournil)
    with pytest.raises(RefusedError, match="d’abord"):
        undo_merge(session, one, person_id=1, now=NOW)
    undo_merge(session, other, person_id=1, now=NOW)
    undo_merge(session, one, person_id=1, now=NOW)
    assert everything(session) == before
