"""A project's tracking sheet."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.accounts.forms.fields import VersionedForm
from app.plans.forms.fields import (
    offered,
    sensible_day,
)
from app.plans.kinds import (
    Priority,
)
from app.plans.labels import SHEET_LABELS, choices

LONGEST_SHEET_TEXT = 8000


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
    """A project's tracking sheet: its period, and what the tracker says of it."""

    starts_on = DateField(_l("Début"), [Optional(), sensible_day])
    ends_on = DateField(_l("Fin"), [Optional(), sensible_day])
    priority = SelectField(
        _l("Priorité"),
        choices=[SelectChoice("", _l("Non dite")), *offered(choices(Priority))],
    )

    @property
    def texts(self) -> dict[str, str]:
        return {
            name: (self[name].data or "").replace("\r\n", "\n").strip()
            for name in SHEET_LABELS
            if name in self
        }
