"""The forms behind an invitation's link, and the one that writes it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length

from app.accounts.forms.fields import (
    email_field,
    function_field,
    name_field,
    new_password_field,
)
from app.accounts.typed import stripped


class AcceptForm(FlaskForm):
    """The token is the authority: no cookie, so no CSRF."""

    class Meta:
        csrf = False

    name = name_field(_("Vos nom et prénom"))
    password = new_password_field(_("Mot de passe"), required=False)


class InviteForm(FlaskForm):
    name = name_field(_("Nom et prénom"))
    email = email_field(_("Adresse e-mail"))
    function = function_field()
    note = TextAreaField(
        _("Votre mot"),
        validators=[Length(max=500, message=_("Restez sous 500 caractères."))],
        filters=[stripped],
    )
    manages = BooleanField(_("Peut aussi inviter et tenir à jour les contacts"))
