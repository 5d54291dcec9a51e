"""The form of the sign-in page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import DataRequired, Length

from app.accounts.forms.fields import email_field
from app.accounts.passwords import LONGEST


class SignInForm(FlaskForm):
    """The same fields ask for a mailed link; then the password is not looked at."""

    email = email_field(_("Adresse e-mail"))
    password = PasswordField(
        _("Mot de passe"),
        validators=[
            DataRequired(_("Indiquez votre mot de passe, ou demandez un lien.")),
            Length(max=LONGEST, message=_("Ce mot de passe est trop long.")),
        ],
    )
