"""Every tracked change can be read in French."""

from __future__ import annotations

import enum
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from app.journal.kinds import Action, Via
from app.logbook.entries import HIDDEN, Entry
from app.logbook.kinds import Topic
from app.logbook.labels import TOPICS, VIAS
from app.logbook.reading import OTHER, WORDS, Names, word
from app.logbook.sentences import MOST_FACTS, tell
from app.logbook.words.lexicon import lexicons
from app.plans.kinds import PartnerRole, StepStatus
from tests.logbook.samples import (
    NAMES,
    every_field,
    line,
    plain_spaces,
    said,
    tracked_models,
    words_of,
)

ENTITIES = sorted(model.__name__ for model in tracked_models())


def sentence(*lines: Any, **more: Any) -> str:
    return plain_spaces(said(*lines, **more).sentence)


def whole(*lines: Any, **more: Any) -> str:
    return plain_spaces(said(*lines, **more).whole)


def enums_of(entity: str) -> dict[str, type[enum.StrEnum]]:
    """{tracked column: its enum}"""
    model = words_of(entity).model
    columns = inspect(model).columns
    found = {name: getattr(columns[name].type, "enum_class", None) for name in model.__tracked__}
    return {name: kind for name, kind in found.items() if kind is not None}


# -- nothing tracked is without words


def test_every_tracked_model_has_its_words_and_no_other() -> None:
    assert sorted(lexicons()) == ENTITIES


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_tracked_field_has_its_words_and_no_other(entity: str) -> None:
    lexicon = words_of(entity)
    assert set(lexicon.fields) == set(lexicon.model.__tracked__)


@pytest.mark.parametrize(("entity", "field"), every_field())
def test_a_change_of_one_field_is_told(entity: str, field: str) -> None:
    for before, after in (("a", "b"), (None, "b"), ("a", None)):
        told = said(line(entity, {field: (before, after)}))
        assert told.sentence.startswith(("Lucie Perrin ", "Le Fournil ", "Une personne effacée,"))
        general = f"Lucie Perrin a modifié {words_of(entity).thing(line(entity, {}), NAMES)}."
        alone = words_of(entity).fields[field].silent
        assert alone or told.facts or told.texts or plain_spaces(told.sentence) != general


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_sentence(entity: str, action: Action) -> None:
    assert len(sentence(line(entity, {}, action=action))) > len("Lucie Perrin a")


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_value_of_every_enum_has_its_word(entity: str) -> None:
    for name, kind in enums_of(entity).items():
        for value in kind:
            if words_of(entity).fields[name].silent:
                continue
            assert word(kind, value) not in (OTHER, value.value), (name, value)
            told = whole(line(entity, {name: (value.value, value.value)}))
            assert OTHER not in told, told


def test_every_topic_and_every_way_has_its_word() -> None:
    assert set(TOPICS) == set(Topic)
    assert set(VIAS) == set(Via)


# -- sentences as people say them


@pytest.mark.parametrize(
    ("entity", "fields", "expected"),
    [
        (
            "Step",
            {"status": ("todo", "done")},
            "Lucie Perrin a terminé l’étape « Peser les invendus ».",
        ),
        (
            "Step",
            {"due_on": ("2026-04-17", "2026-04-24")},
            (
                "Lucie Perrin a déplacé l’échéance de l’étape « Peser les invendus » : "
                "elle passe du 17 avril au 24 avril."
            ),
        ),
        (
            "Step",
            {"due_on": (None, "2027-05-01")},
            "Lucie Perrin a fixé l’échéance de l’étape « Peser les invendus » au 1er mai 2027.",
        ),
        (
            "Step",
            {"status": ("blocked", "todo"), "barrier": ("economic", None)},
            "Lucie Perrin a débloqué l’étape « Peser les invendus ».",
        ),
        ("Step", {"rank": ("a", "b")}, "Lucie Perrin a changé l’ordre des étapes."),
        (
            "Partner",
            {"state": ("invited", "confirmed")},
            "Le Fournil confirme sa place de contributeur.",
        ),
        (
            "Project",
            {"state": ("draft", "active")},
            "Lucie Perrin a lancé le projet « Invendus du Fournil ».",
        ),
        (
            "Flow",
            {"opened_at": ("2026-03-02T08:00:00+00:00", "2026-04-07T07:00:00+00:00")},
            (
                "Lucie Perrin a montré la quantité du flux « Pain invendu » "
                "aux partenaires confirmés de ce jour."
            ),
        ),
        (
            "RelanceSetting",
            {"paused_until": (None, "9999-12-31")},
            "Lucie Perrin a suspendu tous les courriels du territoire, jusqu’à nouvel ordre.",
        ),
    ],
)
def test_a_change_reads_as_people_say_it(
    entity: str, fields: dict[str, tuple[Any, Any]], expected: str
) -> None:
    assert sentence(line(entity, fields)) == expected


