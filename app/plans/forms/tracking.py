"""A project's tracking sheet."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from app.accounts.forms.fields import VersionedForm
from app.plans.forms.fields import (
    offered,
    sensible_day,
)
from app.plans.kinds import (
    Priority,
)
from app.plans.labels import SHEET_LABELS, choices
from app.sheets.values import read_money

LONGEST_SHEET_TEXT = 8000

MOST_FUNDERS = 20


def _is_money(_form: FlaskForm, field: StringField) -> None:
    if field.data and read_money(field.data) is None:
        raise ValidationError(_("Écrivez un montant, par exemple 12 000,50 €."))


def _are_fundings(_form: FlaskForm, field: TextAreaField) -> None:
    if len(fundings_of(field.data or "")) > MOST_FUNDERS:
        raise ValidationError(_("Au plus 20 financeurs."))
    for line in (field.data or "").split("\n"):
        _funder, colon, amount = line.rpartition(":")
        if colon and amount.strip() and read_money(amount) is None:
            raise ValidationError(_("Écrivez par exemple : ADEME : 12 000 €."))


def fundings_of(typed: str) -> list[tuple[str, int | None]]:
    """« ADEME : 12 000 € », one a line; a funder without an amount is one all the same."""
    found: list[tuple[str, int | None]] = []
    for line in typed.split("\n"):
        funder, colon, amount = line.rpartition(":")
        name = " ".join((funder if colon else line).split())[:200]
        if name:
            found.append((name, read_money(amount) if colon else None))
    return found


class _SheetTexts(VersionedForm):
    """The texts of a tracking sheet, one field each under its own name."""


for _name, _label in SHEET_LABELS.items():
    if _name != "partners":
        setattr(
            _SheetTexts,
            _name,
            TextAreaField(_l(_label), [Optional(), Length(max=LONGEST_SHEET_TEXT)]),
        )


class SheetForm(_SheetTexts):
    """A project's tracking sheet: its period, its money, and what the tracker says of it."""

    starts_on = DateField(_l("Début"), [Optional(), sensible_day])
    ends_on = DateField(_l("Fin"), [Optional(), sensible_day])
    priority = SelectField(
        _l("Priorité"),
        choices=[SelectChoice("", _l("Non dite")), *offered(choices(Priority))],
    )
    budget = StringField(_l("Budget prévisionnel total, HT"), [Optional(), _is_money])
    fundings = TextAreaField(_l("Financeurs"), [Optional(), _are_fundings])

    @property
    def texts(self) -> dict[str, str]:
        return {
            name: (self[name].data or "").replace("\r\n", "\n").strip()
            for name in SHEET_LABELS
            if name in self
        }
