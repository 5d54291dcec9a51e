"""What a project measures, what it aims at, and the values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.accounts.forms.fields import VersionedForm
from app.accounts.forms.numbers import FrenchDecimalField
from app.accounts.typed import stripped
from app.plans.forms.fields import (
    NOBODY,
    Pair,
    offered,
    optional,
    sensible_day,
)
from app.plans.kinds import ElipseAxis, MeasureMethod
from app.plans.labels import choices
from app.plans.models.indicators import LONGEST_HOW, LONGEST_UNIT
from app.plans.periods import QUARTERS, Span, quarter, whole_year
from app.plans.services.measuring import TargetText

UNITS = (
    "t détournées de l’enfouissement",
    "t de matière vierge évitées",
    "t CO2",
    "m³ d’eau",
    "MWh",
    "€ économisés",
    "€ de ventes nouvelles",
    "emplois",
)
_YEARS_BACK, _YEARS_AHEAD = 10, 10
_WHOLE = "year"
_MOST = 10**12


def _figure(words: str, *, required: bool) -> FrenchDecimalField:
    needed = InputRequired(_l("Écrivez un nombre, par exemple 12,5.")) if required else Optional()
    return FrenchDecimalField(words, [needed, NumberRange(min=0, max=_MOST)], places=3)


class IndicatorForm(VersionedForm):
    label = StringField(
        _l("Ce qui se mesure"),
        [DataRequired(_l("Dites ce qui se mesure.")), Length(max=200)],
        filters=[stripped],
    )
    unit = StringField(
        _l("Unité"),
        [DataRequired(_l("Donnez l’unité, par exemple t ou MWh.")), Length(max=LONGEST_UNIT)],
        filters=[stripped],
    )
    axis = SelectField(
        _l("Axe d’ELIPSE"),
        choices=[SelectChoice("", _l("Aucun")), *offered(choices(ElipseAxis))],
    )

    @property
    def chosen_axis(self) -> ElipseAxis | None:
        return ElipseAxis(self.axis.data) if self.axis.data else None


class NewIndicatorForm(IndicatorForm):
    """With a first target, where there is one."""

    target_value = _figure(_l("Objectif, s’il y en a un"), required=False)
    target_year = SelectField(_l("Pour l’année"), coerce=int)

    def offer(self, today: date) -> None:
        self.target_year.choices = _years(today.year, today.year + _YEARS_AHEAD)

    @property
    def target(self) -> TargetText | None:
        if self.target_value.data is None:
            return None
        return TargetText(self.target_year.data, self.target_value.data)


class TargetForm(VersionedForm):
    value = _figure(_l("Objectif"), required=True)
    year = SelectField(_l("Pour l’année"), coerce=int)
    baseline_value = _figure(_l("Au départ"), required=False)
    baseline_year = SelectField(_l("En quelle année"), coerce=int)

    def offer(self, today: date, *known: int | None) -> None:
        first, last = today.year - _YEARS_BACK, today.year + _YEARS_AHEAD
        there = [year for year in known if year]
        self.year.choices = _years(min([today.year - 1, *there]), max([last, *there]))
        self.baseline_year.choices = [
            SelectChoice(NOBODY, _("Non dit")),
            *_years(min([first, *there]), today.year),
        ]

    def validate(self, extra_validators: object = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if (self.baseline_value.data is None) == (not self.baseline_year.data):
            return valid
        self.baseline_year.errors = [_l("Un point de départ a une valeur et une année.")]
        return False

    @property
    def text(self) -> TargetText:
        assert self.value.data is not None  # required
        return TargetText(
            self.year.data,
            self.value.data,
            self.baseline_year.data or None,
            self.baseline_value.data,
        )


class ValueForm(VersionedForm):
    """A value for a year, which is what most people bring, a quarter, or between two days."""

    value = _figure(_l("Valeur"), required=True)
    year = SelectField(_l("Année"), coerce=int)
    part = SelectField(
        _l("Période"),
        choices=[
            SelectChoice(_WHOLE, _l("Toute l’année")),
            *(
                SelectChoice(str(one), f"{one}{'er' if one == 1 else 'e'} trimestre")
                for one in QUARTERS
            ),
        ],
        default=_WHOLE,
    )
    starts_on = DateField(_l("Du"), [Optional(), sensible_day])
    ends_on = DateField(_l("Au"), [Optional(), sensible_day])
    method = RadioField(
        _l("Nature"), choices=offered(choices(MeasureMethod)), default=MeasureMethod.DECLARED.value
    )
    how = StringField(
        _l("Comment on le sait"), [Optional(), Length(max=LONGEST_HOW)], filters=[stripped]
    )
    organisation_id = SelectField(_l("Qui l’a dit"), coerce=int)

    def offer(self, today: date, sources: Iterable[Pair], *, nobody: bool, known: int) -> None:
        first = min(today.year - _YEARS_BACK, known)
        self.year.choices = _years(first, max(today.year + 1, known))[::-1]
        self.organisation_id.choices = (
            optional(sources, _("Non dit")) if nobody else offered(sources)
        )

    def validate(self, extra_validators: object = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if bool(self.starts_on.data) != bool(self.ends_on.data):
            self.starts_on.errors = [_l("Dites du quel jour au quel jour.")]
            return False
        return valid

    @property
    def span(self) -> Span:
        if self.starts_on.data and self.ends_on.data:
            return Span(self.starts_on.data, self.ends_on.data)
        if self.part.data == _WHOLE:
            return whole_year(self.year.data)
        return quarter(self.year.data, int(self.part.data))


def part_of(span: Span) -> dict[str, object]:
    """A period as the fields of the form say it."""
    year = span.starts_on.year
    if span.is_year:
        return {"year": year, "part": _WHOLE}
    for number in QUARTERS:
        if span == quarter(year, number):
            return {"year": year, "part": str(number)}
    return {"year": year, "part": _WHOLE, "starts_on": span.starts_on, "ends_on": span.ends_on}


def _years(first: int, last: int) -> list[SelectChoice]:
    return [SelectChoice(year, str(year)) for year in range(first, last + 1)]