def test_a_confirmation_says_who_noted_it() -> None:
    told = said(line("Partner", {"state": ("invited", "confirmed")}, actor_id=2))
    assert told.noted_by == "Anne Vasseur"


def test_what_gets_in_the_way_is_told_beside_that_it_does() -> None:
    told = said(
        line(
            "Step",
            {
                "status": ("todo", "blocked"),
                "barrier": (None, "regulatory"),
                "barrier_note": (None, "L’avis de la Région manque"),
            },
        )
    )
    assert "a signalé que" in told.sentence
    assert [plain_spaces(fact) for fact in told.facts] == [
        "Ce qui coince : réglementation.",
        "Mot sur ce qui coince : « L’avis de la Région manque ».",
    ]


def test_a_hand_over_of_the_lead_is_one_sentence() -> None:
    gave = line("Partner", {"role": ("lead", "co_owner")}, entity_id=2)
    took = line("Partner", {"role": ("contributor", "lead")}, entity_id=1)
    told = said(gave, took)
    assert plain_spaces(told.sentence) == (
        "Lucie Perrin a passé le rôle de chef de file de « Atelier Bois » à « Le Fournil »."
    )
    assert told.facts == ()


def test_a_new_project_brings_its_partners_along() -> None:
    partners = [
        line(
            "Partner",
            {"organisation_id": (None, at), "role": (None, role), "state": (None, "approached")},
            entity_id=at,
            action=Action.CREATED,
        )
        for at, role in ((1, "lead"), (2, "contributor"))
    ]
    project = line("Project", {"title": (None, "Caisses")}, action=Action.CREATED)
    told = said(*partners, project)
    assert plain_spaces(told.sentence) == "Lucie Perrin a créé le projet « Caisses »."
    assert plain_spaces(told.facts[0]) == (
        "Nouveaux partenaires : Le Fournil (chef de file) et Atelier Bois (contributeur)."
    )


def test_who_is_asked_is_told_beside_what_is_proposed() -> None:
    proposal = line("Proposal", {"kind": (None, "lead")}, action=Action.CREATED)
    asked = [
        line(
            "Ask",
            {"kind": (None, "agreement"), "asked_organisation_id": (None, one)},
            entity_id=one,
            action=Action.CREATED,
        )
        for one in (1, 2)
    ]
    told = said(proposal, *asked)
    assert [plain_spaces(fact) for fact in told.facts] == [
        "Organisations consultées : Le Fournil et Atelier Bois."
    ]


def test_many_rows_of_one_kind_are_counted() -> None:
    lines = [
        line("Theme", {"title": (None, f"Axe {at}")}, entity_id=at, action=Action.CREATED)
        for at in range(10)
    ]
    plan = line("ActionPlan", {"title": (None, "Plan EIT")}, action=Action.CREATED)
    assert [plain_spaces(fact) for fact in said(plan, *lines).facts] == ["10 axes ajoutés."]


def test_an_undo_says_that_it_is_one() -> None:
    told = said(line("Step", {"status": ("done", "todo")}, undoes="before"))
    assert plain_spaces(told.sentence) == (
        "Lucie Perrin annule un changement : l’étape « Peser les invendus »."
    )
    assert [plain_spaces(one) for one in told.facts] == [
        "Le statut passe de « Fait » à « À faire »."
    ]


def test_what_happens_by_itself_is_maillage_s() -> None:
    told = said(line("Step", {"status": ("todo", "done")}, actor_id=None, via=Via.JOB))
    assert told.sentence.startswith("Maillage a terminé")
    assert told.how == "automatiquement"


def test_who_was_erased_is_named_no_more() -> None:
    step = line("Step", {"lead_person_id": (1, 2)}, actor_id=77)
    told = whole(step, names=Names({("Person", 1): "Lucie Perrin"}, {}))
    assert (
        told == "Une personne effacée a nommé une personne effacée responsable de une étape."
        or (told.count("personne effacée") == 2)
    )


def test_a_hidden_amount_is_told_without_a_figure() -> None:
    told = whole(line("Flow", {"quantity": (HIDDEN, HIDDEN), "unit": (HIDDEN, HIDDEN)}))
    assert "La quantité a changé." in told
    new = line("Flow", {"quantity": (None, HIDDEN)}, action=Action.CREATED)
    assert "La quantité est renseignée." in whole(new)


