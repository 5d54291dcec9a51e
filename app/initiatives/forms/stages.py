"""What is said of a démarche: a condition ticked, a stage passed; in French."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.initiatives.services.stages import LONGEST_REASON, LONGEST_WORD
from app.plans.forms.fields import sensible_day

_TOO_LONG = _l("Restez sous %(max)d caractères.")


class TickForm(FlaskForm):
    key = HiddenField(name="cle")
    done_on = DateField(
        _l("Fait le"), [InputRequired(_l("Dites quel jour.")), sensible_day], name="jour"
    )
    words = StringField(
        _l("En un mot"), [Optional(), Length(max=LONGEST_WORD, message=_TOO_LONG)], name="mot"
    )


class PassForm(FlaskForm):
    stage = HiddenField(name="etape")
    reason = StringField(
        _l("Pourquoi passer quand même"),
        [Optional(), Length(max=LONGEST_REASON, message=_TOO_LONG)],
        name="motif",
    )
