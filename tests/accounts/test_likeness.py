"""Which records look like one: told with the reason, the best first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.likeness import (
    MOST,
    Firm,
    Reason,
    Somebody,
    bare_name,
    digits,
    like_firms,
    like_people,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Le Fournil d’Aubrive", "SARL FOURNIL D'AUBRIVE"),
        ("Métallerie Orsennac", "Orsennac Metallerie SAS"),
        ("Éts. Dupré & Fils", "ets dupre et fils"),
    ],
)
def test_two_writings_of_one_name(one: str, other: str) -> None:
    (found,) = like_firms([Firm(1, one), Firm(2, other)])
    assert found.reasons == (Reason.NAME,)


def test_a_name_of_little_words_says_nothing() -> None:
    assert bare_name("SARL Les Établissements") == ""
    assert like_firms([Firm(1, "SARL"), Firm(2, "Sarl")]) == []


def test_an_establishment_next_door_is_told_apart_from_one_elsewhere() -> None:
    here = Firm(1, "A", siren="356000000", city="Orvain")
    twin = Firm(2, "B", siren="356000000", city="ORVAIN")
    away = Firm(3, "C", siren="356000000", city="Aubrive")
    found = {one.ids: one.reasons for one in like_firms([here, twin, away])}
    assert found[1, 2] == (Reason.SIREN_AND_CITY,)
    assert found[1, 3] == found[2, 3] == (Reason.SIREN,)


def test_one_telephone_however_it_is_written() -> None:
    assert digits("+33 3 89 00 00 00") == digits("03.89.00.00.00") == "389000000"
    (found,) = like_firms(
        [Firm(1, "A", phone="+33 (0)3 89 00 00 00"), Firm(2, "B", phone="03 89 00 00 00")]
    )
    assert found.reasons == (Reason.PHONE,)


def test_an_address_that_everybody_may_have_says_nothing() -> None:
    free = [Firm(1, "A", emails=("a@orange.fr",)), Firm(2, "B", emails=("b@orange.fr",))]
    own = [Firm(1, "A", emails=("a@fournil.fr",)), Firm(2, "B", emails=("b@Fournil.fr",))]
    assert like_firms(free) == []
    assert [one.reasons for one in like_firms(own)] == [(Reason.DOMAIN,)]


def test_what_many_share_tells_no_two_of_them() -> None:
    assert like_firms([Firm(n, "Boulangerie") for n in range(1, 20)]) == []


def test_first_and_last_name_may_change_places() -> None:
    (found,) = like_people([Somebody(1, "Kada Inès"), Somebody(2, "ines KADA", "0389000000")])
    assert (found.ids, found.reasons) == ((1, 2), (Reason.NAME,))


firms = st.lists(
    st.builds(
        Firm,
        id=st.integers(1, 40),
        name=st.sampled_from(["Fournil", "Le Fournil", "Scierie", "SAS", "é"]),
        siren=st.none() | st.sampled_from(["356000000", "732829320"]),
        city=st.none() | st.sampled_from(["Orvain", "orvain", ""]),
        phone=st.none() | st.sampled_from(["03 89 00 00 00", "12", ""]),
    ),
    unique_by=lambda one: one.id,
)


@given(firms)
def test_pairs_are_two_records_once_with_a_reason_whatever_their_order(found: list[Firm]) -> None:
    pairs = like_firms(found)
    assert len({one.ids for one in pairs}) == len(pairs) <= MOST
    for one in pairs:
        assert one.ids[0] < one.ids[1]
        assert one.reasons
    again = like_firms(found[::-1])
    assert [(one.ids, one.reasons) for one in again] == [(one.ids, one.reasons) for one in pairs]