def test_an_amount_is_told_with_its_unit() -> None:
    fields = {"quantity": ("42.000", "50.500"), "unit": ("kg", "kg par semaine")}
    assert "La quantité passe de 42 kg à 50,5 kg par semaine." in whole(line("Flow", fields))
    assert "Quantité : 50 kg." in whole(
        line("Flow", {"quantity": (HIDDEN, "50"), "unit": (HIDDEN, "kg")})
    )


def test_a_text_that_is_written_anew_is_shown_as_a_difference() -> None:
    told = said(line("Project", {"description": ("Du pain pour tous", "Du pain sec pour tous")}))
    assert plain_spaces(told.sentence) == (
        "Lucie Perrin a récrit la description du projet « Invendus du Fournil »."
    )
    [text] = told.texts
    assert [(part.mark, part.text.strip()) for part in text.parts if part.mark] == [("ins", "sec")]


# -- whatever stands in the log

# what people write, in letters that no code of the machine is made of
words = st.text(alphabet="bdfjlm éàœ", min_size=0, max_size=12)
RAW_IDS = st.integers(900_000_000, 999_999_999)
DAYS = st.dates().map(lambda day: day.isoformat())
INSTANTS = st.datetimes().map(lambda at: f"{at.isoformat()}+00:00")
ODD = st.one_of(
    st.none(),
    st.just(HIDDEN),
    words,
    st.booleans(),
    st.lists(words, max_size=3),
    DAYS,
    INSTANTS,
    st.sampled_from(["unknown_value", "9999-99-99", "NaN"]),
)


def values_of(entity: str, name: str) -> st.SearchStrategy[Any]:
    """Values as the log keeps them for this column, odd ones among them."""
    field = words_of(entity).fields[name]
    kind = enums_of(entity).get(name)
    if kind is not None:
        return st.sampled_from([member.value for member in kind]) | st.none()
    if field.refers:
        return RAW_IDS | st.none()
    column = inspect(words_of(entity).model).columns[name]
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "date": DAYS,
        "datetime": INSTANTS,
        "bool": st.booleans(),
        "Decimal": st.decimals(0, 10**6, places=3).map(str),
        "int": st.integers(0, 3000),
        "str": words,
    }
    return st.one_of(
        by_type.get(getattr(column.type.python_type, "__name__", ""), words),
        st.none(),
        st.just(HIDDEN),
    )


@st.composite
def lines(draw: st.DrawFn, *, odd: bool) -> Any:
    entity = draw(st.sampled_from(ENTITIES))
    names = draw(st.sets(st.sampled_from(sorted(words_of(entity).fields))))
    pick = (lambda name: ODD) if odd else (lambda name: values_of(entity, name))
    return line(
        entity,
        {name: (draw(pick(name)), draw(pick(name))) for name in names},
        action=draw(st.sampled_from(Action)),
        entity_id=draw(RAW_IDS),
        actor_id=draw(RAW_IDS | st.none()),
        via=draw(st.sampled_from(Via)),
        undoes=draw(st.sampled_from([None, "b"])),
    )


entries = st.lists(lines(odd=False), min_size=1, max_size=8)
RAW = {
    value.value
    for entity in ENTITIES
    for kind in enums_of(entity).values()
    for value in kind
    # codes of digits alone are as well dates and hours
    if not value.value.isdigit()
} - {
    part
    for table in WORDS.values()
    for label in table.values()
    for part in re.findall(r"\w+", str(label).lower())
}


@settings(max_examples=300)
@given(found=entries)
def test_no_entry_shows_what_the_machine_keeps(found: list[Any]) -> None:
    told = tell(Entry(tuple(found)), Names(year=2026))
    text = told.whole
    assert told.sentence and told.actor and told.how
    assert len(told.facts) <= MOST_FACTS + 2
    assert not re.search(r"\d{4}-\d{2}-\d{2}", text), text
    assert not re.search(r"\b9\d{8}\b", text), text
    assert "None" not in text and "HIDDEN" not in text and "[" not in text
    said_words = set(re.findall(r"\w+", text))
    assert not said_words & RAW, said_words & RAW
    assert "en retard" not in text and "escalade" not in text


@settings(max_examples=300)
@given(found=st.lists(lines(odd=True), min_size=1, max_size=8))
def test_no_oddity_of_the_log_breaks_the_page(found: list[Any]) -> None:
    told = tell(Entry(tuple(found), is_cut=True), Names())
    assert told.sentence.endswith((".", "…"))
    assert "HIDDEN" not in told.whole


def test_the_raw_words_that_are_looked_for_are_words_of_the_machine() -> None:
    assert {"in_progress", "co_owner", StepStatus.TODO, PartnerRole.LEAD, "confirmed"} <= RAW
