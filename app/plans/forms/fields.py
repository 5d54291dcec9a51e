"""What the forms of plans share: choices, numbers and days as people type them; in French."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.french import money
from app.sheets.values import read_money

Pair = tuple[int, str]
NOBODY = 0


def offered(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """Choices of a select from (value, words)."""
    return [SelectChoice(value, text) for value, text in pairs]


def optional(pairs: Iterable[Pair], none: str) -> list[SelectChoice]:
    """The same, after a first one that stands for nobody or nothing."""
    return offered([(NOBODY, none), *pairs])


def sensible_day(_form: FlaskForm, field: DateField) -> None:
    """A slip of the keyboard, such as year 0026, is no deadline."""
    if field.data is not None and not 2000 <= field.data.year <= 2100:
        raise ValidationError(_("Vérifiez l’année de cette date."))


class MultiCheckboxField(SelectMultipleField):
    """Several choices as boxes to tick: no key to hold, works under a thumb."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def offer_organisations(field: SelectField, organisations: Iterable[Pair]) -> None:
    """Give a field the organisations of a territory to choose from."""
    field.choices = offered(organisations)


class MoneyField(StringField):
    """An amount in euros as people write it, « 12 000,50 € » or « 12 k€ »; its data is in cents."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist or [""])[0].strip()
        self.data = read_money(typed) if typed else None
        if typed and self.data is None:
            raise ValueError(_("Écrivez un montant, par exemple 12 000,50 €."))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else money(self.data)
