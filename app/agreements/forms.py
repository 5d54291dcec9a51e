"""Forms of this room; their messages are French."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional


class WordsForm(FlaskForm):
    """What somebody says beside a yes, a no or a decision."""

    words = TextAreaField(_l("Un mot"), [Optional(), Length(max=400)])


class HandStepForm(FlaskForm):
    """To whom a step is offered: an organisation, or one of its people."""

    to = SelectField(_l("À qui"), coerce=str)
    word = StringField(_l("Un mot pour eux"), [Optional(), Length(max=400)])


class HandThemeForm(FlaskForm):
    organisation_id = SelectField(_l("À quelle organisation"), coerce=int)
    word = StringField(_l("Un mot pour eux"), [Optional(), Length(max=400)])
