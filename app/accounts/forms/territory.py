"""The form of a territory's settings: a further one is one line here, and one in its `setting`."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from app.accounts.forms.fields import VersionedForm, text_field
from app.accounts.labels import HOLIDAY_ZONES, TIME_ZONES
from app.accounts.services.territory_settings import Setting
from app.accounts.typed import stripped
from app.core.identifiers import clean_siren

# the hours that the database takes
HOURS = range(4, 21)


def _is_siren(_form: Form, field: Any) -> None:
    siren = clean_siren(field.data)
    if siren is None:
        raise ValidationError(_("Ce SIREN n’est pas juste : vérifiez ses 9 chiffres."))
    field.data = siren


def siren_field(*, required: bool = False) -> StringField:
    """Nine digits, in their stored spelling once they are checked."""
    presence = DataRequired(_("Indiquez le SIREN.")) if required else Optional()
    return StringField(
        _("SIREN"),
        validators=[presence, _is_siren],
        filters=[stripped],
        render_kw={"maxlength": 20},
    )


def time_zone_field() -> SelectField:
    choices = [SelectChoice(zone, word) for zone, word in TIME_ZONES.items()]
    return SelectField(_("Fuseau horaire"), choices=choices, default="Europe/Paris")


def holiday_zone_field() -> SelectField:
    choices = [SelectChoice(zone, word) for zone, word in HOLIDAY_ZONES.items()]
    return SelectField(_("Jours fériés"), choices=choices, default="metropole")


class TerritoryForm(VersionedForm):
    name = text_field(_("Nom"), longest=200, needed=_("Indiquez le nom du territoire."))
    siren = siren_field()
    time_zone = time_zone_field()
    holiday_zone = holiday_zone_field()
    send_hour = SelectField(
        _("Heure d’envoi des relances"),
        coerce=int,
        choices=[SelectChoice(hour, f"{hour} h") for hour in HOURS],
    )
    second_factor_demanded = BooleanField(_("Demander la double authentification à qui anime"))

    def setting(self) -> Setting:
        return Setting(
            name=str(self.name.data),
            siren=self.siren.data,
            time_zone=str(self.time_zone.data),
            holiday_zone=str(self.holiday_zone.data),
            send_hour=int(self.send_hour.data),
            second_factor_demanded=bool(self.second_factor_demanded.data),
        )

    def keep_zone(self, zone: str) -> None:
        """A time zone set on the command line stays a choice."""
        if zone not in TIME_ZONES:
            self.time_zone.choices = [*self.time_zone.choices, SelectChoice(zone, zone)]
