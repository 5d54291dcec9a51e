"""A published state reads the same for ever, but for names that are closed again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.kinds import Stage
from app.reports.disclosure import Part, Total
from app.reports.figures import Advance, Plenary, Success
from app.reports.freezing import Consents, Frozen, freeze, thaw, veiled

FIRST_FORM = Path(__file__).with_name("snapshot-1.json")
NAMES = st.sampled_from(["Fournil du Port", "Scierie Aubrac", "Verger Clément", "Zéphyr"])
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.none()
st.register_type_strategy(
    Part, st.builds(Part, label=st.text(), value=AMOUNTS, contributions=st.integers(0, 9))
)
st.register_type_strategy(Total, st.builds(Total, value=AMOUNTS))
SUCCESSES = st.builds(
    Success,
    title=st.none() | NAMES.map(lambda name: f"La chaleur de {name}"),
    named=st.lists(NAMES, unique=True).map(tuple),
    public_id=st.sampled_from(["one", "two"]),
    unnamed=st.integers(0, 3),
)
CONSENTS = st.dictionaries(
    st.sampled_from(["one", "two"]),
    st.builds(Consents, named=st.frozensets(NAMES), silent=st.frozensets(NAMES)),
)


@given(st.from_type(Frozen))
def test_what_is_frozen_comes_back_as_it_was(frozen: Frozen) -> None:
    assert thaw(json.loads(json.dumps(freeze(frozen)))) == frozen


def test_the_first_form_is_still_read() -> None:
    content = json.loads(FIRST_FORM.read_text(encoding="utf-8"))
    frozen = thaw(content)
    assert (frozen.sheet.period.year, frozen.sheet.companies.now) == (2026, 4)
    assert [level.title for level in frozen.levels] == ["Économie circulaire"]
    assert freeze(frozen) == content


def test_what_is_none_of_ours_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        thaw({"sheet": {}, "levels": []})


@given(st.from_type(Frozen), st.lists(SUCCESSES), CONSENTS)
def test_a_firm_is_named_only_as_long_as_it_agrees(
    frozen: Frozen, successes: list[Success], consents: dict[str, Consents]
) -> None:
    shown = veiled(_with(frozen.sheet, successes), consents)
    for before, after in zip(successes, shown.successes, strict=True):
        agreed = consents.get(before.public_id, Consents()).named
        assert set(after.named) == set(before.named) & agreed
        assert len(after.named) + after.unnamed == len(before.named) + before.unnamed
        assert after.title in (before.title, None)
        if after.title:
            lost = set(before.named) - agreed
            assert not any(name in after.title for name in lost)


def _with(
    sheet: Plenary, successes: Sequence[Success], advances: Sequence[Advance] = ()
) -> Plenary:
    return replace(sheet, successes=tuple(successes), advances=tuple(advances))


def test_a_title_that_names_a_firm_which_closed_its_name_is_withheld() -> None:
    advance = Advance("La sciure de la Scierie Aubrac", "one", None, None, Stage.LASTING)
    sheet = _with(thaw(json.loads(FIRST_FORM.read_text(encoding="utf-8"))).sheet, [], [advance])
    silent = {"one": Consents(silent=frozenset({"Scierie Aubrac"}))}
    assert veiled(sheet, silent).advances[0].title is None
    assert veiled(sheet, {}).advances[0].title == advance.title
