"""The form that opens a contact campaign; its messages are French."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

EVERYWHERE = 0


class CampaignForm(FlaskForm):
    title = StringField(
        _l("Titre"), [DataRequired(_l("Donnez un titre à la campagne.")), Length(max=200)]
    )
    zone_id = SelectField(_l("Zone d’activités"), coerce=int, default=EVERYWHERE)

    def offer(self, zones: Iterable[tuple[int, str]]) -> None:
        self.zone_id.choices = [
            SelectChoice(EVERYWHERE, "Tout le territoire"),
            *(SelectChoice(*pair) for pair in zones),
        ]
