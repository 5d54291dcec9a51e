"""The forms of a zone: a name to begin with, and the whole record."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from app.accounts.forms.fields import VersionedForm, text_field
from app.accounts.forms.numbers import CountField, FrenchDecimalField
from app.accounts.portrait import AGES, SIZES, VOCATIONS
from app.accounts.services.zones import RECORD, ZoneText

MOST_FIRMS = 1_000_000


class UseField(SelectField):
    """A vocation, or none yet: « »."""

    def process_data(self, value: Any) -> None:
        super().process_data(value or "")


def _firms(label: Any) -> CountField:
    return CountField(label, [Optional(), _at_most(MOST_FIRMS, _l("Ce nombre est trop grand."))])


def _at_most(most: int, message: Any) -> NumberRange:
    return NumberRange(min=0, max=most, message=message)


class ZoneForm(VersionedForm):
    name = text_field(_l("Nom de la zone"), longest=200, needed=_l("Indiquez le nom de la zone."))
    dominant_use = UseField(_l("Vocation"))
    cnig_id = text_field(_l("Identifiant CNIG"), longest=40)

    def offer(self, present: str | None = None) -> None:
        """The vocations to choose from; that of a file in other words stays possible."""
        words = VOCATIONS if not present or present in VOCATIONS else (present, *VOCATIONS)
        self.dominant_use.choices = [
            SelectChoice("", _("Pas encore dite")),
            *(SelectChoice(word, word[:1].upper() + word[1:]) for word in words),
        ]

    def text(self) -> ZoneText:
        return ZoneText(str(self.name.data), self.dominant_use.data or None, self.cnig_id.data)


class RecordForm(ZoneForm):
    """Its portrait, in figures that somebody declared on a day, `today` at the latest."""

    today: date | None = None
    specialisation = text_field(_l("Spécialisation"), longest=200)
    created_year = CountField(
        _l("Année de création"),
        [Optional(), NumberRange(1800, 2100, message=_l("Vérifiez cette année."))],
    )
    gross_area = FrenchDecimalField(
        _l("Surface brute, en hectares"),
        [Optional(), _at_most(100_000, _l("Une surface en hectares, par exemple 24,5."))],
        places=2,
    )
    establishments = _firms(_l("Nombre d’entreprises"))
    vacancy_rate = FrenchDecimalField(
        _l("Taux de vacance, en %"),
        [Optional(), _at_most(100, _l("Un taux de 0 à 100, par exemple 8,5."))],
        places=2,
    )
    figures_on = DateField(_l("Chiffres du"), [Optional()])
    figures_source = text_field(_l("Source"), longest=120)
    size_none, size_1_9, size_10_49, size_50_249, size_250 = (
        _firms(_l(word)) for word in SIZES.values()
    )
    age_under_3, age_3_10, age_over_10 = (_firms(_l(word)) for word in AGES.values())
    latitude = FrenchDecimalField(
        _l("Latitude"),
        [Optional(), NumberRange(-90, 90, message=_l("En degrés, par exemple 48,5734."))],
        places=6,
    )
    longitude = FrenchDecimalField(
        _l("Longitude"),
        [Optional(), NumberRange(-180, 180, message=_l("En degrés, par exemple 7,7521."))],
        places=6,
    )
    note = TextAreaField(
        _l("Note"), [Optional(), Length(max=4000)], filters=[lambda text: (text or "").strip()]
    )

    def validate_figures_on(self, field: DateField) -> None:
        if field.data is not None and field.data.year < 1950:
            raise ValidationError(_("Vérifiez l’année de cette date."))
        if field.data is not None and self.today and field.data > self.today:
            raise ValidationError(_("Ces chiffres seraient d’un jour à venir : vérifiez la date."))

    def record(self) -> dict[str, Any]:
        """{column: what was typed}; an empty field says that nobody knows."""
        return {
            name: self[name].count if isinstance(self[name], CountField) else self[name].data
            for name in RECORD
        }

    @property
    def sizes(self) -> list[Any]:
        return [self[name] for name in SIZES]

    @property
    def ages(self) -> list[Any]:
        return [self[name] for name in AGES]
