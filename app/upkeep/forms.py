"""The operator's forms."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from app.accounts.forms.fields import email_field, name_field, text_field
from app.accounts.forms.territory import holiday_zone_field, siren_field, time_zone_field
from app.accounts.services.territories import NewTerritory
from app.accounts.typed import stripped


class NewTerritoryForm(FlaskForm):
    name = text_field(_("Nom du territoire"), longest=200, needed=_("Indiquez un nom."))
    siren = siren_field(required=True)
    organisation: StringField = text_field(_("Nom de la collectivité"), longest=200)
    pilot_name = name_field(_("Nom et prénom de qui l’anime"))
    pilot_email = email_field(_("Son adresse e-mail"))
    time_zone = time_zone_field()
    holiday_zone = holiday_zone_field()

    def wanted(self) -> NewTerritory:
        return NewTerritory(
            name=str(self.name.data),
            siren=str(self.siren.data),
            organisation=str(self.organisation.data or self.name.data),
            pilot_name=str(self.pilot_name.data),
            pilot_email=str(self.pilot_email.data),
            time_zone=str(self.time_zone.data),
            holiday_zone=str(self.holiday_zone.data),
        )


class ColleagueForm(FlaskForm):
    """A pilot for a territory that lost hers, or another operator."""

    name = name_field(_("Nom et prénom"))
    email = email_field(_("Adresse e-mail"))
    note = TextAreaField(
        _("Votre mot"),
        validators=[Length(max=500, message=_("Restez sous 500 caractères."))],
        filters=[stripped],
    )
