"""Fields that several forms of this room share."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import EmailField, Form, ValidationError
from wtforms.validators import DataRequired, Optional

from app.accounts.addresses import LONGEST, clean_email


def email_field(label: str, *, required: bool = True) -> EmailField:
    """An address, in its stored spelling once it is checked."""
    presence = DataRequired(_("Indiquez une adresse e-mail.")) if required else Optional()
    return EmailField(label, validators=[presence, _is_email], render_kw={"maxlength": LONGEST})


def _is_email(_form: Form, field: Any) -> None:
    address = clean_email(field.data or "")
    if address is None:
        raise ValidationError(
            _("Cette adresse est incomplète : il faut par exemple nom@exemple.fr.")
        )
    field.data = address


def stripped(text: str | None) -> str | None:
    """A filter: no spaces around, and single spaces inside a line."""
    return " ".join(text.split()) if text else text
