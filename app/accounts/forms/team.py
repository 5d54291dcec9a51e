"""The forms of a territory's team."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.accounts.forms.fields import email_field, name_field, text_field
from app.accounts.kinds import TerritoryRoleKind
from app.accounts.labels import TERRITORY_ROLES
from app.accounts.services.team import Nominee
from app.accounts.typed import stripped


def _role_field() -> RadioField:
    return RadioField(_("Rôle"), validators=[InputRequired(_("Choisissez un rôle."))])


def _word_field() -> StringField:
    return text_field(_("Fonction"), longest=120)


class RoleForm(FlaskForm):
    """Another role, or another word on it."""

    role = _role_field()
    function = _word_field()

    def offer(self, roles: Collection[TerritoryRoleKind]) -> None:
        """The roles that the viewer may give."""
        self.role.choices = [SelectChoice(role.value, TERRITORY_ROLES[role]) for role in roles]

    @property
    def chosen(self) -> TerritoryRoleKind:
        return TerritoryRoleKind(self.role.data)


class NomineeForm(RoleForm):
    name = name_field(_("Nom et prénom"))
    email = email_field(_("Adresse e-mail"))
    role = _role_field()
    function = _word_field()
    note = TextAreaField(
        _("Votre mot"),
        validators=[Length(max=500, message=_("Restez sous 500 caractères."))],
        filters=[stripped],
    )

    def nominee(self) -> Nominee:
        return Nominee(
            name=str(self.name.data),
            email=str(self.email.data),
            role=self.chosen,
            function=self.function.data,
            note=self.note.data,
        )
