"""The form that takes a table; its messages are French."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, TextAreaField
from wtforms.validators import Length, Optional

LONGEST_PASTE = 800_000


class BringForm(FlaskForm):
    """A file, or what was copied from a spreadsheet."""

    file = FileField(_l("Fichier .xlsx, .ods ou .csv"))
    pasted = TextAreaField(_l("Tableau copié"), [Optional(), Length(max=LONGEST_PASTE)])
