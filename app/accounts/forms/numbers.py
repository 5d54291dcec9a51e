"""Numbers as people type them here; in French."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _
from wtforms import DecimalField
from wtforms.widgets import TextInput

MOST_DIGITS = 18


class FrenchDecimalField(DecimalField):
    """A number as people type it here: « 12 000,5 », with any kind of space.

    As text: a number field takes the comma or not, as the browser's own language has it.
    """

    widget = TextInput()

    def _value(self) -> str:
        """What was typed as it was typed; what is stored with a comma, without idle zeros."""
        if self.raw_data or self.data is None:
            return str(super()._value())
        plain = f"{self.data:f}"
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain).replace(".", ",")

    def process_formdata(self, valuelist: list[str]) -> None:
        plain = ["".join(value.split()).replace(",", ".") for value in valuelist]
        try:
            super().process_formdata(plain)
        except ValueError:
            raise ValueError(_("Écrivez un nombre, par exemple 12,5.")) from None
        if self.data is not None and not _is_storable(self.data):
            self.process_data(None)  # a signalling NaN cannot even be compared
            raise ValueError(_("Écrivez un nombre, par exemple 12,5."))


def _is_storable(value: Decimal) -> bool:
    """No infinity, and no power of ten that a column of numbers could not hold."""
    return value.is_finite() and abs(value.adjusted()) <= MOST_DIGITS


class CountField(FrenchDecimalField):
    """How many of something: « 1 200 », never 3,5."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and (self.data % 1 or self.data < 0):
            self.process_data(None)
            raise ValueError(_("Écrivez un nombre entier, par exemple 31."))

    @property
    def count(self) -> int | None:
        return None if self.data is None else int(self.data)
