"""Forms of maturity; their messages are French."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.files.models import LONGEST_TITLE
from app.maturity.kinds import CriterionStatus
from app.maturity.labels import label
from app.maturity.services.assessing import LONGEST_COMMENT
from app.maturity.services.evidence import LONGEST_NOTE
from app.plans.forms.fields import sensible_day

WHOLE = ""


class ConfirmForm(FlaskForm):
    """What a person says of a criterion. The version travels with what they had before them."""

    status = RadioField(
        _l("Où en est ce critère\u202f?"),
        choices=[SelectChoice(status.value, label(status)) for status in CriterionStatus],
    )
    done = IntegerField(
        _l("Part réalisée, en %"), [Optional(), NumberRange(min=0, max=100)], default=None
    )
    planned = IntegerField(
        _l("Part programmée, en %"), [Optional(), NumberRange(min=0, max=100)], default=None
    )
    not_concerned = BooleanField(_l("Ce critère ne concerne pas notre territoire"))
    comment = TextAreaField(_l("Pourquoi"), [Optional(), Length(max=LONGEST_COMMENT)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    # the number of the text that the page showed
    text = IntegerField(widget=HiddenInput(), validators=[Optional(), NumberRange(1, 10**6)])

    @property
    def chosen(self) -> CriterionStatus:
        return CriterionStatus(self.status.data)

    @property
    def fractions(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """(done, planned, not done) for « détaillé »; what is not given counts as 0."""
        if self.chosen is not CriterionStatus.DETAILED:
            return None
        done, planned = (Decimal(part or 0) / 100 for part in (self.done.data, self.planned.data))
        return done, planned, 1 - done - planned


class BranchForm(ConfirmForm):
    """The same of a level, a part of one or the whole measure: it goes before those below."""

    status = RadioField(
        _l("Où en est l’ensemble ?"),
        choices=[
            SelectChoice(
                status.value,
                _l("Sans statut propre") if status is CriterionStatus.UNSET else label(status),
            )
            for status in CriterionStatus
        ],
    )
    not_concerned = BooleanField(_l("Cet ensemble ne concerne pas notre territoire"))


class LinkForm(FlaskForm):
    """A project, or a part of it (a step, an indicator), as the proof of a criterion."""

    project = SelectField(_l("Projet"))
    part = SelectField(_l("Ce qui prouve"), default=WHOLE)
    note = StringField(_l("Ce que cela prouve"), [Optional(), Length(max=LONGEST_NOTE)])

    def offer(self, projects: list[tuple[str, str]], parts: list[tuple[str, str]]) -> None:
        whole = SelectChoice(WHOLE, _l("Le projet dans son ensemble"))
        self.project.choices = [SelectChoice(*pair) for pair in projects]
        self.part.choices = [whole, *(SelectChoice(*pair) for pair in parts)]


class MeetingForm(FlaskForm):
    """A meeting, with its minutes, as the proof of a criterion."""

    meeting = SelectField(_l("Rencontre"))
    note = StringField(
        _l("Ce que cela prouve"), [Optional(), Length(max=LONGEST_NOTE)], id="note-rencontre"
    )

    def offer(self, meetings: list[tuple[str, str]]) -> None:
        self.meeting.choices = [SelectChoice(*pair) for pair in meetings]


class FileForm(FlaskForm):
    """A dated file as the proof of a criterion: a deliberation, a contract, an article.

    `today`: the territory's; a file speaks of no later day.
    """

    today: date | None = None

    file = FileField(_l("Fichier ou photo"), [InputRequired(_l("Choisissez un fichier."))])
    title = StringField(_l("Nom"), [Optional(), Length(max=LONGEST_TITLE)])
    proved_on = DateField(_l("Daté du"), [Optional(), sensible_day])
    note = StringField(
        _l("Ce que cela prouve"), [Optional(), Length(max=LONGEST_NOTE)], id="note-fichier"
    )

    def validate_proved_on(self, field: DateField) -> None:
        if self.today and field.data and field.data > self.today:
            raise ValidationError(
                _("Ce jour n’est pas encore venu\u00a0: donnez celui du document.")
            )


class DeadlineForm(FlaskForm):
    """By when an item is to be there; `seen` is the date that the page showed."""

    due_on = DateField(_l("Pour le"), [Optional(), sensible_day])
    seen = DateField(widget=HiddenInput(), validators=[Optional()])


class FormerDateForm(FlaskForm):
    """Whether an item gets a date from the year before, and which: one form an item, by prefix."""

    take = BooleanField()
    due_on = DateField(_l("Pour le"), [Optional(), sensible_day])

    def validate(self, extra_validators: object = None) -> bool:
        if not self.take.data:
            return True
        if not super().validate(extra_validators):
            return False
        if not self.due_on.data:
            self.due_on.errors = [_l("Donnez une date, ou décochez la ligne.")]
            return False
        return True
