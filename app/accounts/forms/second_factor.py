"""The forms of the second factor."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length, Optional

from app.accounts.services.second_factor import Typed

_TOO_LONG = Length(max=60, message=_("Ce code est trop long."))


class CodeForm(FlaskForm):
    """The app's code, or one from the paper. The first one that is filled in counts."""

    code = StringField(_("Code à six chiffres"), validators=[Optional(), _TOO_LONG])
    recovery = StringField(_("Code de secours"), validators=[Optional(), _TOO_LONG])

    def typed(self) -> Typed:
        return Typed(self.code.data, self.recovery.data)


class SetUpForm(FlaskForm):
    """`secret` is sealed; `current`, the password, is only asked where it is needed."""

    secret = HiddenField()
    current = PasswordField(_("Mot de passe actuel"))
    code = StringField(_("Code à six chiffres"), validators=[Optional(), _TOO_LONG])
