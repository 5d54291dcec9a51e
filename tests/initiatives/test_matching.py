"""What answers what: an offer and a need that have something in common, said in words."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.initiatives.labels.leads import why_together
from app.initiatives.matching import MOST_PAIRS, Half, pairs, stems
from app.plans.kinds import FlowDirection, ResourceKind

OFFER, NEED = FlowDirection.OUTPUT, FlowDirection.INPUT


def half(title: str, direction: FlowDirection, firm: str = "", **more: Any) -> Half:
    known: dict[str, Any] = {
        "title": title,
        "url": f"/pistes/{title}",
        "direction": direction,
        "resource": None,
        "zone": None,
        "organisations": (firm or title,),
    }
    return Half(**{**known, **more})


halves = st.lists(
    st.builds(
        half,
        st.sampled_from(["Palettes usagées", "Une palette", "Chaleur du four", "Bois", "Eaux"]),
        st.sampled_from(FlowDirection),
        st.sampled_from(["Fournil", "Atelier", "Scierie"]),
        resource=st.none() | st.sampled_from(ResourceKind),
        zone=st.none() | st.sampled_from(["Les Prés", "La Gare"]),
        project_id=st.none() | st.integers(1, 2),
    ),
    max_size=8,
)


def test_plurals_accents_and_small_words_are_forgiven() -> None:
    assert stems("Je cherche des Palettes pour l’été") == {"palette"}
    assert stems("chevaux") == stems("cheval")
    assert stems("Eaux usées") == {"eau", "usee"}


def test_an_offer_and_a_need_of_one_resource_stand_together_and_it_is_said_why() -> None:
    offer = half("Palettes europe", OFFER, resource=ResourceKind.MATERIAL, zone="Les Prés")
    need = half("Palette en bois", NEED, resource=ResourceKind.MATERIAL, zone="Les Prés")
    [pair] = pairs([offer, need])
    assert (pair.offer, pair.need) == (offer, need)
    assert why_together(pair) == (
        "Même ressource\u00a0: matière\u202f; mots communs\u00a0: palette\u202f; "
        "même zone\u00a0: Les Prés."
    )


def test_one_word_in_common_is_enough_where_nobody_said_what_it_is() -> None:
    [pair] = pairs([half("Chaleur du four", OFFER), half("Chaleur pour la serre", NEED)])
    assert pair.words == ("chaleur",)


def test_two_resources_that_differ_need_more_than_a_word() -> None:
    offer = half("Chaleur du four", OFFER, resource=ResourceKind.ENERGY)
    need = half("Un four à partager", NEED, resource=ResourceKind.EQUIPMENT)
    assert pairs([offer, need]) == []


def test_a_resource_alone_brings_few_together_and_after_the_others() -> None:
    offers = [half(f"Benne {n}", OFFER, resource=ResourceKind.MATERIAL) for n in "abcd"]
    needs = [
        half("Pain sec", NEED, resource=ResourceKind.MATERIAL),
        half("Benne vide", NEED, resource=ResourceKind.SPACE),
    ]
    known = [(pair.need.title, pair.words) for pair in pairs([*offers, *needs])]
    assert known == [("Pain sec", ())] * 2


@given(halves)
def test_no_firm_and_no_project_meets_itself(known: list[Half]) -> None:
    for pair in pairs(known):
        assert (pair.offer.direction, pair.need.direction) == (OFFER, NEED)
        assert not set(pair.offer.organisations) & set(pair.need.organisations)
        assert pair.offer.project_id is None or pair.offer.project_id != pair.need.project_id
        assert pair.resource or pair.words


@given(halves, st.randoms())
def test_the_order_in_which_leads_came_changes_nothing(known: list[Half], random: Any) -> None:
    shuffled = list(known)
    random.shuffle(shuffled)
    found = [(one.weight, one.words) for one in pairs(known)]
    assert [(one.weight, one.words) for one in pairs(shuffled)] == found
    assert len(found) <= MOST_PAIRS
