"""Forms of documents; their messages are French."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.files.labels import AUDIENCES
from app.files.models import LONGEST_TITLE


class DocumentForm(FlaskForm):
    """A file, what people call it, and in whose name it is given."""

    file = FileField(_l("Fichier ou photo"), [InputRequired(_l("Choisissez un fichier."))])
    title = StringField(_l("Nom"), [Optional(), Length(max=LONGEST_TITLE)])
    organisation_id = SelectField(_l("Au nom de"), coerce=int)

    def offer(self, givers: list[tuple[int, str]]) -> None:
        """The organisations to choose from; one needs no choice."""
        if len(givers) < 2:
            del self.organisation_id
            return
        self.organisation_id.choices = [SelectChoice(value, text) for value, text in givers]


class OpeningForm(FlaskForm):
    audience = RadioField(
        _l("Ouvrir à"),
        choices=[SelectChoice(value.value, text) for value, text in AUDIENCES.items()],
    )
