"""The forms of one's own account."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, PasswordField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from app.accounts.forms.fields import (
    VersionedForm,
    email_field,
    name_field,
    new_password_field,
    phone_field,
)
from app.accounts.labels import RHYTHMS

LONGEST_PAUSE_DAYS = 366


class ProfileForm(VersionedForm):
    """`current` is only asked for another address, where it is needed; the route checks it."""

    name = name_field(_("Nom et prénom"))
    email = email_field(_("Adresse e-mail"))
    phone = phone_field()
    current = PasswordField(_("Mot de passe actuel"), id="profile-current")


class PasswordForm(FlaskForm):
    """`current` is only asked where it is needed; the route checks it, and sets `about`."""

    about: tuple[str, ...] = ()

    current = PasswordField(_("Mot de passe actuel"))
    password = new_password_field(_("Nouveau mot de passe"))


class LinkForm(FlaskForm):
    """Before an account is linked to an identity; asked only where it is needed."""

    current = PasswordField(_("Mot de passe actuel"))


class PreferencesForm(FlaskForm):
    """`today` is set before the validation: a pause begins now."""

    rhythm = RadioField(
        _("Rappels"),
        choices=[SelectChoice(rhythm.value, word) for rhythm, word in RHYTHMS.items()],
    )
    paused_until = DateField(_("Ne rien envoyer avant le"), validators=[Optional()])
    today: date

    def validate_paused_until(self, field: Any) -> None:
        if field.data is None:
            return  # what was typed is no date, and has been said to be none
        days = (field.data - self.today).days
        if days < 0:
            raise ValidationError(_("Cette date est passée."))
        if days > LONGEST_PAUSE_DAYS:
            raise ValidationError(_("Un an au plus ; ensuite, choisissez « Aucun courriel »."))


class AbsenceForm(FlaskForm):
    """Days away and who answers; `today` is set before the validation."""

    starts_on = DateField(_("Du"), [DataRequired(_("Donnez le premier jour."))])
    ends_on = DateField(_("Au (compris)"), [DataRequired(_("Donnez le dernier jour."))])
    substitute_id = SelectField(_("Qui répond à votre place"), coerce=int)
    today: date

    def validate_ends_on(self, field: Any) -> None:
        if self.starts_on.data is None or field.data is None:
            return
        if field.data < self.starts_on.data:
            raise ValidationError(_("Le dernier jour vient avant le premier."))
        if field.data < self.today:
            raise ValidationError(_("Ces jours sont passés."))
        if (field.data - self.starts_on.data).days > LONGEST_PAUSE_DAYS:
            raise ValidationError(_("Un an au plus ; ensuite, passez la main pour de bon."))
