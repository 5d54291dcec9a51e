"""The form of a contact note: one screen, three things to say; its messages are French."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.accounts.forms.fields import VersionedForm
from app.initiatives.kinds.notes import NOTED, NoteKind, NoteVisibility
from app.initiatives.labels.notes import NOTE_KINDS, READERS, VISIBILITIES
from app.initiatives.services.notes import LONGEST_NOTE, Said
from app.plans.forms.fields import sensible_day

NOBODY = 0
ONE_MONTH = timedelta(days=30)


def offer_readers(field: RadioField, *, has_organisation: bool) -> None:
    """The readers to choose from: colleagues know what was said, unless somebody says otherwise."""
    offered = list(NoteVisibility)
    if not has_organisation:
        offered.remove(NoteVisibility.ORGANISATION)
    field.choices = [
        SelectChoice(one.value, f"{VISIBILITIES[one]} : {READERS[one]}") for one in offered
    ]
    if field.data is None:
        field.data = offered[1].value


class NoteForm(VersionedForm):
    """Whom, how, what was said, and when to speak again."""

    organisation = StringField(_l("Qui ?"), [Optional(), Length(max=200)])
    kind = RadioField(
        _l("Comment ?"),
        choices=[SelectChoice(kind.value, NOTE_KINDS[kind]) for kind in NOTED],
        default=NoteKind.CALL.value,
    )
    body = TextAreaField(_l("Ce qui s’est dit"), [Optional(), Length(max=LONGEST_NOTE)])
    follow_up_on = DateField(_l("Reposer le"), [Optional(), sensible_day])
    person_id = SelectField(_l("Avec qui ?"), coerce=int, default=NOBODY, validators=[Optional()])
    noted_on = DateField(_l("Quand ?"), [InputRequired(_l("Dites quel jour.")), sensible_day])
    visibility = RadioField(_l("Qui lira cette note ?"))

    def offer(self, *, has_organisation: bool, people: Sequence[tuple[int, str]]) -> None:
        """The readers to choose from, and the people of the organisation where it is known."""
        offer_readers(self.visibility, has_organisation=has_organisation)
        self.person_id.choices = [
            SelectChoice(NOBODY, _("Personne en particulier")),
            *(SelectChoice(*pair) for pair in people),
        ]

    def validate_follow_up_on(self, field: DateField) -> None:
        if field.data and self.noted_on.data and field.data <= self.noted_on.data:
            raise ValidationError(_("Choisissez un jour après celui du contact."))

    def said(self) -> Said:
        noted_on = self.noted_on.data
        assert isinstance(noted_on, date)
        return Said(
            kind=NoteKind(self.kind.data),
            body=self.body.data or "",
            noted_on=noted_on,
            visibility=NoteVisibility(self.visibility.data),
            follow_up_on=self.follow_up_on.data,
            person_id=self.person_id.data or None,
        )
