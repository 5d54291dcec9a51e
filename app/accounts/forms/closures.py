"""The days on which an organisation is shut."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, ValidationError
from wtforms.validators import DataRequired


class ClosureForm(FlaskForm):
    """`today` is set before the validation."""

    starts_on = DateField(_("Fermée du"), [DataRequired(_("Donnez le premier jour."))])
    ends_on = DateField(_("Au (compris)"), [DataRequired(_("Donnez le dernier jour."))])
    today: date

    def validate_ends_on(self, field: Any) -> None:
        if self.starts_on.data is None or field.data is None:
            return
        if field.data < self.starts_on.data:
            raise ValidationError(_("Le dernier jour vient avant le premier."))
        if field.data < self.today:
            raise ValidationError(_("Ces jours sont passés."))
