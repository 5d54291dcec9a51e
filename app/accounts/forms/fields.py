"""Fields that several forms of this room share."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Form,
    IntegerField,
    PasswordField,
    StringField,
    TelField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.accounts.addresses import LONGEST as LONGEST_ADDRESS
from app.accounts.addresses import clean_email
from app.accounts.labels import password_advice
from app.accounts.passwords import examine
from app.accounts.typed import stripped

_PHONE = re.compile(r"\+?[0-9 ().-]{5,29}")


class VersionedForm(FlaskForm):
    """Carries the version of the row that its texts were read with."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_submitted() and not self.version.raw_data:
            # a form sent without a version read none: the row's own would overwrite unseen
            self.version.data = None

    def catch_up(self, version: int) -> None:
        """Once the newer texts are shown beside one's own, saving again is deliberate."""
        # what was typed would win over the data
        self.version.raw_data = None
        self.version.data = version


def name_field(label: str) -> StringField:
    return text_field(label, longest=200, needed=_("Indiquez un nom."))


def function_field() -> StringField:
    return text_field(_("Fonction"), longest=120)


def text_field(label: str, *, longest: int, needed: str | None = None) -> StringField:
    """A line of text; `needed` is what to say when it is missing."""
    presence = DataRequired(needed) if needed else Optional()
    too_long = _("Restez sous %(max)d caractères.")
    return StringField(
        label, validators=[presence, Length(max=longest, message=too_long)], filters=[stripped]
    )


def email_field(label: str, *, required: bool = True) -> EmailField:
    """An address, in its stored spelling once it is checked."""
    presence = DataRequired(_("Indiquez une adresse e-mail.")) if required else Optional()
    return EmailField(
        label,
        validators=[presence, _is_email],
        filters=[stripped],
        render_kw={"maxlength": LONGEST_ADDRESS},
    )


def phone_field() -> TelField:
    return TelField(_("Téléphone"), validators=[Optional(), _is_phone], filters=[stripped])


def new_password_field(label: str, *, required: bool = True) -> PasswordField:
    """A password to be, refused with advice when it is too weak.

    What the form's fields `name` and `email`, or its `about`, say is easily guessed.
    """
    presence = DataRequired(_("Choisissez un mot de passe.")) if required else Optional()
    return PasswordField(label, validators=[presence, _is_strong])


def _is_email(_form: Form, field: Any) -> None:
    address = clean_email(field.data or "")
    if address is None:
        raise ValidationError(
            _("Cette adresse est incomplète : il faut par exemple nom@exemple.fr.")
        )
    field.data = address


def _is_phone(_form: Form, field: Any) -> None:
    if not _PHONE.fullmatch(field.data):
        raise ValidationError(_("Ce numéro ne se lit pas : il faut par exemple 03 89 00 00 00."))


def _is_strong(form: Form, field: Any) -> None:
    typed = [form[name].data for name in ("name", "email") if name in form]
    known = [*typed, *getattr(form, "about", ())]
    refusal = examine(field.data, about=tuple(text for text in known if text))
    if refusal is not None:
        raise ValidationError(password_advice(refusal))
