"""What comes back from the page behind a mail. The link's token stands for the person."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.initiatives.forms.notes import offer_readers
from app.initiatives.services.notes import LONGEST_NOTE
from app.plans.forms.fields import sensible_day
from app.plans.kinds import BarrierKind
from app.reminders.answers import Given
from app.reminders.kinds import Answer
from app.reminders.labels import BARRIERS


class AnswerForm(FlaskForm):
    """One answer to one step; `vue` is the date that the page showed."""

    class Meta:
        """No cookie, hence nothing to forge."""

        csrf = False

    etape = StringField(validators=[Length(min=1, max=16)])
    reponse = SelectField(choices=[SelectChoice(answer.value, answer.value) for answer in Answer])
    vue = DateField(validators=[Optional()])
    date = DateField(_l("Nouvelle date"), [Optional(), sensible_day])
    frein = SelectField(
        _l("Qu’est-ce qui coince ?"),
        choices=[SelectChoice(kind.value, words) for kind, words in BARRIERS.items()],
        validators=[Optional()],
        default=BarrierKind.ORGANISATION.value,
    )
    mot = StringField(_l("Un mot, si vous voulez"), [Length(max=400)])
    qui = StringField(_l("Votre nom"), [Length(max=120)])

    @property
    def given(self) -> Given:
        return Given(
            answer=Answer(self.reponse.data),
            seen=self.vue.data,
            due_on=self.date.data,
            barrier=BarrierKind(self.frein.data) if self.frein.data else None,
            note=self.mot.data or None,
        )


class PauseForm(FlaskForm):
    """« Suspendre tout », until a day or until it is lifted."""

    until = DateField(_l("Aucun message avant le"), [Optional()])


class CallForm(FlaskForm):
    """What was said on the telephone; each step's answer stands beside it."""

    body = TextAreaField(_l("Ce qui s’est dit"), [Optional(), Length(max=LONGEST_NOTE)])
    visibility = RadioField(_l("Qui lira cette note ?"))

    def offer(self, *, has_organisation: bool) -> None:
        offer_readers(self.visibility, has_organisation=has_organisation)
