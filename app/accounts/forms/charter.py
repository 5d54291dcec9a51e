"""The form that writes a new version of the charter."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from app.accounts.charter import LONGEST, clean_body
from app.accounts.forms.fields import VersionedForm


class CharterForm(VersionedForm):
    """`version` is that of the text it was begun from, 0 for none."""

    body = TextAreaField(
        _("Texte de la charte"),
        filters=[clean_body],
        validators=[
            DataRequired(_("Écrivez le texte de la charte.")),
            Length(max=LONGEST, message=_("Restez sous %(max)d caractères.")),
        ],
    )
