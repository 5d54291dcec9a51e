"""Forms of this room; their messages are French."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional


class WordsForm(FlaskForm):
    """What somebody says beside a yes, a no or a decision."""

    words = TextAreaField(_l("Un mot"), [Optional(), Length(max=400)])


# nobody is asked because they stood first in the list
NOT_CHOSEN = SelectChoice("", _l("Choisir…"))


class HandStepForm(FlaskForm):
    """To whom a step is offered: an organisation, or one of its people."""

    to = SelectField(_l("À qui"), [DataRequired(_l("Choisissez à qui la passer."))], coerce=str)
    word = StringField(_l("Un mot pour eux"), [Optional(), Length(max=400)])


class HandThemeForm(FlaskForm):
    organisation_id = SelectField(
        _l("À quelle organisation"),
        [DataRequired(_l("Choisissez à qui le confier."))],
        coerce=str,
    )
    word = StringField(_l("Un mot pour eux"), [Optional(), Length(max=400)])


class HandTerritoryForm(FlaskForm):
    """Who is asked to pilot the territory, and what the present pilot stays."""

    to = SelectField(
        _l("À qui"), [InputRequired(_l("Dites à qui vous passez la main."))], coerce=str
    )
    keeps = RadioField(
        _l("Et vous, ensuite"),
        choices=[
            SelectChoice("facilitator", _l("Je co-anime à ses côtés")),
            SelectChoice("nothing", _l("Je quitte l’équipe du territoire")),
        ],
        default="facilitator",
    )
    word = StringField(_l("Un mot pour cette personne"), [Optional(), Length(max=400)])
