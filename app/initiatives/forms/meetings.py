"""Forms of meetings and of what they decide; their messages are French."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.accounts.forms.fields import VersionedForm
from app.initiatives.kinds.meetings import MeetingKind
from app.initiatives.labels.meetings import KINDS, MEANT
from app.initiatives.services.meetings import Particulars
from app.plans.forms.fields import MultiCheckboxField, sensible_day

Pair = tuple[int, str]
NONE = 0
LONGEST_POSTER = 12_000
_WEB = re.compile(r"https?://[^\s/]+\.[^\s]+")


def offered(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, text) for value, text in pairs]


def _is_web(_form: Form, field: StringField) -> None:
    if not _WEB.fullmatch(field.data or ""):
        raise ValidationError(_("Collez le lien entier, qui commence par https://"))


class MeetingForm(VersionedForm):
    """When, where and what for; the hours are those of the territory."""

    kind = RadioField(
        _l("Quelle rencontre ?"),
        choices=offered((kind.value, f"{KINDS[kind]} : {MEANT[kind]}") for kind in MeetingKind),
        default=MeetingKind.GATHERING,
    )
    title = StringField(
        _l("Titre"), [DataRequired(_l("Donnez un titre à la rencontre.")), Length(max=200)]
    )
    day = DateField(_l("Jour"), [InputRequired(_l("Choisissez un jour.")), sensible_day])
    begins = TimeField(_l("De"), [InputRequired(_l("À quelle heure commence-t-elle ?"))])
    ends = TimeField(_l("À"), [InputRequired(_l("À quelle heure finit-elle ?"))])
    place = StringField(_l("Lieu"), [Optional(), Length(max=200)])
    video_url = StringField(_l("Lien de visioconférence"), [Optional(), Length(max=400), _is_web])
    group_id = SelectField(_l("Groupe"), coerce=int, default=NONE)
    project_ids = MultiCheckboxField(_l("Projets concernés"), coerce=int)
    message = TextAreaField(_l("Mot d’accompagnement"), [Optional(), Length(max=2000)])

    def offer(self, groups: Iterable[Pair], projects: Iterable[Pair]) -> None:
        self.group_id.choices = offered([(NONE, _("Aucun")), *groups])
        self.project_ids.choices = offered(projects)

    def validate(self, extra_validators: object = None) -> bool:
        valid = bool(super().validate(extra_validators))
        begins, ends = self.begins.data, self.ends.data
        if begins is not None and ends is not None and ends <= begins:
            self.ends.errors = [_("Elle finit avant d’avoir commencé.")]
            return False
        return valid

    def said(self, zone: str) -> Particulars:
        assert self.day.data and self.begins.data and self.ends.data
        at = ZoneInfo(zone)
        starts, ends = (
            datetime.combine(self.day.data, hour, tzinfo=at).astimezone(UTC)
            for hour in (self.begins.data, self.ends.data)
        )
        return Particulars(
            kind=MeetingKind(self.kind.data),
            title=self.title.data or "",
            starts_at=starts,
            ends_at=ends,
            place=(self.place.data or "").strip() or None,
            video_url=self.video_url.data or None,
            message=self.message.data or "",
            group_id=self.group_id.data or None,
            project_ids=self.project_ids.data or (),
        )


class ItemForm(FlaskForm):
    title = StringField(
        _l("Un point à l’ordre du jour"),
        [DataRequired(_l("Dites de quoi on parlera.")), Length(max=200)],
    )
    minutes = IntegerField(_l("Minutes"), [Optional(), NumberRange(min=1, max=600)])


class CancelForm(FlaskForm):
    words = StringField(_l("Un mot pour ceux qui l’apprennent"), [Optional(), Length(max=400)])


class ReplyForm(FlaskForm):
    words = StringField(_l("Un mot"), [Optional(), Length(max=400)])


class WalkInForm(FlaskForm):
    """Somebody who came without being on the list."""

    organisation_id = SelectField(_l("Organisation"), coerce=int)
    guest = StringField(_l("Nom de la personne"), [Optional(), Length(max=200)])

    def offer(self, organisations: Iterable[Pair]) -> None:
        self.organisation_id.choices = offered(organisations)


class MinutesForm(VersionedForm):
    body = TextAreaField(_l("Compte rendu"), [Optional(), Length(max=60000)])


class ResultsForm(VersionedForm):
    body = TextAreaField(
        _l("Le texte qui partira"),
        [DataRequired(_l("Écrivez d’abord ce qui a été décidé.")), Length(max=20000)],
    )


class DecisionForm(FlaskForm):
    """Lines of the poster; the fields hold for those that do not say it themselves."""

    text = TextAreaField(
        _l("Ce qui est décidé, une ligne par décision"),
        [DataRequired(_l("Dites ce qui est décidé.")), Length(max=LONGEST_POSTER)],
    )
    project_id = SelectField(_l("Projet"), coerce=int, default=NONE)
    organisation_id = SelectField(_l("Qui s’en charge"), coerce=int, default=NONE)
    due_on = DateField(_l("Pour le"), [Optional(), sensible_day])
    due_text = StringField(_l("Ou à peu près"), [Optional(), Length(max=80)])

    def offer(self, projects: Iterable[Pair], organisations: Iterable[Pair]) -> None:
        self.project_id.choices = offered([(NONE, _("Aucun : une simple décision")), *projects])
        self.organisation_id.choices = offered(
            [(NONE, _("Personne en particulier")), *organisations]
        )
